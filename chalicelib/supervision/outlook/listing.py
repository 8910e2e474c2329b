"""The list of cases at risk: a row for each that was ever on it, with since when."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from chalicelib import casework
from chalicelib.casework import Case
from chalicelib.kernel import stores
from chalicelib.kernel.views import Row
from chalicelib.supervision.outlook import usual_times
from chalicelib.supervision.outlook.forecast import PROMISED, Outlook, outlook

ROW, ALL = "at-risk", "at-risk"
FIELDS = (
    "number",
    "item",
    "department",
    "level",
    "limit",
    "last_day",
    "days_left",
    "median",
    "slow",
    "slowest",
    "listed_on",
)


def of_department(department: str) -> str:
    """The list of an authority's cases."""
    return f"{ALL}#{department}"


def listed_on(stream: str) -> date | None:
    """Since when a case stands, or stood at the end, on the list; None where it did not."""
    row = stores.views().get(*_place(stream))
    if row is None or row.data["left_on"] or not row.data["listed_on"]:
        return None
    return date.fromisoformat(row.data["listed_on"])


def _place(stream: str) -> tuple[str, str]:
    return f"outlook#{stream}", ROW


def evaluate(case: Case, today: date) -> bool:
    """Put a case on the list, or take it off; whether anything has changed."""
    times = usual_times.of_item(case.item) if _waits(case) else {}
    found = outlook(
        case,
        times,
        today,
        casework.read_calendar(),
    )
    place = _place(f"case#{case.id}")
    row = stores.views().get(*place)
    if row is None and (found is None or not found.level):
        return False
    before: Mapping[str, Any] = row.data if row else {"listed_on": None, "left_on": None}
    data = _data(case, found, before, today)
    is_listed = bool(found and found.level)
    if row and dict(row.data) == data and bool(row.owner) == is_listed:
        return False
    version = row.version if row else 0
    wanted = _row(
        place,
        version + 1,
        data,
        is_listed,
    )
    return stores.views().put(wanted, expect=version)


def _waits(case: Case) -> bool:
    return bool(case.clocks.accepted_on) and not case.clocks.decided_at


def _data(
    case: Case, found: Outlook | None, before: Mapping[str, Any], today: date
) -> dict[str, Any]:
    """What the row says. Off the list, it says how the case stood when it was last on it."""
    if found and found.level:
        is_new = before["listed_on"] is None or before["left_on"] is not None
        return {
            **_shown(case, found),
            "listed_on": today.isoformat() if is_new else before["listed_on"],
            "left_on": None,
        }
    # Who left the list once the promise was broken, or with the decision, had been foreseen.
    is_cleared = found is not None and found.limit == PROMISED
    left_on = before["left_on"]
    if is_cleared and left_on is None:
        left_on = today.isoformat()
    return {**before, "left_on": left_on}


def _shown(case: Case, found: Outlook) -> dict[str, Any]:
    slowest = asdict(found.slowest) if found.slowest else None
    return {
        "number": case.number,
        "item": case.item,
        "department": case.authority,
        "level": found.level,
        "limit": found.limit,
        "last_day": found.last_day.isoformat(),
        "days_left": found.days_left,
        "median": found.median,
        "slow": found.slow,
        "slowest": slowest,
    }


def _row(
    place: tuple[str, str],
    version: int,
    data: dict[str, Any],
    is_listed: bool,
) -> Row:
    sorted_by = f"{data['last_day']}/{data['number']}" if is_listed else ""
    return Row(
        *place,
        version=version,
        data=data,
        inbox=of_department(data["department"]) if is_listed else "",
        inbox_at=sorted_by,
        owner=ALL if is_listed else "",
        owner_at=sorted_by,
    )


def page(
    department: str,
    level: str,
    limit: int,
    start: Mapping[str, Any] | None,
) -> tuple[list[dict[str, Any]], Mapping[str, Any] | None]:
    """The cases of a department, or all, whose limit is next, and where the next page starts."""
    index, place = ("inbox", of_department(department)) if department else ("owner", ALL)
    part = stores.views().index(
        index,
        place,
        limit=limit,
        start=start,
    )
    rows = stores.views().get_many(key for key, _ in part.keys)
    found = []
    for key, _ in part.keys:
        row = rows.get(key)
        if row and row.owner and level in ("", row.data["level"]):
            found.append({name: row.data[name] for name in FIELDS})
    return found, part.next_start
