"""Days in forms: each within the range that its field names, pairs in their order; pure.

A bound is a day, or so many days or years from the day on which the form is given: ``-2y``,
``+0d``. A field of months is compared by its months.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import MAXYEAR, MINYEAR, date, timedelta
from typing import Any

from chalicelib.kernel.errors import Fault

EARLIEST, LATEST, NOT_BEFORE = "x-earliest", "x-latest", "x-not-before"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?")
_SPAN = re.compile(r"([+-][0-9]{1,3})([dy])")
_TODAY = "+0d"

Answers = Mapping[str, Any]
Field = Mapping[str, Any]


def faults(form: Mapping[str, Any], answers: Answers, today: date, at: str) -> Iterator[Fault]:
    """What is wrong with the days of a form that is given ``today``; ``at`` is the JSON pointer
    under which its answers stand.
    """
    fields = form["properties"]
    for name, field in fields.items():
        answer = _day(answers, name)
        if not answer:
            continue
        place = f"{at}/{name}"
        yield from _out_of_range(field, answer, today, place)
        other = field.get(NOT_BEFORE, "")
        if answer < _day(answers, other):
            yield Fault(place, "day-before-other", _title(fields[other]))


def _day(answers: Answers, name: str) -> str:
    """The day or month that is answered; empty where there is none, or the form's own check says
    that it is none.
    """
    answer = answers.get(name, "")
    if isinstance(answer, str) and _DAY.fullmatch(answer):
        return answer
    return ""


def _out_of_range(field: Field, answer: str, today: date, place: str) -> Iterator[Fault]:
    earliest = _bound(field.get(EARLIEST, ""), today, answer)
    if earliest and answer < earliest:
        yield Fault(place, "day-too-early", {"limit": earliest})
    latest = _bound(field.get(LATEST, ""), today, answer)
    if latest and answer > latest:
        message = "day-to-come" if field[LATEST] == _TODAY else "day-too-late"
        yield Fault(place, message, {"limit": latest})


def _bound(text: str, today: date, answer: str) -> str:
    """The bound as a day, or a month where the answer is one; empty for none."""
    span = _SPAN.fullmatch(text)
    day = _after(today, int(span[1]), span[2]).isoformat() if span else text
    return day[: len(answer)]


def _after(today: date, count: int, unit: str) -> date:
    if unit == "d":
        return today + timedelta(days=count)
    year = min(max(today.year + count, MINYEAR), MAXYEAR)
    day = 28 if (today.month, today.day) == (2, 29) else today.day
    return today.replace(year=year, day=day)


def _title(field: Field) -> dict[str, object]:
    return {"zh": field["title"], "en": field["x-title-en"]}
