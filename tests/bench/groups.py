"""The groups of numbers: what each measures, alone or in turn with another revision."""

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar
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
    growth,
    intake,
    items,
    lifecycle_calls,
    lifecycles,
    messages,
    personal,
    reads,
    search,
    terms,
    transitions,
    units,
    walks,
    watching,
)
from tests.bench.base import Base, checked_out
from tests.bench.report import BenchError, Line, collecting, emit, print_beside, say
from tests.bench.stack import STAGE, Stack, deployed

# Posts' titles are kept for five minutes of the clock: a walk across such an edge would count their
# renewal.
EDGE_SECONDS, WALKS_SECONDS = 300, 90
# What takes time is measured so often on either tree, in turn.
TURNS = {"load": 2, "catalogue": 2, "cpu": 2}

Measure = Callable[[], None]
MeasureStack = Callable[[Stack, City], None]
T = TypeVar("T")
Named = tuple[str, str, T]
"""(group, name, how it is measured)."""


def run(groups: Sequence[str]) -> int:
    """Measure and print; how many could not be measured."""
    attempts = Attempts()
    on_stack = _of(ON_STACK, groups)
    if on_stack:
        attempts.make("stack", lambda: _measure_stack(attempts, on_stack))
    for _, name, measure in _of(IN_PROCESS, groups):
        attempts.make(name, measure)
    return attempts.failures


def run_beside(revision: str, groups: Sequence[str]) -> int:
    """As ``run``, each number beside that of another revision."""
    attempts = Attempts()
    attempts.make(revision, lambda: _measure_beside(attempts, revision, groups))
    return attempts.failures


class Attempts:
    """Measures one after the other; what fails in one does not keep the others from running."""

    def __init__(self) -> None:
        self.failures = 0

    def make(self, name: str, measure: Measure) -> None:
        """Measure; where that fails, say so and count it."""
        say(name)
        try:
            measure()
        except (BenchError, EmbeddedError, UnexpectedAnswerError) as error:
            say(f"{name}: not measured: {error}")
            self.failures += 1


# ---- this tree alone ----------------------------------------------------------------------------
def _measure_stack(attempts: Attempts, measures: Sequence[Named[MeasureStack]]) -> None:
    with deployed() as stack, _city(stack) as city:
        emit("deploy.seconds", stack.deploy_seconds, "s")
        for _, name, measure in measures:
            attempts.make(name, partial(measure, stack, city))


@contextmanager
def _city(stack: Stack) -> Iterator[City]:
    city = City(stack.origin)
    try:
        yield city
    finally:
        city.close()


# ---- beside another revision --------------------------------------------------------------------
def _measure_beside(attempts: Attempts, revision: str, groups: Sequence[str]) -> None:
    on_stack = _of(ON_STACK, groups)
    with checked_out(revision) as base:
        if on_stack:
            attempts.make("stacks", lambda: _measure_stacks(attempts, base, on_stack))
        for group in IN_PROCESS:
            if group in groups:
                attempts.make(group, partial(_measure_group, base, group))


def _measure_stacks(
    attempts: Attempts, base: Base, measures: Sequence[Named[MeasureStack]]
) -> None:
    """Both stacks stand all the while; only one of them is asked for anything at a time."""
    with deployed() as stack, base.deployed() as base_stack:
        attempts.make("deployed", partial(_in_turn, _deployment, 1, stack, base_stack))
        for group, name, measure in measures:
            turns = TURNS.get(group, 1)
            attempts.make(name, partial(_in_turn, measure, turns, stack, base_stack))


def _in_turn(measure: MeasureStack, turns: int, stack: Stack, base_stack: Stack) -> None:
    lines: list[Line] = []
    base_lines: list[Line] = []
    for _ in range(turns):
        for asked, into in ((stack, lines), (base_stack, base_lines)):
            asked.wait_quiet()
            with _city(asked) as city, collecting(into):
                measure(asked, city)
    print_beside(lines, base_lines)


def _deployment(stack: Stack, city: City) -> None:
    emit("deploy.seconds", stack.deploy_seconds, "s")


def _measure_group(base: Base, group: str) -> None:
    """In this process, and by the bench that the base had."""
    lines: list[Line] = []
    base_lines: list[Line] = []
    for _ in range(TURNS.get(group, 1)):
        with collecting(lines):
            for _, measure in IN_PROCESS[group]:
                measure()
        if group not in NEW:
            base_lines += base.measure(group)
    print_beside(lines, base_lines)


# ---- the groups ---------------------------------------------------------------------------------
def _counts(stack: Stack, city: City) -> None:
    left = EDGE_SECONDS - time.time() % EDGE_SECONDS
    if left < WALKS_SECONDS:
        time.sleep(left)
    officers = walks.officers(city)
    with walks.recording(stack, idle_queues=1.5) as warming:
        walks.basket(warming, city.person("p-li-na"), officers)
    # The citizen signs in afresh, so that the authorizer is called as it is in life; officers stay
    # signed in.
    with _city(stack) as later, walks.recording(stack) as record:
        granted = walks.basket(record, later.person("p-li-na"), officers)
    lifecycle_calls.measure(stack, city)
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


ON_STACK: Mapping[str, Sequence[tuple[str, MeasureStack]]] = {
    "counts": (("counts", _counts),),
    "load": (
        ("reads", reads.measure),
        ("next task", filings.measure_next_task),
        ("lifecycles", lifecycles.measure),
        ("filings", filings.measure_filings),
    ),
}
IN_PROCESS: Mapping[str, Sequence[tuple[str, Measure]]] = {
    "catalogue": (("items", items.measure), ("search", search.measure)),
    "cpu": (("cpu", _cpu),),
    "emulator": (("emulator", emulator.measure),),
    "growth": (
        ("pages", growth.measure_pages),
        ("open cases", growth.measure_open_cases),
        ("supervision", growth.measure_supervision),
    ),
    "messages": (("messages", messages.measure),),
    "demo": (("demo", demo.measure),),
    "rules": (("rules", watching.measure),),
    "terms": (("terms", terms.measure),),
}
ALL = (*ON_STACK, *IN_PROCESS)
NEW = {"emulator", "growth", "messages", "rules", "terms"}
"""Groups that the bench of the base does not have."""


def _of(measures: Mapping[str, Sequence[tuple[str, T]]], groups: Sequence[str]) -> list[Named[T]]:
    return [
        (group, name, measure)
        for group, named in measures.items()
        if group in groups
        for name, measure in named
    ]
