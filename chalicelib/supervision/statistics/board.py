"""The board of supervision: what is open now, by authority, kind, level, item and age."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from chalicelib.deadlines import WorkingCalendar
from chalicelib.kernel import stores
from chalicelib.kernel.values import dataclass
from chalicelib.kernel.views import Row
from chalicelib.supervision.statistics import cells, counts, generations
from chalicelib.supervision.statistics.matter_facts import NONE

WEEK = 5  # working days
Start = Mapping[str, Any] | None


@dataclass(frozen=True)
class BoardFilter:
    """Which rows of the board; an empty part asks for all."""

    authority: str = ""
    kind: str = ""
    level: str = ""
    item: str = ""

    def matches(self, parts: list[str]) -> bool:
        """Whether a row is one of these."""
        wanted = (self.authority, self.kind, self.level, self.item)
        return all(
            part in ("", is_)
            for part, is_ in zip(
                wanted,
                parts,
                strict=True,
            )
        )


def page(
    wanted: BoardFilter,
    limit: int,
    start: Start,
    today: date,
    calendar: WorkingCalendar,
) -> tuple[list[dict[str, Any]], Start]:
    """Some rows of the board, and where the next page starts. What is settled is left out."""
    generation, start = _generation(start)
    prefix = f"{wanted.authority}{counts.PARTED}" if wanted.authority else ""
    part = stores.views().newest(
        cells.partition(generation, counts.BOARD),
        prefix=prefix,
        limit=limit,
        start=start,
    )
    rows = []
    for row in part.rows:
        if cells.counters(row) and wanted.matches(counts.parts_of(row.sk)):
            rows.append(
                _shown(
                    row,
                    today,
                    calendar,
                )
            )
    after = {"generation": generation, "start": part.next_start} if part.next_start else None
    return rows, after


def _generation(start: Start) -> tuple[int, Start]:
    if start is None:
        return generations.read().serving, None
    return start["generation"], start["start"]


def _shown(row: Row, today: date, calendar: WorkingCalendar) -> dict[str, Any]:
    authority, kind, level, item = counts.parts_of(row.sk)
    by_day = cells.counters(row)
    ages = {"today": 0, "this_week": 0, "older": 0}
    for day, number in by_day.items():
        ages[_age(date.fromisoformat(day), today, calendar)] += number
    return {
        "authority": authority,
        "kind": kind,
        "level": None if level == NONE else level,
        "item": None if item == NONE else item,
        "open": sum(by_day.values()),
        "oldest": min(by_day),
        **ages,
    }


def _age(opened_on: date, today: date, calendar: WorkingCalendar) -> str:
    if opened_on >= today:
        return "today"
    days = calendar.working_days_between(opened_on, today)
    return "this_week" if days < WEEK else "older"
