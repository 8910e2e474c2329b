"""``intake.cpu_ratio``: what the door adds to the AWS calls of a filing, in CPU time of one
process.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from infra.build import ROOT
from tests.bench import walks
from tests.bench.report import BenchError, emit, median, need, say

ITEM = "shop-sign"
ROUNDS, BATCH = 30, 12
CHILD = Path(__file__).with_name("intake_child.py")


def environment(code: Path, endpoint: str) -> dict[str, str]:
    """What the API function finds in its environment, with AWS at ``endpoint``."""
    names = ("JOURNAL_TABLE", "VIEWS_TABLE", "GRANTS_TABLE", "UPLOADS_BUCKET", "CERTIFICATE_KEY_ID")
    return {
        **{name: f"bench-{name.split('_')[0].lower()}" for name in names},
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "TZ": ":UTC",
        "PYTHONDONTWRITEBYTECODE": "1",
        "LAMBDA_TASK_ROOT": str(code),
        "AWS_LAMBDA_FUNCTION_NAME": "bench",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024",
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_EC2_METADATA_DISABLED": "true",
        "HASH_SECRET_ARN": "arn:aws:secretsmanager:us-east-1:000000000000:secret:bench",
        "STAGE": "bench",
        "TIME_ZONE": "Asia/Shanghai",
        "PUBLIC_URL": "",
        "POWERTOOLS_SERVICE_NAME": "sunlit",
        "POWERTOOLS_METRICS_NAMESPACE": "Sunlit",
        "POWERTOOLS_LOG_LEVEL": "INFO",
    }


def measure(code: Path) -> None:
    """Print the ratios; ``code`` is the unpacked deployment zip. Raises BenchError."""
    told = {
        "code": str(code),
        "item": walks.item(ITEM),
        "form": walks.form(ITEM),
        "rounds": ROUNDS,
        "batch": BATCH,
    }
    stub = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.stub"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert stub.stdout is not None
        port = int(need(stub.stdout.readline(), "the AWS stub did not start"))
        child = subprocess.run(
            [sys.executable, "-I", "-S", str(CHILD)],
            input=json.dumps(told) + "\n", cwd=code, env=environment(code, f"http://127.0.0.1:{port}"),
            capture_output=True, text=True, timeout=240,
        )  # fmt: skip
    finally:
        stub.communicate()
    if child.returncode:
        raise BenchError(f"the filing in one process failed:\n{child.stderr[-3000:]}")
    _print(json.loads(child.stdout))


def _print(found: dict[str, Any]) -> None:
    say(f"  one filing calls {', '.join(map(str, found['calls']))}")
    door, bare, put = (median(found[name]) * 1000 for name in ("door", "bare", "put"))
    # Each turn's ratio, then their median: what disturbs the machine disturbs a turn's two halves
    # alike.
    ratios = [d / b for d, b in zip(found["door"], found["bare"], strict=True)]
    emit(
        "cold.first_filing_ms",
        found["first"] * 1000,
        "ms of CPU from the interpreter's start to the first receipt",
    )
    emit("intake.cpu_ms", door, "ms of CPU per filing")
    emit("intake.bare_cpu_ms", bare, "ms of CPU for the same calls by boto3")
    emit("intake.cpu_ratio", median(ratios), "ratio")
    emit("intake.cpu_over_one_put", door / put, "ratio")
    shares = [a / d for a, d in zip(found["authorization"], found["door"], strict=True)]
    emit(
        "authorization.cpu_ms",
        median(found["authorization"]) * 1000,
        "ms of CPU per filing: who calls, may they",
    )
    emit("authorization.cpu_share", median(shares), "of a filing's CPU, and so of intake.cpu_ratio")
    emit(
        "authorization.over_bare_door",
        median([s / (1 - s) for s in shares]),
        "over a filing without authorization",
    )
