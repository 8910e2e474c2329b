"""Power items: published by version, immutable, read by everybody."""

from collections.abc import Mapping
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

LIST = "items"
FRESH_SECONDS = 30.0
SUMMARY = ("id", "code", "kind", "name", "authority", "authority_name", "audience", "limits", "fee")

Document = Mapping[str, Any]


def publish(document: Document, now: datetime) -> bool:
    """Publish a new version of an item; False when the published one says the same already.

    Raises Invalid with every fault: schema, unknown flow, or a role of the flow that no post fills.
    """
    check(document)
    stream = f"item#{document['id']}"
    for _ in range(3):
        last = stores.journal().last(stream)
        if last and _document(last) == dict(document):
            return False
        seq = (last.seq if last else 0) + 1
        act = Act("ItemPublished", {"version": seq, "document": dict(document)})
        try:
            stores.journal().append(journal.new_entry(stream, seq, [act], at=now, actor=Actor()))
            return True
        except AppendConflict:
            continue
    raise AppendConflict(stream)


def check(document: Document) -> None:
    """Raise Invalid unless the item can be handled: its flow published, its roles filled, its limits in order."""
    schemas.check(schemas.named("item"), document)
    try:
        flow = flows.flow(document["flow"]["id"], document["flow"]["version"])
    except FileNotFoundError:
        raise Invalid(faults=[Fault("/flow", "flow-unknown")]) from None
    roles = {step.post for step in flow.steps.values() if step.post}
    faults = [Fault(f"/posts/{role}", "required") for role in sorted(roles - document["posts"].keys())]
    if document["limits"]["promised_days"] > document["limits"]["statutory_days"]:
        faults.append(Fault("/limits/promised_days", "promise-above-law"))
    if faults:
        raise Invalid(faults=faults)


@lru_cache(maxsize=256)
def version(item: str, number: int) -> Document:
    """A published version, with ``version`` and ``published_at`` in it. Raises NotFound."""
    entry = stores.journal().get(f"item#{item}", number)
    if entry is None:
        raise NotFound
    return _shown(entry)


_current: dict[str, tuple[float, Document]] = {}


def current(item: str) -> Document:
    """The version in force; this process may be up to half a minute behind a publication. Raises NotFound."""
    known = _current.get(item)
    if known and monotonic() - known[0] < FRESH_SECONDS:
        return known[1]
    entry = stores.journal().last(f"item#{item}")
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
    if shown >= entry.seq:
        return False
    document = _shown(entry)
    data = {name: document[name] for name in (*SUMMARY, "version", "published_at")}
    return stores.views().put(Row(LIST, item, version=entry.seq, data=data), expect=shown)


def listed(kind: str = "", authority: str = "") -> list[Mapping[str, Any]]:
    """Summaries of all published items by id, of one kind or authority where given."""
    rows = [row.data for row in stores.views().partition(LIST)]
    return [r for r in rows if kind in ("", r["kind"]) and authority in ("", r["authority"])]


def _document(entry: journal.Entry) -> dict[str, Any]:
    return dict(entry.acts[0].data["document"])


def _shown(entry: journal.Entry) -> Document:
    return {**_document(entry), "version": entry.seq, "published_at": clock.stamp(entry.at)}
