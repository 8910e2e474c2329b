"""``catalogue.*``: how many items anybody can read per second, through the gateway of the embedded
stack.
"""

import time
from itertools import count

from infra.local.client import City
from tests.bench.clients import Fast, together
from tests.bench.report import BenchError, emit, percentile
from tests.bench.stack import Stack

SECONDS, WARM_SECONDS = 6.0, 1.5


def measure(stack: Stack, city: City) -> None:
    """Eight clients read one item after the other, whole, without signing in. Raises BenchError."""
    page = city.anybody().get("/items", limit=100).expect(200)
    if not (names := [item["id"] for item in page["items"]]):
        raise BenchError("the catalogue is empty")
    took: list[float] = []
    begins = time.monotonic() + WARM_SECONDS
    ends = begins + SECONDS

    def client(fast: Fast) -> None:
        for number in count():
            if time.monotonic() >= ends:
                return
            _, seconds = fast.ask("GET", f"/items/{names[number % len(names)]}", "")
            if begins <= time.monotonic() < ends:
                took.append(seconds)

    together(stack.origin, client)
    emit("catalogue.reads_per_second", len(took) / SECONDS, "items read whole per second")
    emit("catalogue.read_p50_ms", percentile(took, 50) * 1000, "ms")
    emit("catalogue.read_p95_ms", percentile(took, 95) * 1000, "ms")
