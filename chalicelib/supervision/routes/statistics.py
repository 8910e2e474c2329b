"""Statistics over HTTP: for everybody by authority, item and service point; for supervision, and
heads of their own office, exactly and by post.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from chalicelib import catalog
from chalicelib.kernel import paging as cursors
from chalicelib.kernel.errors import BadRequest
from chalicelib.kernel.http import OFFICE, PAGING, PUBLIC, Call, Door, Parameter, Reply
from chalicelib.kernel.spreadsheets import CSV
from chalicelib.supervision.outlook import accuracy
from chalicelib.supervision.routes import departments, tables
from chalicelib.supervision.statistics import counts, pages
from chalicelib.supervision.statistics.pages import DAY, MONTH, MOST_PERIODS, Wanted

door = Door()

OPEN_LISTS = (counts.AUTHORITY, counts.ITEM, counts.POINT)
MOST_ROWS = 1000  # of a table
BY = "what each row is about"
PERIOD: Mapping[str, Parameter] = {
    "unit": Parameter("a row for each day or each month", (DAY, MONTH)),
    "from": Parameter("the first day; the same as the last when absent", form="day"),
    "to": Parameter("the last day; today when absent", form="day"),
}
FILTERS: Mapping[str, Parameter] = {
    **PERIOD,
    "code": Parameter("one item, service point or post"),
    "kind": Parameter("only items of one kind"),
}
AUTHORITY = {"authority": Parameter("one authority")}
TABLE = {
    "cursor": Parameter("where the next page starts", form="cursor"),
    "limit": Parameter("rows of a table, 1 to 1000", form="number"),
}
OPEN = {"by": Parameter(BY, OPEN_LISTS), **AUTHORITY, **FILTERS}
EXACT = {"by": Parameter(BY, (*OPEN_LISTS, counts.POST)), **departments.FILTER, **FILTERS}


def wanted_of(call: Call, authority: str) -> Wanted:
    """Which cells a query asks for. Raises BadRequest for a period that is reversed or too long."""
    query = call.query
    kind = query.get("kind", "")
    last = _day(query.get("to", "")) or call.now.date()
    first = _day(query.get("from", "")) or last
    usual = counts.ITEM if kind else counts.AUTHORITY
    wanted = Wanted(
        query.get("by", usual),
        query.get("unit", MONTH),
        first,
        last,
        authority,
        query.get("code", ""),
        _items_of(kind) if kind else None,
    )
    if first > last:
        raise BadRequest("period-reversed")
    if (last - first).days > MOST_PERIODS * 31 or len(wanted.periods) > MOST_PERIODS:
        raise BadRequest("period-too-long", most=MOST_PERIODS)
    return wanted


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _items_of(kind: str) -> frozenset[str]:
    items = [item for item in catalog.item_ids() if catalog.current(item)["kind"] == kind]
    return frozenset(items)


def _page(
    call: Call, wanted: Wanted, limit: int, is_public: bool
) -> tuple[list[dict[str, Any]], str | None]:
    """Cells, and the cursor of the next page."""
    reader = "" if is_public else call.principal.person
    asked = [wanted.by, wanted.unit, wanted.first.isoformat(), wanted.last.isoformat()]
    asked += [wanted.authority, wanted.code, call.query.get("kind", "")]
    binding = ("statistics", reader, *asked)
    place = pages.place_of(
        cursors.take(
            call.query.get("cursor", ""),
            *binding,
        ),
        wanted,
    )
    rows, after = pages.page(
        wanted,
        limit,
        place,
    )
    cursor = cursors.give(dict(after.__dict__), *binding) if after else None
    return pages.shown(rows, is_public), cursor


def _list(call: Call, authority: str, is_public: bool) -> Reply:
    wanted = wanted_of(call, authority)
    found, cursor = _page(
        call,
        wanted,
        call.limit(),
        is_public,
    )
    page = {"by": wanted.by, "unit": wanted.unit, "cells": found, "next_cursor": cursor}
    return Reply(page)


def _table(call: Call, authority: str, is_public: bool) -> Reply:
    limit = call.limit(most=MOST_ROWS, usual=MOST_ROWS)
    found, cursor = _page(call, wanted_of(call, authority), limit, is_public)
    rows = map(pages.flat, found)
    return tables.reply(
        "statistics.csv",
        pages.COLUMNS,
        rows,
        cursor,
    )


@door.on(
    "GET",
    "/statistics",
    action="read_statistics",
    audience=PUBLIC,
    reply="statistics",
    query={**OPEN, **PAGING},
    summary="What the city's offices have done, by day or month",
)
def statistics(call: Call) -> Reply:
    """By authority, item or service point. What is about one or two persons reads ``<3``."""
    return _list(
        call,
        call.query.get("authority", ""),
        is_public=True,
    )


@door.on(
    "GET",
    "/statistics.csv",
    action="read_statistics",
    audience=PUBLIC,
    content_type=CSV,
    query={**OPEN, **TABLE},
    summary="What the city's offices have done, as a table",
)
def statistics_table(call: Call) -> Reply:
    """The same as CSV; ``Next-Cursor`` says where it goes on."""
    return _table(
        call,
        call.query.get("authority", ""),
        is_public=True,
    )


@door.on(
    "GET",
    "/supervision-statistics",
    action="view_statistics",
    audience=OFFICE,
    reply="supervision_statistics",
    query={**EXACT, **PAGING},
    summary="What offices and their posts have done, exactly",
)
def exact_statistics(call: Call) -> Reply:
    """For who supervises those of the whole city, for heads those of their office."""
    return _list(
        call,
        departments.permitted(call),
        is_public=False,
    )


@door.on(
    "GET",
    "/supervision-statistics.csv",
    action="view_statistics",
    audience=OFFICE,
    content_type=CSV,
    query={**EXACT, **TABLE},
    summary="What offices and their posts have done, exactly, as a table",
)
def exact_table(call: Call) -> Reply:
    """The same as CSV; ``Next-Cursor`` says where it goes on."""
    return _table(
        call,
        departments.permitted(call),
        is_public=False,
    )


@door.on(
    "GET",
    "/forecast-accuracy",
    action="read_statistics",
    audience=PUBLIC,
    reply="forecast_accuracy",
    query={name: PERIOD[name] for name in ("from", "to")},
    summary="How often cases that were listed as at risk did break their limit, month by month",
)
def forecast_accuracy(call: Call) -> Reply:
    """Of the decisions of each month: listed and late, listed and in time, and those not listed."""
    months = accuracy.by_month(
        wanted_of(
            call,
            "",
        )
    )
    return Reply({"months": months})
