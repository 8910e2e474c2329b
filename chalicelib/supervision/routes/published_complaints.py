"""What the public sees of complaints: how many, about which office, and what became of them."""

import re

from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.http import PAGING, PUBLIC, Call, Door, Parameter, Reply
from chalicelib.supervision.complaints import lists
from chalicelib.supervision.complaints.values import KINDS, OUTCOMES, STATUSES
from chalicelib.supervision.routes.matters import DEPARTMENT
from chalicelib.supervision.routes.row_pages import page_of

door = Door()

FILTERS = {
    "kind": Parameter("only complaints, or only reports", values=KINDS),
    "status": Parameter("only those that stand so", values=STATUSES),
    "outcome": Parameter("only those of which this became", values=OUTCOMES),
    "handler": Parameter("only those that a post has"),
}
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
    complaints, cursor = page_of(
        call,
        lists.ALL,
        department,
        FILTERS,
    )
    return Reply({"complaints": complaints, "next_cursor": cursor})


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
