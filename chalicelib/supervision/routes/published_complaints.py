"""What the public sees of complaints: how many, about which office, and what became of them."""

import re
from functools import partial

from chalicelib.kernel import paging as cursors
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.http import PAGING, PUBLIC, Call, Door, Parameter, Reply
from chalicelib.supervision import row_lists
from chalicelib.supervision.complaints import lists
from chalicelib.supervision.complaints.values import KINDS, OUTCOMES, STATUSES

door = Door()

FILTERS = {
    "kind": Parameter("only complaints, or only reports", values=KINDS),
    "status": Parameter("only those that stand so", values=STATUSES),
    "outcome": Parameter("only those of which this became", values=OUTCOMES),
    "handler": Parameter("only those that a post has"),
}
DEPARTMENT = {"department": Parameter("one office's code")}
MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


@door.on(
    "GET",
    "/published-complaints",
    action="list_published_complaints",
    audience=PUBLIC,
    reply="published_complaints",
    query={**FILTERS, **DEPARTMENT, **PAGING},
    summary="Complaints and reports without their words and people",
)
def list_published(call: Call) -> Reply:
    """All of them, or those about one office, the newest first."""
    department = call.query.get("department", "")
    wanted = row_lists.filter_of(call.query, FILTERS)
    binding = ("published-complaints", department, *wanted.values())
    start = cursors.take(call.query.get("cursor", ""), *binding)
    page = row_lists.page(
        lists.ALL,
        department,
        partial(row_lists.is_kept, wanted),
        call.limit(),
        start,
    )
    next_cursor = cursors.give(page.next_start, *binding)
    return Reply({"complaints": page.rows, "next_cursor": next_cursor})


@door.on(
    "GET",
    "/published-complaints/{month}",
    action="count_complaints",
    audience=PUBLIC,
    reply="complaint_counts",
    summary="How many complaints came in a month, and what became of them",
)
def count(call: Call, month: str) -> Reply:
    """By kind, office, status and outcome; the month as ``2026-03``."""
    if not MONTH.fullmatch(month):
        raise NotFound
    return Reply({"month": month, **lists.counts_of(month)})
