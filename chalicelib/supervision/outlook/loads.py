"""How many days each post is behind: what is open there, what comes in, and how fast it works."""

from collections.abc import Mapping
from datetime import date, timedelta
from math import ceil
from typing import Any

from chalicelib.deadlines import WorkingCalendar
from chalicelib.kernel import stores
from chalicelib.kernel.views import Row
from chalicelib.supervision.statistics import cells, counts, generations

WINDOW = timedelta(days=28)
Start = Mapping[str, Any] | None


def page(
    department: str,
    limit: int,
    start: Start,
    today: date,
    calendar: WorkingCalendar,
) -> tuple[list[dict[str, Any]], Start]:
    """The loads of a department's posts, or of all, some at a time, and where the next page
    starts.
    """
    generation = start["generation"] if start else generations.read().serving
    part = stores.views().newest(
        cells.partition(generation, counts.LOADS),
        prefix=f"{department}{counts.PARTED}" if department else "",
        limit=limit,
        start=start["start"] if start else None,
    )
    rows = [
        _shown(
            row,
            today,
            calendar,
        )
        for row in part.rows
    ]
    after = {"generation": generation, "start": part.next_start} if part.next_start else None
    return rows, after


def _shown(row: Row, today: date, calendar: WorkingCalendar) -> dict[str, Any]:
    department, post = counts.parts_of(row.sk)
    return {
        "department": department,
        "post": post,
        **load(
            cells.counters(row),
            today,
            calendar,
        ),
    }


def load(
    counted: Mapping[str, int],
    today: date,
    calendar: WorkingCalendar,
) -> dict[str, Any]:
    """Open tasks; tasks that came and that were done on a working day of the last four weeks; and
    the working days that the post needs at that speed for what is open, None where it did nothing.
    """
    first = today - WINDOW
    days = max(calendar.working_days_between(first, today), 1)
    came = _since(counted, "in", first)
    done = _since(
        counted,
        "out",
        first,
    )
    waiting = counted.get("open", 0)
    return {
        "open": waiting,
        "inflow": round(came / days, 2),
        "speed": round(done / days, 2),
        "days_behind": ceil(waiting * days / done) if done else None if waiting else 0,
    }


def _since(counted: Mapping[str, int], name: str, first: date) -> int:
    """What was counted under a name after a day."""
    total = 0
    for counter, amount in counted.items():
        of, _, day = counter.partition(":")
        if of == name and day > first.isoformat():
            total += amount
    return total
