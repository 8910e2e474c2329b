"""``sweep.read_units_ratio``: a sweep's cost grows with what is due, not with what is open."""

import json
import subprocess
import sys
from typing import Any

from infra.build import ROOT
from tests.bench.report import BenchError, emit, say
from tests.bench.sweep_child import DUE

FEW, MANY = 1_000, 100_000


def measure() -> None:
    """Print the ratio of read units, ten due tasks among many open cases against ten among few.
    Raises BenchError.
    """
    few, many = _sweep(FEW), _sweep(MANY)
    emit("sweep.read_units", sum(many["units"].values()), f"read units with {MANY:,} open")
    emit(
        "sweep.read_units_ratio", sum(many["units"].values()) / sum(few["units"].values()), "ratio"
    )


def _sweep(open_cases: int) -> Any:
    command = [sys.executable, "-m", "tests.bench.sweep_child", str(open_cases)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    if done.returncode:
        raise BenchError(f"the sweep over {open_cases} cases failed:\n{done.stderr[-3000:]}")
    found = json.loads(done.stdout.splitlines()[-1])
    if (found["acted"], found["failed"]) != (DUE, 0):
        raise BenchError(
            f"the sweep over {open_cases} cases acted on {found['acted']} and failed on {found['failed']}"
        )
    say(f"  among {open_cases:,}: {found['units']} read units")
    return found
