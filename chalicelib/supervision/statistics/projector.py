"""Counts what the feed holds, each entry once: closed slices for good, what is newer ahead of them.

Each cell says itself what it has counted (``cells``), and a generation's position moves last. So a
run that is cut anywhere is simply run again.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from time import monotonic, time

from chalicelib import casework
from chalicelib.casework import Case
from chalicelib.kernel import ids, log
from chalicelib.kernel.values import dataclass
from chalicelib.supervision.statistics import cells, counts, generations, slices
from chalicelib.supervision.statistics.cells import Addition
from chalicelib.supervision.statistics.counts import Cell, Count
from chalicelib.supervision.statistics.generations import Position
from chalicelib.supervision.statistics.slices import Counted, Found

BUDGET = 20.0  # seconds of one run: the next minute goes on
MOST_AHEAD = (
    500  # entries that are counted before their slice is closed; more of them wait for that
)
MEASURED_FOR = 3600  # seconds: what is older was measured when it was new
LEVELS = (counts.REMINDER, counts.YELLOW, counts.RED)
Watch = Callable[[Case], object]


@dataclass(frozen=True)
class Run:
    """One run for one generation: at which moments (Unix seconds) it began, and, by the monotonic
    clock, ends; who is shown the cases to which something has come, None for nobody.
    """

    generation: int
    now: float
    ends: float
    watch: Watch | None


def count(watch: Watch, now: float | None = None) -> dict[str, int]:
    """Count what has come, and show ``watch`` each case to which something has come.

    StatisticsLag (seconds) is how far the counters are behind what could be counted.
    """
    now = time() if now is None else now
    known = generations.read()
    run = Run(
        known.serving,
        now,
        monotonic() + BUDGET,
        watch,
    )
    until = _advance(run)
    if known.building:
        rebuilt = _advance(replace(run, generation=known.building, watch=None))
        if rebuilt >= until:
            generations.flip(known)
    lag = slices.closed_at(now) - until
    log.line("statistics counted", counts={"StatisticsLag": max(lag, 0.0)})
    return {"counted_until": int(until)}


def _advance(run: Run) -> float:
    """Closed slices until there is none left or the time is over, then what is ahead of them; how
    far the closed ones came.
    """
    while True:
        position = generations.position(run.generation, run.now)
        latest = slices.until_of(position.until, run.now)
        if latest <= position.until:
            _count_ahead(run, position)
            return position.until
        found, until = slices.read(position.until, latest)
        _add(run, _new(found, position), until)
        generations.move(
            position,
            until,
            position.ahead,
        )
        if monotonic() > run.ends:
            return until


def _count_ahead(run: Run, position: Position) -> None:
    found = slices.between(position.until, run.now)
    space = MOST_AHEAD - len(position.ahead)
    new = _new(found, position)[: max(space, 0)]
    if new:
        _add(run, new, position.until)
        ahead = {each.feed_id for each in new}
        generations.move(
            position,
            position.until,
            position.ahead | ahead,
        )


def _new(found: Iterable[Found], position: Position) -> list[Found]:
    return [each for each in found if each.feed_id not in position.ahead]


def _add(run: Run, found: list[Found], closed: float) -> None:
    facts = list(slices.facts_of(found, casework.read_calendar()))
    for cell, additions in _by_cell(facts).items():
        added = cells.add(
            run.generation,
            cell,
            additions,
            closed,
        )
        if run.watch:
            _measure(cell, added, run.now)
    for each in facts:
        if each.case and run.watch:
            run.watch(each.case)


def _by_cell(facts: Iterable[Counted]) -> dict[Cell, list[Addition]]:
    found: dict[Cell, list[Addition]] = {}
    for each in facts:
        by_cell: dict[Cell, list[Count]] = {}
        for count in each.counts:
            by_cell.setdefault(
                count.cell,
                [],
            ).append(count)
        for cell, added in by_cell.items():
            found.setdefault(cell, []).append((each.feed_id, added))
    return found


def _measure(cell: Cell, added: Sequence[Addition], now: float) -> None:
    """Warnings as metrics, by authority and level: there are few of both."""
    list_name, authority = cell
    if not counts.is_of_authorities_by_day(list_name):
        return
    raised = dict.fromkeys(LEVELS, 0)
    for feed_id, of_entry in added:
        is_new = ids.ulid_time(feed_id) > now - MEASURED_FOR
        for count in of_entry:
            if is_new and count.name in raised:
                raised[count.name] += count.amount
    for level, amount in raised.items():
        if amount:
            dimensions = {"authority": authority, "level": level}
            log.line(
                "warnings counted",
                counts={"Warnings": amount},
                dimensions=dimensions,
            )
