"""``demo.seconds``: ``make demo`` as a developer runs it, on a machine that is set up."""

import subprocess
import sys
import time

from infra.build import ROOT
from tests.bench.report import BenchError, emit

LIMIT_SECONDS = 300


def measure() -> None:
    """Print how long the demo took. Raises BenchError when it did not come to its end."""
    started = time.monotonic()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "infra.local.demo"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=LIMIT_SECONDS,
        )
    except subprocess.TimeoutExpired as error:
        raise BenchError(f"the demo did not end within {LIMIT_SECONDS} s") from error
    if done.returncode:
        raise BenchError(f"the demo failed:\n{done.stdout[-1500:]}{done.stderr[-1500:]}")
    emit("demo.seconds", time.monotonic() - started, "s")
