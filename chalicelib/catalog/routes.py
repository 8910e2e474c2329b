"""The catalogue over HTTP: open to everybody, without login."""

from chalicelib.catalog import flows, items
from chalicelib.kernel import pages
from chalicelib.kernel.door import PUBLIC, Call, Door, Reply
from chalicelib.kernel.errors import NotFound

door = Door()


@door.on(
    "GET",
    "/items",
    action="list_items",
    audience=PUBLIC,
    reply="items",
    summary="All published power items",
    query={
        "kind": "one kind of power",
        "authority": "one authority's code",
        "cursor": "next page",
        "limit": "1 to 100",
    },
)
def list_items(call: Call) -> Reply:
    """Summaries, by kind or authority where asked."""
    kind, authority = call.query.get("kind", ""), call.query.get("authority", "")
    start = pages.take(call.query.get("cursor", ""), "items", kind, authority)
    first, size = int(start["from"]) if start else 0, call.limit()
    found = items.listed(kind, authority)
    more = {"from": first + size} if first + size < len(found) else None
    return Reply({"items": found[first : first + size], "next_cursor": pages.give(more, "items", kind, authority)})


@door.on(
    "GET",
    "/items/{item}",
    action="read_item",
    audience=PUBLIC,
    reply="item_page",
    summary="One item with all its elements",
    query={"version": "an earlier published version"},
)
def show_item(call: Call, item: str) -> Reply:
    """The item as published, and the flow that its cases walk, with its hash."""
    wanted = call.query.get("version", "")
    if wanted and not (wanted.isascii() and wanted.isdecimal() and int(wanted[:9]) > 0):
        raise NotFound
    document = items.version(item, int(wanted[:9])) if wanted else items.current(item)
    flow = flows.flow(document["flow"]["id"], document["flow"]["version"])
    steps = [
        {
            "step": s.id,
            "kind": s.kind,
            "title": s.title,
            "post": document["posts"].get(s.post),
            "limit_days": s.limit_days,
            "outcomes": dict(s.outcomes),
            "not_by": list(s.not_by),
        }
        for s in flow.steps.values()
    ]
    shown = {"id": flow.id, "version": flow.version, "hash": flow.hash, "title": flow.title, "steps": steps}
    return Reply({**document, "flow": shown}, version=document["version"])
