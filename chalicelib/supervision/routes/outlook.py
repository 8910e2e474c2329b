"""Before a limit breaks, over HTTP: what is usual, what is at risk, which posts are behind."""

from typing import Any

from chalicelib import casework
from chalicelib.kernel import paging as cursors
from chalicelib.kernel import stores
from chalicelib.kernel.http import OFFICE, PAGING, PUBLIC, Call, Door, Parameter, Reply
from chalicelib.kernel.spreadsheets import CSV
from chalicelib.supervision.outlook import listing, loads, usual_times
from chalicelib.supervision.outlook.forecast import LIKELY, POSSIBLE
from chalicelib.supervision.routes import departments, tables

door = Door()

AT_RISK = {
    **departments.FILTER,
    "level": Parameter("how grave it is", (LIKELY, POSSIBLE)),
    **PAGING,
}
LOADS = {**departments.FILTER, **PAGING}
LOAD_COLUMNS = ("department", "post", "open", "inflow", "speed", "days_behind")
RISK_COLUMNS = (*listing.FIELDS[:-2], "listed_on", "slowest_step", "slowest_post", "slowest_days")


@door.on(
    "GET",
    "/usual-times",
    action="read_statistics",
    audience=PUBLIC,
    reply="usual_times",
    query={"item": Parameter("one item"), **PAGING},
    summary="How many working days each step of an item usually takes",
)
def show_usual_times(call: Call) -> Reply:
    """Median and 80th percentile of the 90 days before ``until``, by step and post; of fewer than
    three visits none.
    """
    item = call.query.get("item", "")
    binding = ("usual-times", item)
    page = stores.views().newest(
        usual_times.LIST,
        prefix=item,
        limit=call.limit(),
        start=cursors.take(
            call.query.get("cursor", ""),
            *binding,
        ),
    )
    items = []
    for row in page.rows:
        if item in ("", row.sk):
            items.append({"item": row.sk, **row.data})
    return Reply({"items": items, "next_cursor": cursors.give(page.next_start, *binding)})


def _at_risk(call: Call) -> tuple[list[dict[str, Any]], str | None]:
    department = departments.permitted(call)
    level = call.query.get("level", "")
    binding = ("cases-at-risk", call.principal.person, department, level)
    start = cursors.take(call.query.get("cursor", ""), *binding)
    rows, after = listing.page(
        department,
        level,
        call.limit(),
        start,
    )
    return rows, cursors.give(after, *binding)


@door.on(
    "GET",
    "/cases-at-risk",
    action="list_cases_at_risk",
    audience=OFFICE,
    reply="cases_at_risk",
    query=AT_RISK,
    summary="Open cases that usually would not be decided in time, the most urgent first",
)
def list_at_risk(call: Call) -> Reply:
    """For heads those of their office, for who supervises all; with the step where time went."""
    rows, cursor = _at_risk(call)
    return Reply({"cases": rows, "next_cursor": cursor})


@door.on(
    "GET",
    "/cases-at-risk.csv",
    action="list_cases_at_risk",
    audience=OFFICE,
    content_type=CSV,
    query=AT_RISK,
    summary="Open cases that usually would not be decided in time, as a table",
)
def at_risk_table(call: Call) -> Reply:
    """The same as CSV; ``Next-Cursor`` says where it goes on."""
    rows, cursor = _at_risk(call)
    return tables.reply(
        "cases-at-risk.csv",
        RISK_COLUMNS,
        map(_flat, rows),
        cursor,
    )


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    slowest = row["slowest"] or {}
    return {**row, **{f"slowest_{name}": value for name, value in slowest.items()}}


def _loads(call: Call) -> tuple[list[dict[str, Any]], str | None]:
    department = departments.permitted(call)
    binding = ("post-loads", call.principal.person, department)
    rows, after = loads.page(
        department,
        call.limit(),
        cursors.take(call.query.get("cursor", ""), *binding),
        call.now.date(),
        casework.read_calendar(),
    )
    return rows, cursors.give(after, *binding)


@door.on(
    "GET",
    "/post-loads",
    action="list_post_loads",
    audience=OFFICE,
    reply="post_loads",
    query=LOADS,
    summary="How many days each post is behind",
)
def list_loads(call: Call) -> Reply:
    """For heads those of their office, for who supervises all: open tasks, inflow and speed."""
    rows, cursor = _loads(call)
    return Reply({"posts": rows, "next_cursor": cursor})


@door.on(
    "GET",
    "/post-loads.csv",
    action="list_post_loads",
    audience=OFFICE,
    content_type=CSV,
    query=LOADS,
    summary="How many days each post is behind, as a table",
)
def loads_table(call: Call) -> Reply:
    """The same as CSV; ``Next-Cursor`` says where it goes on."""
    rows, cursor = _loads(call)
    return tables.reply(
        "post-loads.csv",
        LOAD_COLUMNS,
        rows,
        cursor,
    )
