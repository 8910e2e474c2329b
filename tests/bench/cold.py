"""``cold.import_ratio`` and ``zip.mb``: what a fresh execution environment pays before the first
request.
"""

import subprocess
import sys
from pathlib import Path

from tests.bench.intake import environment
from tests.bench.report import BenchError, emit, need

TURNS = 9
_TIMED = "import sys, time; sys.path[:0] = [{code!r}]; t = time.process_time(); {act}; print(time.process_time() - t)"
_ACTS = {"app": "import app", "boto3": "import boto3; boto3.client('dynamodb')"}


def measure(code: Path, archive: Path) -> None:
    """Print the ratio, from ``code``, the unpacked zip ``archive``. Raises BenchError without
    bytecode in it.
    """
    need(list(code.glob("__pycache__/app.*.pyc")), "the zip holds no bytecode of app.py")
    best = dict.fromkeys(_ACTS, float("inf"))
    for _ in range(TURNS):
        for name, act in _ACTS.items():
            best[name] = min(best[name], _cpu_seconds(code, act))
    emit("cold.import_ms", best["app"] * 1000, "ms of CPU, best of several")
    emit("cold.boto3_ms", best["boto3"] * 1000, "ms of CPU, best of several")
    emit("cold.import_ratio", best["app"] / best["boto3"], "ratio")
    emit("zip.mb", archive.stat().st_size / 1e6, "MB")


def _cpu_seconds(code: Path, act: str) -> float:
    """CPU seconds of an import in an interpreter that has the standard library and the zip, as on
    Lambda.
    """
    script = _TIMED.format(code=str(code), act=act)
    unused = environment(code, "http://127.0.0.1:9")
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", script],
        cwd=code,
        env=unused,
        capture_output=True,
        text=True,
        timeout=60,
    )
    if done.returncode:
        raise BenchError(f"{act} failed from the zip:\n{done.stderr[-2000:]}")
    return float(done.stdout)
