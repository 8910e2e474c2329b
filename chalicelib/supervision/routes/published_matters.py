"""What the public sees of supervision: the matters without what was written for the office, and
their limits.
"""

from typing import Any

from chalicelib import casework
from chalicelib.kernel.http import PAGING, PUBLIC, Call, Door, Reply
from chalicelib.kernel.spreadsheets import CSV
from chalicelib.supervision.complaints import limits as complaint_limits
from chalicelib.supervision.matters import limits, lists, pages, use_cases
from chalicelib.supervision.routes import tables
from chalicelib.supervision.routes.matters import COLUMNS, DEPARTMENT, FILTERS
from chalicelib.supervision.routes.row_pages import page_of

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
    matters, cursor = _page(call)
    return Reply({"matters": matters, "next_cursor": cursor})


@door.on(
    "GET",
    "/published-matters.csv",
    action="list_published_matters",
    audience=PUBLIC,
    content_type=CSV,
    query={**FILTERS, **DEPARTMENT, **PAGING},
    summary="Cards, supervision orders and measures, as the public sees them, as a table",
)
def published_table(call: Call) -> Reply:
    """The same as CSV; ``Next-Cursor`` says where it goes on."""
    matters, cursor = _page(call)
    return tables.reply(
        "published-matters.csv",
        COLUMNS,
        matters,
        cursor,
    )


def _page(call: Call) -> tuple[list[dict[str, Any]], str | None]:
    return page_of(
        call,
        lists.ALL,
        call.query.get("department", ""),
        FILTERS,
    )


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
