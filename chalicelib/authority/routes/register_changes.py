"""Changes of the registers over HTTP: one person proposes, another approves or rejects."""

import dataclasses
from collections.abc import Callable

from chalicelib.authority.acts import Change
from chalicelib.authority.errors import OwnChange
from chalicelib.authority.registers import changes, pages
from chalicelib.kernel import paging as cursors
from chalicelib.kernel import stores
from chalicelib.kernel.authorization import Resource
from chalicelib.kernel.errors import Forbidden, NotFound
from chalicelib.kernel.http import OFFICE, Call, Door, Reply
from chalicelib.kernel.journal import Actor

ADMINISTRATOR, HEAD = "administrator", "head"
CITY_WIDE = {ADMINISTRATOR, "security"}

door = Door()


@door.on(
    "POST",
    "/register-changes",
    action="propose_register_change",
    audience=OFFICE,
    status=201,
    body="register_change",
    reply="register_change_done",
    summary="Propose a change of the registers that gives power",
)
def propose(call: Call) -> Reply:
    """By an administrator; nothing holds before somebody else has approved it."""
    done = changes.propose(call.body, call.principal.person, _permit(call), call.request)
    return Reply(pages.done(done), headers={"Location": f"/register-changes/{done.change.id}"})


@door.on(
    "GET",
    "/register-changes",
    action="list_register_changes",
    audience=OFFICE,
    reply="register_changes",
    query={
        "department": "one department's code; else all for an administrator, the caller's own for a head",
        "cursor": "where the next page starts",
        "limit": "rows of a page, 1 to 100",
    },
    summary="Changes that wait for an answer, the oldest first",
)
def list_changes(call: Call) -> Reply:
    """For administrators, and for heads those of their department."""
    call.permit()
    posts = call.principal.posts
    is_administrator = any(ADMINISTRATOR in post.roles for post in posts)
    headed = {post.department for post in posts if HEAD in post.roles}
    wanted = call.query.get("department", "" if is_administrator else min(headed, default=""))
    if not is_administrator and wanted not in headed:
        raise NotFound
    index, place = ("inbox", changes.list_of(wanted)) if wanted else ("owner", changes.EVERYBODYS)
    binding = ("register-changes", call.principal.person, wanted)
    start = cursors.take(call.query.get("cursor", ""), *binding)
    page = stores.views().index(index, place, limit=call.limit(), start=start)
    found = stores.views().get_many(key for key, _ in page.keys)
    shown = [
        {"id": key[0].partition("#")[2], **found[key].data} for key, _ in page.keys if key in found
    ]
    return Reply({"changes": shown, "next_cursor": cursors.give(page.next_start, *binding)})


@door.on(
    "GET",
    "/register-changes/{change}",
    action="view_register_change",
    audience=OFFICE,
    reply="register_change_page",
    summary="A change of the registers: what is wanted, and what became of it",
)
def show_change(call: Call, change: str) -> Reply:
    """For administrators and the head of the department."""
    known, _ = changes.load(change)
    call.permit(changes.resource(known))
    return Reply(pages.full(known))


@door.on(
    "POST",
    "/register-changes/{change}/approval",
    action="approve_register_change",
    audience=OFFICE,
    reply="register_change_done",
    summary="Approve a change that somebody else has proposed",
)
def approve(call: Call, change: str) -> Reply:
    """By another administrator or the head of the department, never by who would gain; it holds
    from its day on.
    """
    return Reply(pages.done(changes.approve(change, _permit(call), call.request)))


@door.on(
    "POST",
    "/register-changes/{change}/rejection",
    action="reject_register_change",
    audience=OFFICE,
    body="reasoned",
    reply="register_change_done",
    summary="Reject a proposed change, with reasons",
)
def reject(call: Call, change: str) -> Reply:
    """By an administrator, its proposer among them, or the head of the department."""
    return Reply(
        pages.done(changes.reject(change, call.body["reasons"], _permit(call), call.request))
    )


def _permit(call: Call) -> Callable[[Resource, Change | None], Actor]:
    """Permission to act on a change, by the office that gives it."""

    def permit(resource: Resource, known: Change | None) -> Actor:
        try:
            call.permit(resource if known else dataclasses.replace(resource, see=""))
        except Forbidden as forbidden:
            gains = {*resource.facts["gaining"], resource.facts["proposer"]}
            if known and call.principal.person in gains:
                raise OwnChange().because(forbidden.denial) from None
            raise
        return call.actor(office_of(call, resource.facts["department"] if known else ""))

    return permit


def office_of(call: Call, department: str) -> str:
    """The post by which the caller acts: that of the department's head, else one of the whole
    city.
    """
    posts = call.principal.posts
    of_head = (post.id for post in posts if HEAD in post.roles and post.department == department)
    of_the_city = (post.id for post in posts if post.roles & CITY_WIDE)
    return next(of_head, None) or next(of_the_city)
