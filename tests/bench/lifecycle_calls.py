"""``lifecycle.aws_calls``: what all functions ask of AWS for one lifecycle, and which function asks what.

The lifecycle of ``lifecycles.py``, walked alone on a quiet stack: after each request everything that it causes comes to
its end, before the next is sent. Sweeps are left out: they cost per minute, not per case.
"""

from collections import Counter

from infra.local.client import City
from tests.bench import lifecycles, units, walks
from tests.bench.clients import Fast, Party
from tests.bench.report import emit, say
from tests.bench.stack import Stack

# How the stream hands entries over varies by a call or two: of an odd number of walks, the middle one counts.
WALKS = 3

Calls = Counter[tuple[str, str]]


def measure(stack: Stack, city: City) -> None:
    """Print the calls of one lifecycle, by function and operation, and their sum."""
    party = Party(city, "shop-sign", "p-li-na")
    fast = Fast(stack.origin)
    walked = [_walk(stack, fast, party) for _ in range(WALKS)]
    fast.close()
    walked.sort(key=Counter.total)
    say(f"  calls of each walk: {[calls.total() for calls in walked]}")
    _print(walked[WALKS // 2])


def _walk(stack: Stack, fast: Fast, party: Party) -> Calls:
    """(function, operation) -> how often, for one case from its filing until its certificate is signed."""
    with walks.recording(stack) as record:
        for _ in lifecycles.requests(fast, party):
            record.settle()
        record.settle(queues=True)
    calls: Calls = Counter()
    for request in record.requests:
        if not units.is_sweep(record, request):
            calls[record.keys[request["key"]], request["operation"]] += 1
    return calls


def _print(calls: Calls) -> None:
    for (function, operation), count in sorted(calls.items()):
        name = f"lifecycle.calls.{function}.{operation.replace(' ', '_')}"
        emit(name, count, "AWS calls of one lifecycle")
    for function in sorted({function for function, _ in calls}):
        own = sum(count for (asker, _), count in calls.items() if asker == function)
        emit(f"lifecycle.calls.{function}", own, "AWS calls of one lifecycle")
    emit("lifecycle.aws_calls", calls.total(), "AWS calls of all functions")
