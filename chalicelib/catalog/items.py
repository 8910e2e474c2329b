"""Power items: published by version, immutable, read by everybody."""

import re
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from functools import lru_cache
from time import monotonic
from typing import Any

from jsonschema import Draft202012Validator

from chalicelib.catalog import flows
from chalicelib.kernel import clock, journal, schemas, stores
from chalicelib.kernel.errors import Fault, Invalid, NotFound
from chalicelib.kernel.journal import Act, Actor, AppendConflict
from chalicelib.kernel.views import Row

PUBLISHED = "ItemPublished"
LIST = "items"
FRESH_SECONDS = 30.0
_ID = re.compile("[a-z][a-z0-9-]{0,30}")
SUMMARY = ("id", "code", "kind", "name", "authority", "authority_name", "audience", "limits", "fee")
FILTERS = ("audiences", "life_events")

Document = Mapping[str, Any]
Holders = Callable[[str], Collection[str]]


def publish(document: Document, now: datetime, holders: Holders | None = None) -> bool:
    """Publish a new version of an item; False when the published one says the same already.

    Raises Invalid with every fault that ``check`` finds.
    """
    check(document, holders)
    stream = f"item#{document['id']}"
    for _ in range(3):
        last = stores.journal().last(stream)
        if last and _document(last) == dict(document):
            return False
        seq = (last.seq if last else 0) + 1
        act = Act(PUBLISHED, {"version": seq, "document": dict(document)})
        try:
            stores.journal().append(journal.new_entry(stream, seq, [act], at=now, actor=Actor()))
            return True
        except AppendConflict:
            continue
    raise AppendConflict(stream)


def check(document: Document, holders: Holders | None = None) -> None:
    """Raise Invalid unless the item can be handled: flow published and sound, posts filled, limits in order.

    Every fault is named, under ``/flow`` what is wrong with the flow itself. ``holders`` tells who holds a post.
    """
    from chalicelib.catalog import checker  # only publishing needs it: no cold start shall wait for it

    schemas.check(schemas.named("item"), document)
    path = flows.FOLDER / "{id}.v{version}.json".format(**document["flow"])
    try:
        template = flows.template(path)
    except FileNotFoundError:
        raise Invalid(faults=[Fault("/flow", "flow-unknown")]) from None
    posts = {role: holders(post) if holders else None for role, post in document["posts"].items()}
    found = checker.check_flow(template, posts, document["limits"], path.name)
    faults = [
        Fault(f.field if f.field.startswith(("/posts", "/limits")) else f"/flow{f.field}", f.message, dict(f.params))
        for f in found
    ]
    if document["limits"]["promised_days"] > document["limits"]["statutory_days"]:
        faults.append(Fault("/limits/promised_days", "promise-above-law"))
    if faults:
        raise Invalid(faults=faults)


@lru_cache(maxsize=256)
def version(item: str, number: int) -> Document:
    """A published version, with ``version`` and ``published_at`` in it. Raises NotFound."""
    entry = stores.journal().get(_stream(item), number)
    if entry is None:
        raise NotFound
    return _shown(entry)


def versions(item: str) -> list[dict[str, Any]]:
    """Number and moment of all published versions, the newest first. Raises NotFound."""
    found = [e for e in stores.journal().read(_stream(item)) if any(a.type == PUBLISHED for a in e.acts)]
    if not found:
        raise NotFound
    return [{"version": entry.seq, "published_at": clock.stamp(entry.at)} for entry in reversed(found)]


def content(document: Document) -> dict[str, Any]:
    """A version as it was written: without its number and the moment of its publication."""
    return {name: value for name, value in document.items() if name not in ("version", "published_at")}


def _stream(item: str) -> str:
    """Raises NotFound for what cannot be an item's id: no such key is even asked for."""
    if not _ID.fullmatch(item):
        raise NotFound
    return f"item#{item}"


_current: dict[str, tuple[float, Document]] = {}


def current(item: str) -> Document:
    """The version in force; this process may be up to half a minute behind a publication. Raises NotFound."""
    known = _current.get(item)
    if known and monotonic() - known[0] < FRESH_SECONDS:
        return known[1]
    entry = stores.journal().last(_stream(item))
    if entry is None:
        raise NotFound
    _current[item] = monotonic(), _shown(entry)
    return _current[item][1]


@lru_cache(maxsize=256)
def form_validator(item: str, number: int) -> Draft202012Validator:
    """The validator of a version's form."""
    return schemas.validator(dict(version(item, number)["form"]))


def project(stream: str, age: float = 0.0) -> bool:
    """Bring an item's row in the public list up to date (a feed handler); True if it was behind."""
    entry = stores.journal().last(stream)
    if entry is None:
        return False
    item = stream.partition("#")[2]
    row = stores.views().get(LIST, item)
    shown = row.version if row else 0
    data = _listed(_shown(entry))
    # A row that an earlier release laid out has fewer parts: it is laid anew.
    if row and (shown > entry.seq or (shown == entry.seq and row.data.keys() >= data.keys())):
        return False
    return stores.views().put(Row(LIST, item, version=entry.seq, data=data), expect=shown)


def _listed(document: Document) -> dict[str, Any]:
    """What the list holds of an item: its summary, what it is browsed by, and the texts that it is found by."""
    data = {name: document[name] for name in (*SUMMARY, "version", "published_at", "conditions")}
    data |= {name: document.get(name, []) for name in FILTERS}
    return data | {"result": document["result"]["name"]}


def _document(entry: journal.Entry) -> dict[str, Any]:
    return dict(entry.acts[0].data["document"])


def _shown(entry: journal.Entry) -> Document:
    return {**_document(entry), "version": entry.seq, "published_at": clock.stamp(entry.at)}
