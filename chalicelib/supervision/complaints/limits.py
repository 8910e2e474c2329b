"""How long each turn of a complaint takes, and which offices handle it: data of the city."""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from chalicelib.deadlines import WorkingCalendar

ACCEPT, ANSWER, EXTENSION, CLIMB, APPEAL, REVIEW = (
    "accept_days",
    "answer_days",
    "extension_days",
    "climb_days",
    "appeal_days",
    "review_days",
)


@lru_cache(maxsize=1)
def _data() -> Mapping[str, Any]:
    path = Path(__file__).with_name("limits.json")
    data: Mapping[str, Any] = json.loads(path.read_text())
    return data


def published() -> Mapping[str, int]:
    """The days of each turn, as everybody may read them: working days, but ``appeal_days``, which
    are days.
    """
    days: Mapping[str, int] = _data()["days"]
    return days


def last_day(turn: str, starts_on: date, calendar: WorkingCalendar) -> date:
    """The last day of a turn that begins on ``starts_on``, which is not counted."""
    days = published()[turn]
    if turn == APPEAL:
        return starts_on + timedelta(days=days)
    return calendar.add_working_days(starts_on, days)


def handling_offices() -> list[str]:
    """The departments whose supervisors handle complaints, in the order of their turns."""
    return list(_data()["handling_offices"])


def office_above() -> str:
    """The department whose head handles what its supervisors have left lying."""
    office: str = _data()["above"]
    return office
