"""What the public sees of supervision: the matters without what was written for the office, and
their limits.
"""

from functools import partial
from typing import Any

from chalicelib import casework
from chalicelib.kernel import paging as cursors
from chalicelib.kernel.http import PAGING, PUBLIC, Call, Door, Reply
from chalicelib.supervision import row_lists
from chalicelib.supervision.complaints import limits as complaint_limits
from chalicelib.supervision.matters import limits, lists, pages, use_cases
from chalicelib.supervision.routes.matters import DEPARTMENT, FILTERS

door = Door()


@door.on(
    "GET",
    "/published-matters",
    action="list_published_matters",
    audience=PUBLIC,
    reply="supervision_matters",
    query={**FILTERS, **DEPARTMENT, **PAGING},
    summary="Cards, supervision orders and measures, as the public sees them",
)
def list_published(call: Call) -> Reply:
    """All of them, or those of one office, the newest first."""
    department = call.query.get("department", "")
    wanted = row_lists.filter_of(call.query, FILTERS)
    binding = ("published-matters", department, *wanted.values())
    start = cursors.take(call.query.get("cursor", ""), *binding)
    page = row_lists.page(
        lists.ALL,
        department,
        partial(row_lists.is_kept, wanted),
        call.limit(),
        start,
    )
    next_cursor = cursors.give(page.next_start, *binding)
    return Reply({"matters": page.rows, "next_cursor": next_cursor})


@door.on(
    "GET",
    "/record/{number}/supervision",
    action="show_case_supervision",
    audience=PUBLIC,
    reply="case_supervision",
    summary="The supervision matters of a case, as the public sees them",
)
def of_case(call: Call, number: str) -> Reply:
    """What was asked of the office about this case, what it answered in short, and the ruling."""
    case = casework.find(number)
    matters = [use_cases.find(matter) for matter in lists.of_case(case)]
    return Reply({"matters": [pages.full(matter) for matter in matters]})


@door.on(
    "GET",
    "/supervision-limits",
    action="list_supervision_limits",
    audience=PUBLIC,
    reply="supervision_limits",
    summary="How long an office has to answer, and supervision to rule and to handle complaints",
)
def show_limits(call: Call) -> Reply:
    """In working days of the city's calendar, by kind of matter and colour of card; and for
    complaints.
    """
    return Reply(
        {
            "limits": _limits(),
            "complaints": dict(complaint_limits.published()),
        }
    )


def _limits() -> list[dict[str, Any]]:
    shown = []
    for kind, by_level in limits.published().items():
        for level, days in by_level.items():
            shown.append({"kind": kind, "level": level or None, **days})
    return shown
