"""A dry run: what a rule would have found in the last months if it ran so; nothing is written."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib import casework
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.values import dataclass
from chalicelib.supervision.errors import RuleWithoutTrial
from chalicelib.supervision.rules.city.settings import Running
from chalicelib.supervision.rules.documents import CASE, Rule, Thresholds
from chalicelib.supervision.rules.running import judging, registers
from chalicelib.supervision.rules.running.judging import Found
from chalicelib.supervision.rules.running.registers import Position, Step
from chalicelib.supervision.rules.watched import Watched

LOOKS = 60  # cases, and registers without any, that one request looks at
SAMPLES = 20


@dataclass(frozen=True)
class Trial:
    """What some cases came to: how many were looked at, how many findings there would have been and
    how many by the thresholds of today, some of them, and where the next request goes on.
    """

    cases: int
    found: int
    found_now: int
    samples: list[dict[str, Any]]
    next_start: Position | None


def run(
    rule: Rule,
    tried: Thresholds,
    present: Thresholds,
    since: datetime,
    now: datetime,
    start: Position | None,
) -> Trial:
    """Try thresholds on the cases filed from ``since`` on. Raises Conflict for a rule that does not
    watch cases.
    """
    if rule.watches != CASE:
        raise RuleWithoutTrial
    would: dict[str, Found] = {}
    does: dict[str, Found] = {}
    cases = 0
    names = registers.streams(now, years=1 + now.year - since.year)
    position = start
    for looked_at, (place, following) in enumerate(_places(names, start, since)):
        if looked_at >= LOOKS:
            return _trial(cases, would, does, position)
        position = following
        if place:
            cases += 1
            entries = casework.read(place)
            as_tried = Running(rule, tried)
            as_it_is = Running(rule, present)
            would |= _found(entries, as_tried)
            does |= _found(entries, as_it_is)
    return _trial(cases, would, does, None)


def _trial(
    cases: int,
    would: Mapping[str, Found],
    does: Mapping[str, Found],
    position: Position | None,
) -> Trial:
    first = list(would.values())[:SAMPLES]
    samples = [_sample(found) for found in first]
    return Trial(
        cases,
        len(would),
        len(does),
        samples,
        position,
    )


def _places(
    names: list[str], start: Position | None, since: datetime
) -> Iterator[tuple[str, Position]]:
    """(case or none, where to go on), of each register no further back than ``since``."""
    for name in names:
        if start and name < start["register"]:
            continue
        first = start if start and name == start["register"] else None
        for place in registers.walk([name], first):
            if not isinstance(place, Step):
                yield "", place
            elif place.filed_at >= since:
                yield place.case, place.position
            else:
                yield "", registers.after(name)
                break


def _found(entries: Sequence[Entry], running: Running) -> dict[str, Found]:
    found = {}
    for entry in entries:
        watched = Watched(entries[: entry.seq])
        triggered = judging.triggered(entry, [running])
        for each in judging.judge(watched, triggered):
            found[each.id] = each
    return found


def _sample(found: Found) -> dict[str, Any]:
    return {
        "number": found.case.number,
        "department": found.case.authority,
        "item": found.case.item,
        "entries": list(found.hit.entries),
        "why": dict(found.hit.why),
    }
