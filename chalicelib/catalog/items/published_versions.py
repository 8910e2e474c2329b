"""An item's published versions, which never change."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from chalicelib.catalog.acts import effects
from chalicelib.catalog.acts.item_acts import Document
from chalicelib.catalog.items.streams import stream_of
from chalicelib.kernel import schemas, stores
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.journal import Entry

# What a version says of itself besides its content.
HEAD = ("version", "published_at", "in_force_from")


@lru_cache(maxsize=256)
def version(item: str, number: int) -> Document:
    """A published version, with ``version``, ``published_at`` and ``in_force_from`` in it. Raises
    NotFound.
    """
    stream = stream_of(item)
    entry = stores.journal().get(stream, number)
    if entry and not _is_version(entry, number):
        # Retirements stand between versions: its entry is a later one.
        later = stores.journal().read(stream, after=number)
        entry = _entry_of(later, number)
    effect = effects.of_entry(entry) if entry else None
    if effect is None or effect.document is None:
        raise NotFound
    return effect.document


def _entry_of(entries: Iterable[Entry], number: int) -> Entry | None:
    for entry in entries:
        if _is_version(entry, number):
            return entry
    return None


def _is_version(entry: Entry, number: int) -> bool:
    published = effects.published(entry)
    return published is not None and published.version == number


def versions(item: str) -> list[dict[str, Any]]:
    """Number and moments of all published versions, also those to come, the newest first. Raises
    NotFound.
    """
    heads = []
    for entry in stores.journal().read(stream_of(item)):
        effect = effects.of_entry(entry)
        if effect and effect.document:
            heads.append(head(effect.document))
    if not heads:
        raise NotFound
    heads.reverse()
    return heads


def head(document: Document) -> dict[str, Any]:
    """A version's number and moments."""
    return {name: document[name] for name in HEAD}


def content(document: Document) -> dict[str, Any]:
    """A version as it was written: without what it says of itself."""
    written = dict(document)
    for name in (*HEAD, "retired_from"):
        written.pop(name, None)
    return written


@lru_cache(maxsize=256)
def form_validator(item: str, number: int) -> schemas.Validator:
    """The validator of a version's form."""
    form = version(item, number)["form"]
    return schemas.Validator(form)
