"""Which changes wait for an answer: one row for each, in the lists of its department and of all."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC
from typing import Any

from chalicelib.authority.acts import Change, changes
from chalicelib.authority.acts.changes import ANSWERED_WITHIN, OPEN
from chalicelib.authority.registers.changes import existing
from chalicelib.kernel import clock, stores
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.projections import Projection, shown_row
from chalicelib.kernel.values import dataclass
from chalicelib.kernel.views import Row

ROW = "change"
EVERYBODYS = "register-changes"
Start = Mapping[str, Any] | None


@dataclass(frozen=True)
class ChangePage:
    """Some changes that wait, the oldest first, and where the next page starts."""

    changes: list[dict[str, Any]]
    next_start: Start


def waiting(department: str, limit: int, start: Start) -> ChangePage:
    """The changes that wait for an answer in a department, or anywhere where none is named.

    A page may be short: what has lapsed is passed over until its row is gone.
    """
    index, place = "owner", EVERYBODYS
    if department:
        index, place = "inbox", list_of(department)
    page = stores.views().index(
        index,
        place,
        limit=limit,
        start=start,
    )
    rows = stores.views().get_many(key for key, _ in page.keys)
    shown = []
    for key, _ in page.keys:
        row = rows.get(key)
        if row and not _has_lapsed(row):
            name = row.pk.partition("#")[2]
            shown.append({"id": name, **row.data})
    return ChangePage(shown, page.next_start)


def _has_lapsed(row: Row) -> bool:
    proposed_at = clock.parse(row.data["proposed_at"])
    return proposed_at + ANSWERED_WITHIN <= clock.now()


def _row(change: Change | None, entries: Sequence[Entry]) -> Row:
    """A change that waits stands in two lists, any other one in none."""
    proposal = existing(change)
    data = {
        "kind": proposal.kind,
        "department": proposal.department,
        "proposed_at": clock.stamp(proposal.proposed_at),
    }
    if proposal.status_at(clock.now()) != OPEN:
        return shown_row(data)
    moment = proposal.proposed_at.astimezone(UTC)
    place = f"{moment.isoformat(timespec='milliseconds')}/{proposal.id}"
    waiting_row = shown_row(
        data,
        inbox=list_of(proposal.department),
        inbox_at=place,
        owner=EVERYBODYS,
        owner_at=place,
    )
    return replace(waiting_row, expires_at=_end_of_row(proposal))


def _end_of_row(change: Change) -> int:
    """When the table may drop the row (Unix seconds): once the change has lapsed nobody looks for
    it. The table goes by the time of the system.
    """
    left = change.expires_at - clock.now()
    ends = clock.system_now() + left
    return int(ends.timestamp())


def list_of(department: str) -> str:
    """Where the open changes of a department stand in the index of inboxes."""
    return f"{EVERYBODYS}#{department}"


project = Projection(ROW, changes.fold, _row)
"""Brings a change's row among the open ones up to date (a feed handler)."""
