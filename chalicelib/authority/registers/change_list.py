"""Which changes wait for an answer: one row for each, in the lists of its department and of all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from chalicelib.authority.acts import Change, changes
from chalicelib.authority.acts.changes import ANSWERED_WITHIN, OPEN
from chalicelib.kernel import clock, stores
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


def project(stream: str, age: float = 0.0) -> bool:
    """Bring a change's row among the open ones up to date (a feed handler); True if it was
    behind.
    """
    change = changes.fold(stream, stores.journal().read(stream))
    if change is None:
        return False
    stored = stores.views().get(stream, ROW)
    shown = stored.version if stored else 0
    if shown >= change.seq:
        return False
    return stores.views().put(_row(stream, change), expect=shown)


def _row(stream: str, change: Change) -> Row:
    data = {
        "kind": change.kind,
        "department": change.department,
        "proposed_at": clock.stamp(change.proposed_at),
    }
    if change.status_at(clock.now()) != OPEN:
        return Row(stream, ROW, change.seq, data)
    moment = change.proposed_at.astimezone(UTC).isoformat(timespec="milliseconds")
    place = f"{moment}/{change.id}"
    return Row(
        stream,
        ROW,
        change.seq,
        data,
        inbox=list_of(change.department),
        inbox_at=place,
        owner=EVERYBODYS,
        owner_at=place,
        expires_at=_end_of_row(change),
    )


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
