"""The rows of the public list of items: one for each item, laid by the feed."""

from itertools import chain
from typing import Any

from chalicelib.catalog.acts.effects import Effect
from chalicelib.catalog.items.in_force import since
from chalicelib.catalog.items.published_versions import head
from chalicelib.catalog.items.streams import back
from chalicelib.kernel import clock, stores
from chalicelib.kernel.views import Row

LIST = "items"
SUMMARY = ("id", "code", "kind", "name", "authority", "authority_name", "audience", "limits", "fee")
SYNONYMS = "synonyms"
FILTERS = ("audiences", "life_events")


def project(stream: str, age: float = 0.0) -> bool:
    """Bring an item's row in the public list up to date (a feed handler); True if it was behind."""
    entries = back(stream)
    last = next(entries, None)
    if last is None:
        return False
    item = stream.partition("#")[2]
    row = stores.views().get(LIST, item)
    row_version = row.version if row else 0
    if row_version > last.seq:
        return False
    data = _data([_listed(effect) for effect in since(chain([last], entries), clock.now())])
    if row and row_version == last.seq and not _is_of_earlier_release(row, data):
        return False
    laid = Row(LIST, item, version=last.seq, data=data)
    return stores.views().put(laid, expect=row_version)


def _is_of_earlier_release(row: Row, data: dict[str, Any]) -> bool:
    """Whether the row has fewer parts than one that is laid today."""
    return not row.data.keys() >= data.keys()


def _data(listed: list[dict[str, Any]]) -> dict[str, Any]:
    """The version in force and, under ``later``, what follows: the list changes by itself on the
    day.
    """
    first, *later = listed
    if not later:
        return first
    return {**first, "later": later}


def _listed(effect: Effect) -> dict[str, Any]:
    """What the list holds of a version: its summary, what it is browsed by, and the texts that it
    is found by.
    """
    document = effect.document
    if document is None:
        return {"retired_from": clock.stamp(effect.starts)}
    listed = head(document)
    for name in (*SUMMARY, "conditions"):
        listed[name] = document[name]
    for name in (*FILTERS, SYNONYMS):
        listed[name] = document.get(name, [])
    listed["result"] = document["result"]["name"]
    return listed
