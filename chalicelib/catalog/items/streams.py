"""The streams in which items stand on record."""

import re
from collections.abc import Iterator

from chalicelib.catalog.acts import effects
from chalicelib.catalog.acts.items import Newest
from chalicelib.kernel import stores
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.journal import Entry

_ID = re.compile("[a-z][a-z0-9-]{0,30}")


def stream_of(item: str) -> str:
    """An item's stream. Raises NotFound for what cannot be an item's id: no such key is even asked
    for.
    """
    if not _ID.fullmatch(item):
        raise NotFound
    return f"item#{item}"


def back(stream: str) -> Iterator[Entry]:
    """The entries of an item's stream from the newest back; mostly the first one is all that is
    needed.
    """
    journal = stores.journal()
    entry = journal.last(stream)
    while entry:
        yield entry
        if entry.seq == 1:
            return
        entry = journal.get(stream, entry.seq - 1)


def newest(item: str) -> Newest:
    """What an item's stream ends with, read consistently."""
    last = 0
    is_retired = False
    for entry in back(stream_of(item)):
        last = last or entry.seq
        published = effects.published(entry)
        if published:
            return Newest(last, published.version, published.document, is_retired)
        if effects.of_entry(entry):
            is_retired = True
    return Newest(last)
