"""The lists of open drafts: each authority's own, and that of all for the legal office."""

from datetime import UTC, datetime
from typing import Any

from chalicelib.catalog.acts import drafts
from chalicelib.catalog.acts.drafts import Draft
from chalicelib.catalog.publishing.permissions import EITHER, LEGAL_OFFICE
from chalicelib.kernel import clock, paging, stores
from chalicelib.kernel.caller import Caller
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.views import Page, Row

ROW = "draft"
EVERYBODYS = "item-drafts"


def project(stream: str, age: float = 0.0) -> bool:
    """Bring a draft's row in the list of its authority up to date (a feed handler); True if it was
    behind.
    """
    entries = stores.journal().read(stream)
    row = stores.views().get(stream, ROW)
    row_version = row.version if row else 0
    if not entries or row_version >= entries[-1].seq:
        return False
    draft = drafts.fold(stream, entries)
    laid = _row(stream, draft, entries[-1].at)
    return stores.views().put(laid, expect=row_version)


def _row(stream: str, draft: Draft, changed_at: datetime) -> Row:
    data = {
        "item": draft.item,
        "authority": draft.authority,
        "status": draft.status,
        "changed_at": clock.stamp(changed_at),
    }
    if not draft.is_open:
        return Row(stream, ROW, draft.seq, data, inbox="", inbox_at="", owner="", owner_at="")
    place = f"{changed_at.astimezone(UTC).isoformat(timespec='milliseconds')}/{draft.id}"
    return Row(
        stream,
        ROW,
        draft.seq,
        data,
        inbox=_list_of(draft.authority),
        inbox_at=place,
        owner=EVERYBODYS,
        owner_at=place,
    )


def read(caller: Caller, authority: str, limit: int, cursor: str) -> dict[str, Any]:
    """A page of the open drafts of an authority, the last changed first.

    Where none is named: of the caller's own, or of all for the legal office. Raises NotFound for
    another's, BadCursor.
    """
    authority = _readable(caller, authority)
    binding = ("item-drafts", caller.principal.person, authority)
    start = paging.take(cursor, *binding)
    index, place = ("inbox", _list_of(authority)) if authority else ("owner", EVERYBODYS)
    page = stores.views().index(index, place, limit=limit, start=start, newest_first=True)
    next_cursor = paging.give(page.next_start, *binding)
    return {"drafts": _shown(page), "next_cursor": next_cursor}


def _readable(caller: Caller, authority: str) -> str:
    """The authority whose drafts are to be shown; empty for all."""
    own = {post.department for post in caller.principal.posts if post.roles & EITHER}
    is_legal_office = LEGAL_OFFICE in own
    if not authority:
        return "" if is_legal_office else min(own)
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
