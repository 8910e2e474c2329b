"""``make bench``: every number of what Sunlit costs, as JSON lines; ``python -m tests.bench [group ...]`` for some.

Groups: ``counts`` (calls, transitions, units, dollars), ``load``, ``catalogue`` (every item's transitions, search),
``cpu`` (intake and cold start), ``emulator``, ``sweep``, ``demo``.
Exits 1 when a number could not be measured; nothing is left running.
"""

import argparse
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from infra.build import BUILD
from infra.local.client import City, UnexpectedAnswerError
from infra.local.emulator.embedded import EmbeddedError
from tests.bench import (
    calls,
    cold,
    cost,
    demo,
    emulator,
    filings,
    intake,
    items,
    lifecycles,
    personal,
    reads,
    search,
    sweep,
    transitions,
    units,
    walks,
)
from tests.bench.report import BenchError, emit, say
from tests.bench.stack import STAGE, Stack, deployed

LIMIT_SECONDS = 900
GROUPS = ("counts", "load", "catalogue", "cpu", "emulator", "sweep", "demo")
# Posts' titles are kept for five minutes of the clock: a walk across such an edge would count their renewal.
EDGE_SECONDS, WALKS_SECONDS = 300, 60


def main() -> int:
    """Run the groups one after the other; what fails in one does not keep the others from running."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="group", help=", ".join(GROUPS))
    wanted = parser.parse_args().groups or list(GROUPS)
    if unknown := set(wanted) - set(GROUPS):
        parser.error(f"no such group: {', '.join(sorted(unknown))}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(LIMIT_SECONDS)
    started, failures = time.monotonic(), 0
    load = os.getloadavg()[0]
    emit("machine", f"{os.cpu_count()} cores, load {load:.1f} at the start")
    if {"counts", "load"} & set(wanted):
        failures += _with_stack(wanted)
    if "catalogue" in wanted:
        failures += _try("items", items.measure)
        failures += _try("search", search.measure)
    if "cpu" in wanted:
        failures += _try("cpu", _cpu)
    if "emulator" in wanted:
        failures += _try("emulator", emulator.measure)
    if "sweep" in wanted:
        failures += _try("sweep", sweep.measure)
    if "demo" in wanted:
        failures += _try("demo", demo.measure)
    say(f"{time.monotonic() - started:.0f} s; {failures} groups failed")
    return 1 if failures else 0


def _too_long(*_: Any) -> None:
    raise BenchError(f"the bench took more than {LIMIT_SECONDS} s")


def _try(name: str, measure: Callable[[], None]) -> int:
    """1 when the group could not be measured, which it says."""
    say(name)
    try:
        measure()
    except (BenchError, EmbeddedError, UnexpectedAnswerError) as error:
        say(f"{name}: not measured: {error}")
        return 1
    return 0


def _with_stack(wanted: list[str]) -> int:
    failures = 0

    def measure() -> None:
        nonlocal failures
        with deployed() as stack, _city(stack) as city:
            emit("deploy.seconds", stack.deploy_seconds, "s")
            if "counts" in wanted:
                failures += _try("counts", lambda: _counts(stack, city))
            if "load" in wanted:
                failures += _try("reads", lambda: reads.measure(stack, city))
                failures += _try("next task", lambda: filings.measure_next_task(stack, city))
                failures += _try("lifecycles", lambda: lifecycles.measure(stack, city))
                failures += _try("filings", lambda: filings.measure_filings(stack, city))

    return _try("stack", measure) + failures


@contextmanager
def _city(stack: Stack) -> Iterator[City]:
    city = City(stack.origin)
    try:
        yield city
    finally:
        city.close()


def _counts(stack: Stack, city: City) -> None:
    left = EDGE_SECONDS - time.time() % EDGE_SECONDS
    if left < WALKS_SECONDS:
        time.sleep(left)
    officers = walks.officers(city)
    with walks.recording(stack, idle_queues=1.5) as warming:
        walks.basket(warming, city.person("p-li-na"), officers)
    # The citizen signs in afresh, so that the authorizer is called as it is in life; officers stay signed in.
    with _city(stack) as later, walks.recording(stack) as record:
        granted = walks.basket(record, later.person("p-li-na"), officers)
    with walks.recording(stack) as more:
        cases = calls.measure(more, city, record.asked)
    states = transitions.measure(stack, city, {"licence.granted": granted, **cases})
    charged = units.measure(record, stack.tables(), calls.ACTS_OF_THE_BASKET)
    cost.measure(record, charged, states)
    personal.measure(stack, city)


def _cpu() -> None:
    archive = BUILD / STAGE / "deployment.zip"
    if not archive.exists():
        raise BenchError("there is no deployment zip: run make package first")
    with tempfile.TemporaryDirectory(prefix="sunlit-bench-") as folder:
        with ZipFile(archive) as packed:
            packed.extractall(folder)
        cold.measure(Path(folder), archive)
        intake.measure(Path(folder))


if __name__ == "__main__":
    sys.exit(main())
