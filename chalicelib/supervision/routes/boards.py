"""What supervision looks at: the board of what is open, a case's timeline, matters as a table."""

from collections.abc import Mapping
from typing import Any

from chalicelib import casework
from chalicelib.kernel import paging as cursors
from chalicelib.kernel.http import OFFICE, PAGING, Call, Door, Parameter, Reply
from chalicelib.kernel.spreadsheets import CSV
from chalicelib.supervision import timeline
from chalicelib.supervision.matters.values import KINDS
from chalicelib.supervision.routes import departments, tables
from chalicelib.supervision.statistics import board
from chalicelib.supervision.statistics.board import BoardFilter

door = Door()

FILTERS: Mapping[str, Parameter] = {
    **departments.FILTER,
    "kind": Parameter("only matters of one kind", KINDS),
    "level": Parameter("only cards of one colour", ("yellow", "red")),
    "item": Parameter("only what is about one item"),
}
COLUMNS = (
    "authority",
    "kind",
    "level",
    "item",
    "open",
    "today",
    "this_week",
    "older",
    "oldest",
)


def _page(call: Call) -> tuple[list[dict[str, Any]], str | None]:
    department = departments.permitted(call)
    wanted = BoardFilter(
        department,
        call.query.get("kind", ""),
        call.query.get("level", ""),
        call.query.get("item", ""),
    )
    binding = (
        "supervision-board",
        call.principal.person,
        *(wanted.authority, wanted.kind, wanted.level, wanted.item),
    )
    rows, after = board.page(
        wanted,
        call.limit(),
        cursors.take(call.query.get("cursor", ""), *binding),
        call.now.date(),
        casework.read_calendar(),
    )
    return rows, cursors.give(after, *binding)


@door.on(
    "GET",
    "/supervision-board",
    action="view_board",
    audience=OFFICE,
    reply="supervision_board",
    query={**FILTERS, **PAGING},
    summary="What is open in supervision now, by authority, kind, level, item and age",
)
def show_board(call: Call) -> Reply:
    """For who supervises. A page may be short where few rows match; the cursor leads on."""
    rows, cursor = _page(call)
    return Reply({"rows": rows, "next_cursor": cursor})


@door.on(
    "GET",
    "/supervision-board.csv",
    action="view_board",
    audience=OFFICE,
    content_type=CSV,
    query={**FILTERS, **PAGING},
    summary="What is open in supervision now, as a table",
)
def board_table(call: Call) -> Reply:
    """The same as CSV; ``Next-Cursor`` says where it goes on."""
    rows, cursor = _page(call)
    return tables.reply(
        "supervision-board.csv",
        COLUMNS,
        rows,
        cursor,
    )


@door.on(
    "GET",
    "/cases/{number}/timeline",
    action="view_case",
    audience=OFFICE,
    reply="case_timeline",
    summary="A case with all its entries, clocks, warnings and supervision matters",
)
def show_timeline(call: Call, number: str) -> Reply:
    """For supervisors: to read it is a read of the case for supervision, and on record as one."""
    case, entries = casework.load(casework.find(number))
    viewer = casework.permit_reading(
        call,
        case,
        "supervision",
    )
    shown = timeline.of_case(case, entries, call.now)
    return Reply(shown, version=case.seq, viewer=viewer)
