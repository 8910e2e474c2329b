"""Inboxes over HTTP: the tasks of a post by filter, and how many there are of each kind."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from chalicelib import authority, catalog
from chalicelib.casework.routes.cases import PAGING
from chalicelib.casework.use_cases.permissions import HEAD
from chalicelib.casework.views import inbox
from chalicelib.catalog import flows
from chalicelib.kernel import paging as cursors
from chalicelib.kernel.authorization import Resource
from chalicelib.kernel.errors import BadRequest, NotFound
from chalicelib.kernel.http import OFFICE, Call, Door, Reply

door = Door()

POST = "one of the caller's posts, one that has delegated to them, or, for a head, one of the department's"
FILTERS = {
    "item": "only of this item",
    "step": "only at this step",
    "colour": "only of cases with this warning: red, yellow, reminder or none",
    "claimed": "only those claimed by me, nobody or anybody",
    "overdue": "true: only those whose limit has passed; false: only the others",
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
    asked = _asked(call)
    binding = (
        "tasks",
        call.principal.person,
        post,
        *(asked.get(name, "") for name in FILTERS),
    )
    place = inbox.place_of(cursors.take(call.query.get("cursor", ""), *binding))
    wanted = inbox.TaskFilter(
        call.principal.person, call.now, **asked, items=_delegated_items(call, post)
    )
    tasks, more = inbox.find(post, wanted, call.limit(), place)
    return Reply(
        {
            "tasks": tasks,
            "next_cursor": cursors.give(more.as_start() if more else None, *binding),
        }
    )


@door.on(
    "GET",
    "/tasks/counts",
    action="count_tasks",
    audience=OFFICE,
    reply="task_counts",
    query={
        "post": "one of the caller's posts or, for a head, one of the department's; all of them when none is named"
    },
    summary="How many tasks there are in each inbox, by colour and claim",
)
def count_tasks(call: Call) -> Reply:
    """For each post of the caller's, for a head for each of the department's."""
    posts = [call.query["post"]] if "post" in call.query else _posts_in_sight(call)
    for post in posts:
        call.permit(_inbox_of(call, post))
    counted = [
        {
            "post": post,
            "office": authority.post_of(post),
            **inbox.counts(post, call.now),
        }
        for post in posts
    ]
    return Reply({"posts": counted})


def _inbox_of(call: Call, post: str) -> Resource:
    """The inbox that the policies are asked about. Raises NotFound."""
    own = {held.id: held.department for held in call.principal.posts}
    if post not in own and not _ID.fullmatch(post):
        raise NotFound
    return inbox.resource(post, own.get(post) or authority.post_of(post)["department"])


def _delegated_items(call: Call, post: str) -> frozenset[str]:
    """The items that a delegate may see of this post's; none named where the inbox is the caller's
    own, or a head's.
    """
    department = authority.post_of(post)["department"]
    if post in call.principal.post_ids or any(
        HEAD in held.roles and held.department == department for held in call.principal.posts
    ):
        return frozenset()
    given = (
        given for held in call.principal.posts for given in held.delegations if given.post == post
    )
    return frozenset(item for each in given for item in each.items)


def _posts_in_sight(call: Call) -> list[str]:
    headed = {post.department for post in call.principal.posts if HEAD in post.roles}
    of_departments = {
        post for department in headed for post in authority.posts_of_department(department)
    }
    return sorted(call.principal.post_ids | of_departments)


def _asked(call: Call) -> dict[str, str]:
    """The filters that are set. Raises BadRequest for a value that nothing bears."""
    asked = {name: call.query[name] for name in FILTERS if name in call.query}
    for name, value in asked.items():
        if not KNOWN[name](value):
            raise BadRequest("filter-unknown", parameter=name)
    return asked


def _is_item(value: str) -> bool:
    try:
        catalog.version(value, 1)
    except NotFound:
        return False
    return True


@lru_cache(maxsize=1)
def _steps() -> frozenset[str]:
    return frozenset(step for flow in flows.published() for step in flow.steps)


KNOWN: Mapping[str, Callable[[str], bool]] = {
    "item": _is_item,
    "step": lambda value: value in _steps(),
    "colour": inbox.COLOURS.__contains__,
    "claimed": inbox.CLAIMS.__contains__,
    "overdue": inbox.OVERDUE.__contains__,
}
