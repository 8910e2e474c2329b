"""The catalogue over HTTP, beyond the list and the item: what to browse by, versions, changes, open
data.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from chalicelib.catalog import items
from chalicelib.catalog.browsing import item_list, lists, open_data
from chalicelib.catalog.items import changes
from chalicelib.kernel import clock, ids, texts, visibility
from chalicelib.kernel.http import PUBLIC, Call, Door, Parameter, Reply

# Some 16 KB each: far below the 6 MB that a function may answer.
ITEMS_PER_FILE = 100
BEFORE_THE_FIRST = {"version": 0, "published_at": None, "in_force_from": None}
JSON_LINES, CSV = "application/jsonl", "text/csv; charset=utf-8"
FIRST_ITEM = {
    "from": Parameter("the first item's id, as GET /open-data and the Link header name it")
}

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
    versions = items.versions(item)
    end = items.shown(item).get("retired_from")
    return Reply({"item": item, "versions": versions, "retired_from": end})


@door.on(
    "GET",
    "/items/{item}/changes",
    action="read_changes",
    audience=PUBLIC,
    reply="item_changes",
    summary="What changed between two versions of an item, element by element",
    query={
        "from": Parameter(
            "the earlier version, 0 for before the first; else the one before `to`",
            form="number",
        ),
        "to": Parameter("the later version; else the one in force", form="number"),
    },
)
def read_changes(call: Call, item: str) -> Reply:
    """The public change log. Raises NotFound for a version that was never published."""
    given = _numbers(call, "from", "to")
    later = items.version(item, given["to"]) if "to" in given else items.shown(item)
    number = given.get("from", later["version"] - 1)
    earlier = items.version(item, number) if number else BEFORE_THE_FIRST
    differing = changes.between(items.content(earlier), items.content(later))
    return Reply(
        {
            "item": item,
            "from": items.head(earlier),
            "to": items.head(later),
            "changes": [change.shown() for change in differing],
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
    ids_ever = [each["id"] for each in item_list.read().ever]
    return Reply(
        {
            "title": _text("open-data-title"),
            "licence": {
                "id": open_data.LICENCE,
                "url": open_data.LICENCE_URL,
                "note": _text("open-data-licence"),
            },
            "generated_at": clock.stamp(call.now),
            "items": len(ids_ever),
            "files": [
                *_files("items.jsonl", JSON_LINES, ids_ever),
                *_files("items.csv", CSV, ids_ever),
            ],
        }
    )


def _files(name: str, content_type: str, ids_ever: Sequence[str]) -> Iterator[dict[str, Any]]:
    """One of the forms, in as many files as its items need."""
    for start in range(0, max(len(ids_ever), 1), ITEMS_PER_FILE):
        in_file = ids_ever[start : start + ITEMS_PER_FILE]
        query = f"?from={in_file[0]}" if start else ""
        yield {
            "name": name,
            "url": f"open-data/{name}{query}",
            "content_type": content_type,
            "items": len(in_file),
        }


@door.on(
    "GET",
    "/open-data/items.jsonl",
    action="read_open_data",
    audience=PUBLIC,
    content_type=JSON_LINES,
    summary="Items with all their elements, one per line",
    query=FIRST_ITEM,
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
    query=FIRST_ITEM,
)
def read_table(call: Call) -> Reply:
    """CSV, by id."""
    return _file(call, "items.csv", open_data.table)


def _file(call: Call, name: str, write: Callable[[Iterable[items.Document]], str]) -> Reply:
    first = call.query.get("from", "")
    left = [each for each in item_list.read().ever if each["id"] >= first]
    in_file, more = left[:ITEMS_PER_FILE], left[ITEMS_PER_FILE:]
    links = [f'<{open_data.LICENCE_URL}>; rel="license"']
    if more:
        links.append(f'<{name}?from={more[0]["id"]}>; rel="next"')
    headers = {
        "Link": ", ".join(links),
        "Content-Disposition": f'attachment; filename="{name}"',
    }
    documents = [_public(summary) for summary in in_file]
    return Reply(write(documents), headers=headers)


def _public(summary: item_list.Summary) -> items.Document:
    """An item as everybody sees it, with ``retired_from`` where it has an end."""
    version = items.version(summary["id"], summary["version"])
    document: items.Document = visibility.show(
        "item",
        {**version, **summary},
        visibility.PUBLIC,
    )
    return document


def _numbers(call: Call, *names: str) -> dict[str, int]:
    """The version numbers that the query names."""
    numbers = {}
    for name in names:
        if name in call.query:
            numbers[name] = ids.whole(call.query[name])
    return numbers


def _text(key: str) -> dict[str, str]:
    return {
        "zh": texts.say(key, "zh-CN"),
        "en": texts.say(key, "en"),
    }
