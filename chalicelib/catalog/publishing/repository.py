"""Drafts and items as their streams hold them, read consistently."""

import re
from datetime import datetime

from chalicelib.catalog import items
from chalicelib.catalog.acts import drafts
from chalicelib.catalog.acts.drafts import Draft
from chalicelib.kernel import stores
from chalicelib.kernel.errors import Fault, Invalid, NotFound
from chalicelib.kernel.journal import Entry

_ID = re.compile(r"[a-z0-9]{1,40}")


def stream_of(draft_id: str) -> str:
    """A draft's stream. Raises NotFound for what cannot be a draft's id."""
    if not _ID.fullmatch(draft_id):
        raise NotFound
    return f"draft#{draft_id}"


def load(draft_id: str) -> tuple[Draft, list[Entry]]:
    """The draft and its entries. Raises NotFound."""
    stream = stream_of(draft_id)
    entries = stores.journal().read(stream)
    if not entries:
        raise NotFound
    return drafts.fold(stream, entries), entries


def draft_then(draft_id: str, moment: datetime) -> Draft:
    """The draft as it was at a moment gone by. Raises NotFound, or Invalid where there was none
    yet.
    """
    _, entries = load(draft_id)
    until_then = [entry for entry in entries if entry.at <= moment]
    if not until_then:
        raise Invalid(faults=[Fault("/resource/draft", "not-there-then")])
    return drafts.fold(stream_of(draft_id), until_then)


def present_authority(draft: Draft) -> str:
    """Whose item it is now; of a new one, whose it would be."""
    published = items.newest(draft.item).document
    if published:
        return str(published["authority"])
    return draft.authority
