"""The catalogue over HTTP: open to everybody, without login."""

import math
from dataclasses import astuple
from functools import lru_cache

from chalicelib.catalog import flows, items
from chalicelib.catalog.browsing import lists
from chalicelib.kernel import ids, paging, texts
from chalicelib.kernel.errors import BadRequest
from chalicelib.kernel.http import PUBLIC, Call, Door, Reply

LONGEST_SEARCH = 100
PICTURE_QUERY = {
    "version": "an earlier published version",
    "language": "zh-CN or en; else as Accept-Language asks",
}

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
    filters = {
        name: call.query.get(name, "") for name in ("kind", "authority", "audience", "life_event")
    }
    wanted = lists.ItemFilter(**filters, words=call.query.get("q", "").strip())
    if len(wanted.words) > LONGEST_SEARCH:
        raise BadRequest("query-too-long", most=LONGEST_SEARCH)
    size, binding = call.limit(), ("items-by-rank", *astuple(wanted))
    start = paging.take(call.query.get("cursor", ""), *binding)
    after = (start["rank"], start["id"]) if start else (-math.inf, "")
    found = [pair for pair in lists.find(wanted) if pair[0] > after]
    shown = found[:size]
    last = dict(zip(("rank", "id"), shown[-1][0], strict=True)) if len(found) > size else None
    return Reply(
        {"items": [summary for _, summary in shown], "next_cursor": paging.give(last, *binding)}
    )


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
    """The item as published, and the flow that its cases walk, with its hash; a retired one as it
    was.
    """
    wanted = call.query.get("version", "")
    document = items.version(item, ids.whole(wanted)) if wanted else items.shown(item)
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
    shown = {
        "id": flow.id,
        "version": flow.version,
        "hash": flow.hash,
        "title": flow.title,
        "steps": steps,
    }
    return Reply({**document, "flow": shown}, version=document["version"])


@door.on(
    "GET",
    "/items/{item}/flow.svg",
    action="read_flow_picture",
    audience=PUBLIC,
    content_type="image/svg+xml",
    summary="An item's flow as a picture",
    query=PICTURE_QUERY,
)
def show_flow_picture(call: Call, item: str) -> Reply:
    """SVG, made from the flow that the item's cases walk."""
    return _drawn(call, item, "svg")


@door.on(
    "GET",
    "/items/{item}/flow.mmd",
    action="read_flow_picture",
    audience=PUBLIC,
    content_type="text/plain; charset=utf-8",
    summary="An item's flow as Mermaid text",
    query=PICTURE_QUERY,
)
def show_flow_text(call: Call, item: str) -> Reply:
    """Mermaid, for who wants to build upon it."""
    return _drawn(call, item, "mermaid")


def _drawn(call: Call, item: str, form: str) -> Reply:
    wanted, asked = call.query.get("version", ""), call.query.get("language", "")
    document = items.version(item, ids.whole(wanted)) if wanted else items.shown(item)
    language = texts.language_of(asked) if asked else call.language
    # A picture that is opened by itself may load and run nothing.
    headers = {
        "Content-Language": language,
        "Vary": "Accept-Language",
        "Content-Security-Policy": "default-src 'none'",
    }
    return Reply(
        _picture(form, document["flow"]["id"], document["flow"]["version"], language),
        headers=headers,
    )


@lru_cache(maxsize=64)
def _picture(form: str, flow: str, version: int, language: str) -> str:
    from chalicelib.catalog.flows import (
        diagrams,  # few calls need it: no cold start shall wait for it
    )

    draw = diagrams.svg if form == "svg" else diagrams.mermaid
    return draw(flows.flow(flow, version), language)
