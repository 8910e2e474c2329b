"""The lists of open drafts: each authority's own, and that of all for the legal office."""

from collections.abc import Sequence
from datetime import UTC
from typing import Any

from chalicelib.catalog.acts import drafts
from chalicelib.catalog.acts.drafts import Draft
from chalicelib.catalog.publishing.permissions import EITHER, LEGAL_OFFICE
from chalicelib.kernel import clock, paging, stores
from chalicelib.kernel.caller import Caller
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.projections import Projection, shown_row
from chalicelib.kernel.views import Page, Row

EVERYBODYS = "item-drafts"


def _row(draft: Draft, entries: Sequence[Entry]) -> Row:
    changed_at = entries[-1].at
    data = {
        "item": draft.item,
        "authority": draft.authority,
        "status": draft.status,
        "changed_at": clock.stamp(changed_at),
    }
    if not draft.is_open:
        return shown_row(data)
    moment = changed_at.astimezone(UTC).isoformat(timespec="milliseconds")
    place = f"{moment}/{draft.id}"
    return shown_row(
        data,
        inbox=_list_of(draft.authority),
        inbox_at=place,
        owner=EVERYBODYS,
        owner_at=place,
    )


project = Projection("draft", drafts.fold, _row)


def read(caller: Caller, authority: str, limit: int, cursor: str) -> dict[str, Any]:
    """A page of the open drafts of an authority, the last changed first.

    Where none is named: of the caller's own, or of all for the legal office. Raises NotFound for
    another's, BadCursor.
    """
    authority = _readable(caller, authority)
    binding = ("item-drafts", caller.principal.person, authority)
    start = paging.take(cursor, *binding)
    index, place = ("inbox", _list_of(authority)) if authority else ("owner", EVERYBODYS)
    page = stores.views().index(
        index,
        place,
        limit=limit,
        start=start,
        newest_first=True,
    )
    next_cursor = paging.give(page.next_start, *binding)
    return {"drafts": _shown(page), "next_cursor": next_cursor}


def _readable(caller: Caller, authority: str) -> str:
    """The authority whose drafts are to be shown; empty for all."""
    own = {post.department for post in caller.principal.posts if post.roles & EITHER}
    is_legal_office = LEGAL_OFFICE in own
    if not authority:
        if is_legal_office:
            return ""
        return min(own)
    if authority not in own and not is_legal_office:
        raise NotFound
    return authority


def _shown(page: Page) -> list[dict[str, Any]]:
    keys = [key for key, _ in page.keys]
    rows = stores.views().get_many(keys)
    shown = []
    for stream, name in keys:
        row = rows.get((stream, name))
        if row:
            draft_id = stream.partition("#")[2]
            shown.append({"id": draft_id, **row.data})
    return shown


def _list_of(department: str) -> str:
    """Where the open drafts of an authority stand in the index of inboxes."""
    return f"{EVERYBODYS}#{department}"
