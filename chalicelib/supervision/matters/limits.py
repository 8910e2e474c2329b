"""How long an office has to answer a matter, and supervision to rule: in working days."""

import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path

from chalicelib.deadlines import WorkingCalendar
from chalicelib.supervision.matters.values import GOVERNMENT, HEAD, OFFICERS, SUPERVISOR

LADDER = (OFFICERS, HEAD, SUPERVISOR, GOVERNMENT)
ANSWER_DAYS, RULING_DAYS = "answer_days", "ruling_days"

Limits = Mapping[str, Mapping[str, Mapping[str, int]]]
"""Kind of matter -> its level, empty where it has none -> days by what they are for."""


@lru_cache(maxsize=1)
def published() -> Limits:
    """All limits of matters, as everybody may read them."""
    path = Path(__file__).with_name("limits.json")
    limits: Limits = json.loads(path.read_text())
    return limits


def last_day(kind: str, level: str, rung: str, starts_on: date, calendar: WorkingCalendar) -> date:
    """The last day on which a rung may act, when its turn began on ``starts_on``, which is not
    counted.
    """
    purpose = ANSWER_DAYS if rung in (OFFICERS, HEAD) else RULING_DAYS
    days = published()[kind][level][purpose]
    return calendar.add_working_days(starts_on, days)


def above(rung: str) -> str:
    """The next rung; of the last one itself."""
    place = LADDER.index(rung) + 1
    return LADDER[min(place, len(LADDER) - 1)]
