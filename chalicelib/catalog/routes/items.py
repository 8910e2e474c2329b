"""The catalogue over HTTP: open to everybody, without login."""

import math
from collections.abc import Mapping
from dataclasses import astuple
from functools import lru_cache
from typing import Any

from chalicelib.catalog import flows, items
from chalicelib.catalog.browsing import lists
from chalicelib.catalog.browsing.item_list import titles
from chalicelib.catalog.flows import Flow, Step
from chalicelib.kernel import ids, paging, texts
from chalicelib.kernel.errors import BadRequest
from chalicelib.kernel.http import PAGING, PUBLIC, Call, Door, Parameter, Reply

LONGEST_SEARCH = 100
VERSION_QUERY = {"version": Parameter("an earlier published version", form="number")}
PICTURE_QUERY = {
    **VERSION_QUERY,
    "language": Parameter("else as Accept-Language asks", texts.LANGUAGES),
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
        "q": Parameter("words in Chinese or English; the items that fit best come first"),
        "kind": Parameter("one kind of power", tuple(titles("kind"))),
        "authority": Parameter("the code of one authority that has an item", lists.authorities),
        "audience": Parameter("for whom an item is", tuple(titles("audience"))),
        "life_event": Parameter(
            "one moment of a life or a business",
            tuple(titles("life-event")),
        ),
        **PAGING,
    },
)
def list_items(call: Call) -> Reply:
    """Summaries by id, or the best first where words are asked for."""
    wanted = _filter(call)
    size = call.limit()
    binding = ("items-by-rank", *astuple(wanted))
    start = paging.take(call.query.get("cursor", ""), *binding)
    after = (start["rank"], start["id"]) if start else (-math.inf, "")
    left = lists.page(wanted, after, size + 1)
    page = left[:size]
    next_start = None
    if len(left) > size:
        (rank, last), _ = page[-1]
        next_start = {"rank": rank, "id": last}
    return Reply(
        {
            "items": [summary for _, summary in page],
            "next_cursor": paging.give(next_start, *binding),
        }
    )


def _filter(call: Call) -> lists.ItemFilter:
    words = call.query.get("q", "").strip()
    if len(words) > LONGEST_SEARCH:
        raise BadRequest("query-too-long", most=LONGEST_SEARCH)
    return lists.ItemFilter(
        kind=call.query.get("kind", ""),
        authority=call.query.get("authority", ""),
        audience=call.query.get("audience", ""),
        life_event=call.query.get("life_event", ""),
        words=words,
    )


@door.on(
    "GET",
    "/items/{item}",
    action="read_item",
    audience=PUBLIC,
    reply="item_page",
    summary="One item with all its elements",
    query=VERSION_QUERY,
)
def show_item(call: Call, item: str) -> Reply:
    """The item as published, and the flow that its cases walk, with its hash; a retired one as it
    was.
    """
    document = _version(call, item)
    bound = document["flow"]
    flow = flows.flow(bound["id"], bound["version"])
    page = {**document, "flow": _flow(flow, document["posts"])}
    return Reply(page, version=document["version"])


def _flow(flow: Flow, posts: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": flow.id,
        "version": flow.version,
        "hash": flow.hash,
        "title": flow.title,
        "steps": [_step(step, posts) for step in flow.steps.values()],
    }


def _step(step: Step, posts: Mapping[str, str]) -> dict[str, Any]:
    return {
        "step": step.id,
        "kind": step.kind,
        "title": step.title,
        "post": posts.get(step.post),
        "limit_days": step.limit_days,
        "outcomes": dict(step.outcomes),
        "not_by": list(step.not_by),
    }


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
    document = _version(call, item)
    language = call.language
    if call.query.get("language"):
        language = texts.language_of(call.query["language"])
    # A picture that is opened by itself may load and run nothing.
    headers = {
        "Content-Language": language,
        "Vary": "Accept-Language",
        "Content-Security-Policy": "default-src 'none'",
    }
    flow = document["flow"]
    picture = _picture(form, flow["id"], flow["version"], language)
    return Reply(picture, headers=headers)


@lru_cache(maxsize=64)
def _picture(form: str, flow: str, version: int, language: str) -> str:
    from chalicelib.catalog.flows import diagrams  # few calls need them: 10 ms of a cold start

    draw = diagrams.svg if form == "svg" else diagrams.mermaid
    return draw(flows.flow(flow, version), language)


def _version(call: Call, item: str) -> items.Document:
    """The version that is asked for, or the one in force; of a retired item the last."""
    number = call.query.get("version", "")
    if number:
        return items.version(item, ids.whole(number))
    return items.shown(item)
