"""``usd_per_million_cases``: the fixed basket's counted calls, units and transitions at list
prices.
"""

from collections import Counter

from tests.bench import prices, units
from tests.bench.report import emit, need, say
from tests.bench.walks import Asked, Json, Record

REQUESTS = 14
# What CloudWatch Logs counts beside the text: 26 bytes an event (its own rule).
EVENT_BYTES = 26
# Lambda's own START, END and REPORT lines, and the API's access line (its format in
# infra/template.yaml).
PLATFORM_LINES = (78, 52, 160)
ACCESS_LINE = 190
RULE = (
    "list prices; one shop-sign case with two materials, one supplement, one certificate, 14 requests; transitions "
    "by the definition, units by act.write_units.rule and 4 KB begun per read (half when eventually consistent), "
    "sweeps left out; logs: our lines, three platform lines per invocation, one access line per request, 26 bytes "
    "each; function time as it took on the embedded stack at the configured memory"
)


def measure(record: Record, write_units: Counter[str], transitions: int) -> None:
    """Print every line of the basket and its sum. Raises BenchError unless the walk had the
    basket's 14 requests.
    """
    need(
        len(record.asked) == REQUESTS,
        f"the basket has {REQUESTS} requests, the walk had {len(record.asked)}",
    )
    counted = _counted(record, write_units, transitions)
    emit(
        "case.aws_calls",
        sum(not units.is_sweep(record, r) for r in record.requests),
        "AWS calls of all functions",
    )
    emit("usd_per_million_cases.rule", RULE)
    lines = prices.per_million_cases(counted, prices.PRICES)
    for part, dollars in lines.items():
        say(f"  {part}: {counted[part]:.6g} per case")
        emit(f"usd.{part}", dollars, "USD per million cases")
    emit("usd_per_million_cases", sum(lines.values()), "USD")
    for part, dollars in prices.per_million_cases(counted, prices.BESIDE).items():
        emit(f"usd.beside.{part}", dollars, "USD per million cases")


def _counted(record: Record, write_units: Counter[str], transitions: int) -> dict[str, float]:
    own = [
        ran for ran in record.invocations if not ran["function"].endswith(("_sweep", "reconcile"))
    ]
    calls = Counter(r["operation"] for r in record.requests if not units.is_sweep(record, r))
    events = sum(
        len(r["asked"]["Entries"]) for r in record.requests if r["operation"] == "PutEvents"
    )
    return {
        "state_transitions": transitions,
        "api_requests": len(record.asked),
        "write_units": sum(write_units.values()),
        "read_units": units.read_charges(record),
        "events": events,
        "log_bytes": _log_bytes(own, record.asked),
        "function_invocations": len(own),
        "function_gb_seconds": sum(ran["ms"] / 1000 * ran["mb"] / 1024 for ran in own),
        "s3_posts": sum(asked.name == "POST /uploads" for asked in record.asked),
        "s3_gets": calls["GET s3"],
        "kms_signatures": calls["Sign"],
        # Each event goes through one queue: sent, received, deleted; empty receives are the
        # stage's, not the case's.
        "sqs_requests": 3 * events,
        "ses_mails": calls["POST ses"],
    }


def _log_bytes(invocations: list[Json], asked: list[Asked]) -> float:
    own = sum(bytes_ + EVENT_BYTES for ran in invocations for bytes_ in ran["lines"])
    platform = len(invocations) * sum(bytes_ + EVENT_BYTES for bytes_ in PLATFORM_LINES)
    return own + platform + len(asked) * (ACCESS_LINE + EVENT_BYTES)
