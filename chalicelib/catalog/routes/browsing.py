"""The catalogue over HTTP, beyond the list and the item: what to browse by, versions, changes, open
data.
"""

from collections.abc import Callable, Iterable
from typing import Any

from chalicelib.catalog import items
from chalicelib.catalog.browsing import lists, open_data
from chalicelib.catalog.items import changes
from chalicelib.kernel import clock, ids, texts, visibility
from chalicelib.kernel.http import PUBLIC, Call, Door, Reply

# Some 16 KB each: far below the 6 MB that a function may answer.
ITEMS_PER_FILE = 100
BEFORE_THE_FIRST = {"version": 0, "published_at": None, "in_force_from": None}
JSON_LINES, CSV = "application/jsonl", "text/csv; charset=utf-8"

door = Door()


@door.on(
    "GET",
    "/catalog",
    action="read_catalog",
    audience=PUBLIC,
    reply="catalog",
    summary="What the items can be browsed by, with the number of items",
)
def read_catalog(call: Call) -> Reply:
    """Kinds, authorities, audiences and life events."""
    return Reply(lists.counted())


@door.on(
    "GET",
    "/items/{item}/versions",
    action="list_versions",
    audience=PUBLIC,
    reply="item_versions",
    summary="All published versions of an item, also those to come",
)
def list_versions(call: Call, item: str) -> Reply:
    """The newest first."""
    known = items.versions(item)
    return Reply(
        {"item": item, "versions": known, "retired_from": items.shown(item).get("retired_from")}
    )


@door.on(
    "GET",
    "/items/{item}/changes",
    action="read_changes",
    audience=PUBLIC,
    reply="item_changes",
    summary="What changed between two versions of an item, element by element",
    query={
        "from": "the earlier version, 0 for before the first; else the one before `to`",
        "to": "the later version; else the one in force",
    },
)
def read_changes(call: Call, item: str) -> Reply:
    """The public change log. Raises NotFound for a version that was never published."""
    given = {name: ids.whole(call.query[name]) for name in ("from", "to") if name in call.query}
    later = items.version(item, given["to"]) if "to" in given else items.shown(item)
    number = given.get("from", later["version"] - 1)
    earlier = items.version(item, number) if number else BEFORE_THE_FIRST
    found = changes.between(items.content(earlier), items.content(later))
    return Reply(
        {
            "item": item,
            "from": _version(earlier),
            "to": _version(later),
            "changes": [change.told() for change in found],
        }
    )


@door.on(
    "GET",
    "/open-data",
    action="read_open_data",
    audience=PUBLIC,
    reply="open_data",
    summary="The catalogue's open-data files and their licence",
)
def read_open_data(call: Call) -> Reply:
    """Which files there are; a large catalogue is cut into several. Retired items stay, with their
    ``retired_from``.
    """
    known = [each["id"] for each in lists.shelf().ever]
    first = [known[i] for i in range(0, len(known), ITEMS_PER_FILE)]
    files = [
        {
            "name": name,
            "url": f"open-data/{name}" + (f"?from={start}" if place else ""),
            "content_type": kind,
            "items": min(ITEMS_PER_FILE, len(known) - place * ITEMS_PER_FILE),
        }
        for name, kind in (("items.jsonl", JSON_LINES), ("items.csv", CSV))
        for place, start in enumerate(first or [""])
    ]
    licence = {
        "id": open_data.LICENCE,
        "url": open_data.LICENCE_URL,
        "note": _text("open-data-licence"),
    }
    head = {
        "title": _text("open-data-title"),
        "licence": licence,
        "generated_at": clock.stamp(call.now),
    }
    return Reply({**head, "items": len(known), "files": files})


@door.on(
    "GET",
    "/open-data/items.jsonl",
    action="read_open_data",
    audience=PUBLIC,
    content_type=JSON_LINES,
    summary="Items with all their elements, one per line",
    query={"from": "the first item's id, as GET /open-data and the Link header name it"},
)
def read_json_lines(call: Call) -> Reply:
    """JSON Lines, by id."""
    return _file(call, "items.jsonl", open_data.json_lines)


@door.on(
    "GET",
    "/open-data/items.csv",
    action="read_open_data",
    audience=PUBLIC,
    content_type=CSV,
    summary="Items as a table",
    query={"from": "the first item's id, as GET /open-data and the Link header name it"},
)
def read_table(call: Call) -> Reply:
    """CSV, by id."""
    return _file(call, "items.csv", open_data.table)


def _file(call: Call, name: str, write: Callable[[Iterable[items.Document]], str]) -> Reply:
    left = [each for each in lists.shelf().ever if each["id"] >= call.query.get("from", "")]
    shown, more = left[:ITEMS_PER_FILE], left[ITEMS_PER_FILE:]
    links = [f'<{open_data.LICENCE_URL}>; rel="license"']
    links += [f'<{name}?from={more[0]["id"]}>; rel="next"'] if more else []
    headers = {"Link": ", ".join(links), "Content-Disposition": f'attachment; filename="{name}"'}
    documents = ({**items.version(s["id"], s["version"]), **s} for s in shown)
    return Reply(
        write([visibility.show("item", d, visibility.PUBLIC) for d in documents]), headers=headers
    )


def _version(document: items.Document) -> dict[str, Any]:
    return {name: document[name] for name in items.HEAD}


def _text(key: str) -> dict[str, str]:
    return {"zh": texts.say(key, "zh-CN"), "en": texts.say(key, "en")}
