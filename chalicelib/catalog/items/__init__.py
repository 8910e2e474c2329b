"""Power items: published by version, immutable, read by everybody."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import chain
from time import monotonic
from typing import Any

from jsonschema import Draft202012Validator

from chalicelib.catalog.acts import effects
from chalicelib.catalog.acts.effects import Effect
from chalicelib.catalog.errors import ItemRetired
from chalicelib.kernel import clock, journal, schemas, stores
from chalicelib.kernel.errors import Fault, Invalid, NotFound
from chalicelib.kernel.journal import Actor, AppendConflict, Entry
from chalicelib.kernel.views import Row

LIST = "items"
FRESH_SECONDS = 30.0
_ID = re.compile("[a-z][a-z0-9-]{0,30}")
SUMMARY = ("id", "code", "kind", "name", "authority", "authority_name", "audience", "limits", "fee")
FILTERS = ("audiences", "life_events")
# What a version says of itself besides its content.
HEAD = ("version", "published_at", "in_force_from")

Document = Mapping[str, Any]
Holders = Callable[[str], Collection[str]]


@dataclass(frozen=True)
class Newest:
    """The end of an item's stream: its last entry, and the version published last with what it says
    (0: none).
    """

    seq: int
    version: int = 0
    document: Document | None = None
    is_retired: bool = False


def publish(document: Document, now: datetime, holders: Holders | None = None) -> bool:
    """Publish a new version of an item at once; False when the last one published so says the same
    already.

    What came of drafts meanwhile stands: loading the same city again does not undo it. Raises
    Invalid with every fault that ``check`` finds.
    """
    check(document, holders)
    stream = f"item#{document['id']}"
    for _ in range(3):
        direct = (
            act for e in back(stream) if (act := effects.published(e)) and "draft" not in act.data
        )
        if (same := next(direct, None)) and same.data["document"] == dict(document):
            return False
        known = newest(document["id"])
        act = effects.publication(known.version + 1, document)
        try:
            stores.journal().append(
                journal.new_entry(stream, known.seq + 1, [act], at=now, actor=Actor())
            )
            return True
        except AppendConflict:
            continue
    raise AppendConflict(stream)


def check(document: Document, holders: Holders | None = None) -> None:
    """Raise Invalid with every reason why the item cannot keep what it promises; ``holders`` tells
    who holds a post.
    """
    from chalicelib.catalog.items import (
        validation,  # only publishing needs it: no cold start shall wait for it
    )

    if faults := validation.faults(document, holders):
        raise Invalid(faults=faults)


def back(stream: str) -> Iterator[Entry]:
    """The entries of an item's stream from the newest back; mostly the first one is all that is
    needed.
    """
    entry = stores.journal().last(stream)
    while entry:
        yield entry
        entry = stores.journal().get(stream, entry.seq - 1) if entry.seq > 1 else None


def newest(item: str) -> Newest:
    """What an item's stream ends with, read consistently."""
    seq, is_retired = 0, False
    for entry in back(stream_of(item)):
        seq = seq or entry.seq
        if act := effects.published(entry):
            return Newest(seq, act.data["version"], act.data["document"], is_retired)
        is_retired = is_retired or effects.of_entry(entry) is not None
    return Newest(seq)


@lru_cache(maxsize=256)
def version(item: str, number: int) -> Document:
    """A published version, with ``version``, ``published_at`` and ``in_force_from`` in it. Raises
    NotFound.
    """
    stream = stream_of(item)
    entry = stores.journal().get(stream, number)
    if entry and not _is_version(
        entry, number
    ):  # retirements stand between versions: its entry is a later one
        entry = next(
            (e for e in stores.journal().read(stream, after=number) if _is_version(e, number)), None
        )
    return _documented(entry)


def _is_version(entry: Entry, number: int) -> bool:
    act = effects.published(entry)
    return act is not None and act.data["version"] == number


def _documented(entry: Entry | None) -> Document:
    effect = effects.of_entry(entry) if entry else None
    if effect is None or effect.document is None:
        raise NotFound
    return effect.document


def versions(item: str) -> list[dict[str, Any]]:
    """Number and moments of all published versions, also those to come, the newest first. Raises
    NotFound.
    """
    brought = [effects.of_entry(entry) for entry in stores.journal().read(stream_of(item))]
    found = [effect.document for effect in brought if effect and effect.document]
    if not found:
        raise NotFound
    return [{name: document[name] for name in HEAD} for document in reversed(found)]


def content(document: Document) -> dict[str, Any]:
    """A version as it was written: without what it says of itself."""
    return {name: value for name, value in document.items() if name not in (*HEAD, "retired_from")}


def stream_of(item: str) -> str:
    """An item's stream. Raises NotFound for what cannot be an item's id: no such key is even asked
    for.
    """
    if not _ID.fullmatch(item):
        raise NotFound
    return f"item#{item}"


_current: dict[str, tuple[float, Sequence[Effect]]] = {}


def current(item: str, at: datetime | None = None) -> Document:
    """The version in force at a moment, now when none is given.

    This process may be up to half a minute behind an act, but a version that was published to begin
    later begins in time. Raises NotFound where none has begun, ItemRetired.
    """
    at = at or clock.now()
    held = effects.in_force(_effects(item, at), at)
    if held is None:
        raise NotFound
    if held.document is None:
        raise ItemRetired(faults=[Fault("/item", "item-retired")])
    return held.document


def shown(item: str) -> Document:
    """The version in force; of a retired item the last one, before the first has begun the first.
    Raises NotFound.

    ``retired_from`` is in it where the item is, or will be, retired. As fresh as ``current``.
    """
    at = clock.now()
    known = _effects(item, at)
    document = effects.shown(known, at)
    if document is None:
        raise NotFound
    end = effects.retired_from(known, at)
    return {**document, "retired_from": clock.stamp(end)} if end else document


def _effects(item: str, at: datetime) -> Sequence[Effect]:
    """What matters of an item's stream at a moment and later, in the order on record. Raises
    NotFound.
    """
    stream = stream_of(item)
    known = _current.get(item)
    if known and monotonic() - known[0] < FRESH_SECONDS and effects.in_force(known[1], at):
        return known[1]
    found = _since(back(stream), at)
    if not found:
        raise NotFound
    _current[item] = monotonic(), found
    return found


def _since(entries: Iterator[Entry], at: datetime) -> list[Effect]:
    """Effects from the newest back to the version that was in force at ``at`` and at each
    retirement that follows.
    """
    found: list[Effect] = []
    for entry in entries:
        effect = effects.of_entry(entry)
        if effect is None:
            continue
        found.insert(0, effect)
        if effect.document is None:
            at = min(at, effect.starts)
        elif effect.starts <= at:
            break
    return found


@lru_cache(maxsize=256)
def form_validator(item: str, number: int) -> Draft202012Validator:
    """The validator of a version's form."""
    return schemas.validator(dict(version(item, number)["form"]))


def project(stream: str, age: float = 0.0) -> bool:
    """Bring an item's row in the public list up to date (a feed handler); True if it was behind.

    The row holds the version in force and, under ``later``, what follows: the list changes by
    itself on the day.
    """
    entries = back(stream)
    last = next(entries, None)
    if last is None:
        return False
    item = stream.partition("#")[2]
    row = stores.views().get(LIST, item)
    shown = row.version if row else 0
    if row and shown > last.seq:
        return False
    first, *later = [_listed(effect) for effect in _since(chain([last], entries), clock.now())]
    data = {**first, "later": later} if later else first
    # A row that an earlier release laid out has fewer parts: it is laid anew.
    if row and shown == last.seq and row.data.keys() >= data.keys():
        return False
    return stores.views().put(Row(LIST, item, version=last.seq, data=data), expect=shown)


def _listed(effect: Effect) -> dict[str, Any]:
    """What the list holds of a version: its summary, what it is browsed by, and the texts that it
    is found by.
    """
    document = effect.document
    if document is None:
        return {"retired_from": clock.stamp(effect.starts)}
    data = {name: document[name] for name in (*SUMMARY, *HEAD, "conditions")}
    data |= {name: document.get(name, []) for name in FILTERS}
    return data | {"result": document["result"]["name"]}
