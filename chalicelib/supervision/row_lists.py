"""Lists of what supervision has in hand: all of a kind, or of one office, the newest first."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from chalicelib.kernel import clock, stores
from chalicelib.kernel.values import dataclass
from chalicelib.kernel.views import Row

LOOKED_AT_MOST = 200  # rows that one request looks through for a filter
Start = Mapping[str, Any] | None
Keeps = Callable[[Mapping[str, Any]], bool]


@dataclass(frozen=True)
class RowPage:
    """What some rows show, the newest first, and where the next page starts."""

    rows: list[dict[str, Any]]
    next_start: Start


def of_office(name: str, department: str) -> str:
    """The place in the inbox index of a department's list."""
    return f"{name}#{department}"


def sorted_by(at: datetime, id: str) -> str:
    """Where a thing stands in a list, by the moment at which it began."""
    return f"{clock.stamp(at.astimezone(UTC))}/{id}"


def filter_of(query: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    """What a row must say to be kept: those of the parameters ``names`` that a query has."""
    return {name: query[name] for name in names if name in query}


def is_kept(wanted: Mapping[str, str], row: Mapping[str, Any]) -> bool:
    """Whether a row says all that is wanted."""
    return all(row[name] == value for name, value in wanted.items())


def page(name: str, department: str, keeps: Keeps, limit: int, start: Start) -> RowPage:
    """The newest rows of the list ``name``, of a department or of all where none is named, that the
    filter ``keeps``.

    A page may be short where few of those looked at are kept; the cursor leads on.
    """
    found: list[dict[str, Any]] = []
    looked_at = 0
    while looked_at < LOOKED_AT_MOST:
        batch, start = _batch(name, department, limit - len(found), start)
        looked_at += limit
        found += [row for row in batch if keeps(row)]
        if start is None or len(found) >= limit:
            break
    return RowPage(found, start)


def _batch(
    name: str, department: str, limit: int, start: Start
) -> tuple[list[dict[str, Any]], Start]:
    index, place = ("inbox", of_office(name, department)) if department else ("owner", name)
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
