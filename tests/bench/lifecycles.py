"""``lifecycle.*`` and ``delivery.backlog_s``: whole cases by eight clients, as fast as delivery
keeps up with.

A lifecycle is one shop-sign case: file (two materials uploaded before), accept, review, decide,
look up: five requests, an act more than "file, accept, decide, look up" since the published flow
has a review. It counts once its view shows its end, certificate signed. Officers act on the task
that the last answer led to, without reading their inbox.
"""

import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from operator import itemgetter

from infra.local.client import City
from tests.bench.clients import Fast, Party, together
from tests.bench.report import BenchError, emit, percentile, say
from tests.bench.stack import Stack

SECONDS = 20.0
# Every process of a function has to have met its first request: they come with the load.
WARM_SECONDS, WARM_CASES, WARM_AT_MOST = 8.0, 80, 25.0
PAUSE_ABOVE, GO_ON_BELOW = (
    1.0,
    0.6,
)  # seconds of backlog at which clients wait before they file another case
STEPS = (
    ("accept", "window", "accept"),
    ("review", "reviewer", "pass"),
    ("approve", "approver", "approve"),
)


class Pace:
    """Lets clients begin a case unless delivery is behind."""

    def __init__(self, stack: Stack) -> None:
        self._stack, self._go = stack, threading.Event()
        self._go.set()
        self.is_over = False
        self.backlog: list[float] = []

    def watch(self) -> None:
        """Look at the backlog ten times a second until it is over."""
        while not self.is_over:
            oldest = self._stack.local("bench/backlog", {})["oldest"]
            self.backlog.append(oldest)
            if oldest > PAUSE_ABOVE:
                self._go.clear()
            elif oldest < GO_ON_BELOW:
                self._go.set()
            time.sleep(0.1)
        self._go.set()

    def may_begin(self) -> bool:
        """Wait until delivery keeps up; False when it is over."""
        self._go.wait()
        return not self.is_over


@dataclass(frozen=True)
class Look:
    """What had happened on a stack at a moment: cases ended, CPU seconds by function and of the
    embedded AWS; ``worst`` is the backlog since it was last forgotten.
    """

    at: float
    ended: float
    worst: float
    functions: Mapping[str, float]
    server: float


def measure(stack: Stack, city: City) -> None:
    """Print the lifecycle numbers. Raises BenchError when no case comes to its end."""
    pace = Pace(stack)
    times: list[float] = []
    client = partial(_client, pace, Party(city, "shop-sign", "p-li-na"), times)
    with ThreadPoolExecutor(2) as pool:
        watching = pool.submit(pace.watch)
        running = pool.submit(together, stack.origin, client)
        try:
            _warm(stack)
            before = _look(stack, forget=True)
            pace.backlog.clear()
            time.sleep(SECONDS)
            after = _look(stack)
        finally:
            pace.is_over = True
        busy = running.result()
        watching.result()
    say(f"  {len(times)} lifecycles at the front, {busy} answers 503")
    _print(before, after)
    emit("delivery.backlog_p50_s", percentile(pace.backlog, 50), "s")
    emit("lifecycle.front_p50_ms", percentile(times, 50) * 1000, "ms for the five requests")


def _client(pace: Pace, party: Party, times: list[float], fast: Fast) -> None:
    """One client's lifecycles until it is over; an error ends it for all."""
    while pace.may_begin():
        started = time.perf_counter()
        try:
            for _ in requests(fast, party):
                pass
        except BaseException:
            pace.is_over = True
            raise
        times.append(time.perf_counter() - started)


def _print(before: Look, after: Look) -> None:
    ended = after.ended - before.ended
    if not ended:
        raise BenchError("no case came to its end under load")
    spent = {}
    for function, seconds in after.functions.items():
        spent[function] = (seconds - before.functions.get(function, 0.0)) / ended * 1000
    for function, milliseconds in sorted(spent.items(), key=itemgetter(1), reverse=True):
        say(f"  {function}: {milliseconds:.1f} ms of CPU per case")
    emulator = (after.server - before.server) / ended * 1000
    emit("lifecycle.per_second", ended / (after.at - before.at), "cases per second")
    emit("delivery.backlog_s", after.worst, "s, the oldest undelivered act at any time")
    emit("lifecycle.cpu_ms", sum(spent.values()), "ms of CPU of all functions per case")
    emit("lifecycle.emulator_cpu_ms", emulator, "ms of CPU of the embedded AWS per case")


def _warm(stack: Stack) -> None:
    started = time.monotonic()
    ended = _backlog(stack)["ended"]
    while time.monotonic() - started < WARM_AT_MOST:
        time.sleep(0.5)
        is_late_enough = time.monotonic() - started > WARM_SECONDS
        if is_late_enough and _backlog(stack)["ended"] - ended > WARM_CASES:
            return


def _look(stack: Stack, forget: bool = False) -> Look:
    backlog = _backlog(stack, forget)
    return Look(
        time.monotonic(),
        backlog["ended"],
        backlog["worst"],
        stack.worker_cpu(),
        stack.server_cpu(),
    )


def _backlog(stack: Stack, forget: bool = False) -> dict[str, float]:
    found: dict[str, float] = stack.local("bench/backlog", {"forget": forget})
    return found


def requests(fast: Fast, party: Party) -> Iterator[str]:
    """One lifecycle, request by request: yields what each was once it is answered."""
    receipt, _ = fast.ask("POST", "/applications", party.token, party.application)
    yield "file"
    case = receipt["receipt"]["stream"].partition("#")[2]
    since = 0
    for step, role, outcome in STEPS:
        path = f"/tasks/{case}.{step}.{since}/complete"
        done, _ = fast.ask("POST", path, party.officer(role), {"outcome": outcome})
        since = done["receipt"]["seq"]
        yield step
    fast.ask("GET", f"/cases/{receipt['number']}", party.token)
    yield "look up"
