"""Inboxes over HTTP: the tasks of a post by filter, and how many there are of each kind."""

import re
from datetime import datetime
from functools import lru_cache
from typing import Any

from chalicelib import authority, catalog
from chalicelib.casework.use_cases.permissions import HEAD
from chalicelib.casework.views import inbox
from chalicelib.catalog import flows
from chalicelib.kernel import paging as cursors
from chalicelib.kernel.authorization import Resource
from chalicelib.kernel.errors import BadRequest, NotFound
from chalicelib.kernel.http import OFFICE, PAGING, Call, Door, Parameter, Reply

door = Door()


@lru_cache(maxsize=1)
def _steps() -> tuple[str, ...]:
    steps: set[str] = set()
    for flow in flows.published():
        steps |= flow.steps.keys()
    return tuple(sorted(steps))


POST = Parameter(
    "one of the caller's posts, one that has delegated to them, or, for a head, one of the "
    "department's"
)
FILTERS = {
    "item": Parameter("only of this item"),
    "step": Parameter("only at this step", _steps),
    "colour": Parameter("only of cases with this warning", inbox.COLOURS),
    "claimed": Parameter("only those claimed by me, nobody or anybody", inbox.CLAIMS),
    "overdue": Parameter(
        "true: only those whose limit has passed; false: only the others",
        inbox.OVERDUE,
    ),
}
_ID = re.compile(r"[a-z][a-z0-9-]{0,40}")


@door.on(
    "GET",
    "/tasks",
    action="list_tasks",
    audience=OFFICE,
    reply="tasks",
    query={"post": POST, **FILTERS, **PAGING},
    summary="The inbox of a post, most urgent first",
)
def list_tasks(call: Call) -> Reply:
    """The open tasks of one post (the first of the caller's when none is named), all or by
    filter.
    """
    post = call.query.get("post", min(call.principal.post_ids))
    call.permit(_inbox_of(call, post))
    filters = _filters(call)
    filter_values = [filters.get(name, "") for name in FILTERS]
    binding = (
        "tasks",
        call.principal.person,
        post,
        *filter_values,
    )
    cursor = call.query.get("cursor", "")
    start = cursors.take(cursor, *binding)
    place = inbox.place_of(start)
    task_filter = inbox.TaskFilter(
        call.principal.person,
        call.now,
        **filters,
        items=_delegated_items(call, post),
    )
    tasks, next_place = inbox.find(post, task_filter, call.limit(), place)
    next_start = next_place.as_start() if next_place else None
    page = {
        "tasks": tasks,
        "next_cursor": cursors.give(next_start, *binding),
    }
    return Reply(page)


@door.on(
    "GET",
    "/tasks/counts",
    action="count_tasks",
    audience=OFFICE,
    reply="task_counts",
    query={
        "post": Parameter(
            "one of the caller's posts or, for a head, one of the department's; all of them when "
            "none is named"
        )
    },
    summary="How many tasks there are in each inbox, by colour and claim",
)
def count_tasks(call: Call) -> Reply:
    """For each post of the caller's, for a head for each of the department's."""
    post = call.query.get("post")
    posts = _posts_in_sight(call) if post is None else [post]
    for post in posts:
        call.permit(_inbox_of(call, post))
    counts = [_counts(post, call.now) for post in posts]
    return Reply({"posts": counts})


def _counts(post: str, now: datetime) -> dict[str, Any]:
    return {
        "post": post,
        "office": authority.post_of(post),
        **inbox.counts(post, now),
    }


def _inbox_of(call: Call, post: str) -> Resource:
    """The inbox that the policies are asked about. Raises NotFound."""
    own = {held.id: held.department for held in call.principal.posts}
    if post not in own and not _ID.fullmatch(post):
        raise NotFound
    department = own.get(post)
    if not department:
        department = authority.post_of(post)["department"]
    return inbox.resource(post, department)


def _delegated_items(call: Call, post: str) -> frozenset[str]:
    """The items that a delegate may see of this post's; none named where the inbox is the caller's
    own, or a head's.
    """
    department = authority.post_of(post)["department"]
    is_own = post in call.principal.post_ids
    if is_own or department in _headed_departments(call):
        return frozenset()
    items: set[str] = set()
    for held in call.principal.posts:
        for delegated in held.delegations:
            if delegated.post == post:
                items |= delegated.items
    return frozenset(items)


def _headed_departments(call: Call) -> set[str]:
    posts = call.principal.posts
    return {post.department for post in posts if HEAD in post.roles}


def _posts_in_sight(call: Call) -> list[str]:
    posts = set(call.principal.post_ids)
    for department in _headed_departments(call):
        of_department = authority.posts_of_department(department)
        posts.update(of_department)
    return sorted(posts)


def _filters(call: Call) -> dict[str, str]:
    """The filters that are set. Raises BadRequest for an item that there is not."""
    query = call.query
    filters = {name: query[name] for name in FILTERS if query.get(name)}
    if "item" in filters and not _is_item(filters["item"]):
        allowed = ", ".join(catalog.item_ids())
        raise BadRequest("query-value-unknown", parameter="item", allowed=allowed)
    return filters


def _is_item(value: str) -> bool:
    try:
        catalog.version(value, 1)
    except NotFound:
        return False
    return True
