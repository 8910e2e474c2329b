"""``filing.*`` under load and ``next_task.p50_ms`` on a quiet stack."""

import time

from infra.local.client import City
from tests.bench.clients import Fast, Party, together
from tests.bench.report import BenchError, emit, percentile
from tests.bench.stack import Stack

SECONDS, WARM_SECONDS = 6.0, 1.5
CASES = 12
PATIENCE = 10.0


def measure_filings(stack: Stack, city: City) -> None:
    """Eight clients file at once, for one item, so that all draw their number from one register."""
    took, busy = _file(stack, Party(city, "shop-sign", "p-li-na"))
    emit("filing.per_second", len(took) / SECONDS, "filings per second, all on one register")
    emit("filing.p50_ms", percentile(took, 50) * 1000, "ms")
    emit("filing.p95_ms", percentile(took, 95) * 1000, "ms")
    emit("filing.busy", busy, "answers 503, tried again by the client", 0)


def _file(stack: Stack, party: Party) -> tuple[list[float], int]:
    """Seconds of each filing that ended within the window, and how often a client was told 503."""
    took: list[float] = []
    begins = time.monotonic() + WARM_SECONDS
    ends = begins + SECONDS

    def client(fast: Fast) -> None:
        while time.monotonic() < ends:
            _, seconds = fast.ask("POST", "/applications", party.token, party.application)
            if begins <= time.monotonic() < ends:
                took.append(seconds)

    return took, together(stack.origin, client)


def measure_next_task(stack: Stack, city: City) -> None:
    """From the answer to a completed task until an officer's inbox shows the next one, asked again
    and again.
    """
    party, fast = Party(city, "disability-benefit", "p-chen-jie"), Fast(stack.origin)
    first: list[float] = []
    onward: list[float] = []
    for _ in range(CASES):
        receipt, _ = fast.ask("POST", "/applications", party.token, party.application)
        number = receipt["number"]
        task = _wait(fast, party, "window", number, first)
        fast.ask("POST", f"/tasks/{task}/complete", party.officer("window"), {"outcome": "accept"})
        task = _wait(fast, party, "reviewer", number, onward)
        fast.ask("POST", f"/tasks/{task}/complete", party.officer("reviewer"), {"outcome": "pass"})
        task = _wait(fast, party, "approver", number, onward)
        fast.ask(
            "POST", f"/tasks/{task}/complete", party.officer("approver"), {"outcome": "approve"}
        )
        stack.wait_quiet(idle=0.3)
    fast.close()
    emit("next_task.p50_ms", percentile(onward, 50) * 1000, "ms")
    emit("next_task.p90_ms", percentile(onward, 90) * 1000, "ms")
    emit(
        "first_task.p50_ms",
        percentile(first, 50) * 1000,
        "ms from a filing's answer to the window's inbox",
    )


def _wait(fast: Fast, party: Party, role: str, number: str, took: list[float]) -> str:
    started = time.perf_counter()
    path = f"/tasks?post={party.posts[role]}"
    while time.perf_counter() - started < PATIENCE:
        page, _ = fast.ask("GET", path, party.officer(role))
        for task in page["tasks"]:
            if task["number"] == number:
                took.append(time.perf_counter() - started)
                return str(task["id"])
    raise BenchError(f"{number} did not come to the inbox of {party.posts[role]}")
