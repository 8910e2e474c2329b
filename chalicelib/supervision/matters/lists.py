"""Where supervision matters stand in the views: in the lists of their department and of all, with
their case, and in the due index.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC
from typing import Any

from chalicelib import casework
from chalicelib.kernel import clock, due_index, stores
from chalicelib.kernel.values import dataclass
from chalicelib.kernel.views import Row
from chalicelib.supervision.matters import pages
from chalicelib.supervision.matters.values import GOVERNMENT, Matter

ROW = "matter"
ALL = "matters"
LOOKED_AT_MOST = 200  # rows that one request looks through for a filter
Start = Mapping[str, Any] | None


@dataclass(frozen=True)
class MatterPage:
    """Some matters, the newest first, and where the next page starts."""

    matters: list[dict[str, Any]]
    next_start: Start


def row_of(matter: Matter) -> Row:
    """The row of a matter, its place in both lists and in the due index."""
    department = matter.subject.department
    place = f"{_sorted_by(matter)}/{matter.id}"
    shard, moment = _due(matter)
    return Row(
        f"matter#{matter.id}",
        ROW,
        version=matter.version,
        data=pages.summary(matter),
        inbox=f"{ALL}#{department}",
        inbox_at=place,
        owner=ALL,
        owner_at=place,
        due_shard=shard,
        due_at=moment,
    )


def of_case_row(matter: Matter) -> Row:
    """The row by which its case knows it."""
    return Row(
        _of_case(matter.subject.case),
        f"{_sorted_by(matter)}/{matter.id}",
        version=matter.version,
        data={"matter": matter.id},
    )


def _of_case(case: str) -> str:
    return f"matters#case#{case}"


def _sorted_by(matter: Matter) -> str:
    return clock.stamp(matter.opened_at.astimezone(UTC))


def _due(matter: Matter) -> tuple[str, str]:
    """When it climbs, if nobody acts; at the top it climbs no more."""
    if matter.due is None or matter.rung == GOVERNMENT:
        return "", ""
    end = casework.read_calendar().end_of(matter.due)
    return due_index.shard(matter.id, ROW), due_index.utc(end)


def of_case(case: str) -> list[str]:
    """Ids of the matters about a case, the oldest first."""
    rows = stores.views().partition(_of_case(case))
    return [row.data["matter"] for row in rows]


def page(
    department: str,
    keeps: Callable[[Mapping[str, Any]], bool],
    limit: int,
    start: Start,
) -> MatterPage:
    """The newest matters of a department, or of all where none is named, that the filter ``keeps``.

    A page may be short where few of those looked at are kept; the cursor leads on.
    """
    found: list[dict[str, Any]] = []
    looked_at = 0
    while looked_at < LOOKED_AT_MOST:
        batch, start = _batch(department, limit - len(found), start)
        looked_at += limit
        found += [row for row in batch if keeps(row)]
        if start is None or len(found) >= limit:
            break
    return MatterPage(found, start)


def _batch(department: str, limit: int, start: Start) -> tuple[list[dict[str, Any]], Start]:
    index, place = ("inbox", f"{ALL}#{department}") if department else ("owner", ALL)
    page = stores.views().index(
        index,
        place,
        limit=limit,
        start=start,
        newest_first=True,
    )
    rows = stores.views().get_many(key for key, _ in page.keys)
    shown = [_shown(rows[key]) for key, _ in page.keys if key in rows]
    return shown, page.next_start


def _shown(row: Row) -> dict[str, Any]:
    return {"id": row.pk.partition("#")[2], **row.data}


def due(now: str) -> Iterator[tuple[str, str]]:
    """(matter, due moment) of those whose turn is over."""
    for shard in due_index.shards(ROW):
        page = stores.views().index("due", shard, until=now)
        for (stream, _), moment in page.keys:
            yield stream.partition("#")[2], moment
