"""The catalogue over HTTP: open to everybody, without login."""

import math
from dataclasses import astuple

from chalicelib.catalog import browse, flows, items
from chalicelib.kernel import ids, pages
from chalicelib.kernel.door import PUBLIC, Call, Door, Reply
from chalicelib.kernel.errors import BadRequest

LONGEST_SEARCH = 100

door = Door()


@door.on(
    "GET",
    "/items",
    action="list_items",
    audience=PUBLIC,
    reply="items",
    summary="All published power items",
    query={
        "q": "words in Chinese or English, all of which are found; the best come first",
        "kind": "one kind of power",
        "authority": "one authority's code",
        "audience": "individual or company",
        "life_event": "one moment of a life or a business; GET /catalog names them",
        "cursor": "next page",
        "limit": "1 to 100",
    },
)
def list_items(call: Call) -> Reply:
    """Summaries by id, or the best first where words are asked for."""
    filters = {name: call.query.get(name, "") for name in ("kind", "authority", "audience", "life_event")}
    wanted = browse.Wanted(**filters, words=call.query.get("q", "").strip())
    if len(wanted.words) > LONGEST_SEARCH:
        raise BadRequest("query-too-long", most=LONGEST_SEARCH)
    size, binding = call.limit(), ("items-by-rank", *astuple(wanted))
    start = pages.take(call.query.get("cursor", ""), *binding)
    after = (start["rank"], start["id"]) if start else (-math.inf, "")
    found = [pair for pair in browse.find(wanted) if pair[0] > after]
    shown = found[:size]
    last = dict(zip(("rank", "id"), shown[-1][0], strict=True)) if len(found) > size else None
    return Reply({"items": [summary for _, summary in shown], "next_cursor": pages.give(last, *binding)})


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
    document = items.version(item, ids.whole(wanted)) if wanted else items.current(item)
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
