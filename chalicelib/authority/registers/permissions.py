"""Who may act on the registers: how entries and changes look to the policies, and by which office
somebody acts.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chalicelib.authority.acts import Career, Change, Delegation, Webhook
from chalicelib.authority.errors import OwnChange
from chalicelib.authority.grants import views
from chalicelib.authority.registers import change_requests, changes, powers
from chalicelib.kernel import clock
from chalicelib.kernel.aggregates import Authorization
from chalicelib.kernel.authorization import WINDOW, Principal, Resource
from chalicelib.kernel.caller import Caller
from chalicelib.kernel.errors import Forbidden, NotFound

ADMINISTRATOR, HEAD = "administrator", "head"
CITY_WIDE = {ADMINISTRATOR, "security"}


def end_appointment(caller: Caller, appointment: str, career: Career) -> Authorization:
    """Permission to end an appointment."""
    try:
        post = career.find(appointment).post
    except NotFound:
        return _end_entry(caller, "", [])
    return _end_entry(caller, post, [career.person])


def end_absence(caller: Caller, absence: str, career: Career) -> Authorization:
    """Permission to end an absence."""
    try:
        resting = career.absence(absence)
    except NotFound:
        return _end_entry(caller, "", [])
    return _end_entry(caller, resting.post, [career.person, resting.substitute])


def end_delegation(caller: Caller, delegation: Delegation | None) -> Authorization:
    """Permission to end a delegation."""
    post = delegation.post if delegation else ""
    return _end_entry(caller, post, [])


def _end_entry(caller: Caller, post: str, people: list[str]) -> Authorization:
    """By an office that may take this away; the absent, of no post, looks as it does to who may
    take nothing away.
    """
    department = powers.department_of(post) if post else ""
    caller.permit(entry_resource(caller.action, department, people))
    return _by_office(caller, department)


def entry_resource(action: str, department: str, people: list[str]) -> Resource:
    """An entry of a register as the policies see it: whose power it is, and whom it gives any."""
    facts = {"department": department, "people": people}
    return Resource("RegisterEntry", action, facts)


def propose_change(caller: Caller, body: Mapping[str, Any], change: Change | None) -> Authorization:
    """Permission to propose a change, by an office that reaches over the city."""
    name = changes.new_id(caller.principal.person, caller.request)
    moment = change.proposed_at if change else clock.now()
    wanted = change_requests.read(name, body, moment)
    resource = changes.resource_of(wanted, caller.principal.person)
    caller.permit(replace(resource, see=""))
    if not is_administrator(caller.principal):
        return Authorization(caller.actor(_window_of(caller.principal)))
    return _by_office(caller, "")


def _window_of(principal: Principal) -> str:
    """The window by which somebody proposes what they have seen proved."""
    return next(post.id for post in principal.posts if WINDOW in post.roles)


def answer_change(caller: Caller, change: Change | None) -> Authorization:
    """Permission to approve or reject a change. Raises OwnChange for who has proposed it or would
    gain by it.
    """
    # Asked for again, it is answered: then it counts whose power it was when it was proposed.
    present = changes.load(changes.existing(change).id)
    resource = changes.resource(present)
    try:
        caller.permit(resource)
    except Forbidden as forbidden:
        concerned = {*resource.facts["gaining"], resource.facts["proposer"]}
        if not concerned.isdisjoint(caller.principal.identities):
            raise OwnChange().because(forbidden.denial) from None
        raise
    return _by_office(caller, resource.facts["department"])


def _by_office(caller: Caller, department: str) -> Authorization:
    post = office_of(caller.principal, department)
    return Authorization(caller.actor(post))


def office_of(principal: Principal, department: str) -> str:
    """The post by which somebody acts: that of the department's head, else one of the whole
    city.
    """
    for post in principal.posts:
        if HEAD in post.roles and post.department == department:
            return post.id
    return next(post.id for post in principal.posts if post.roles & CITY_WIDE)


def departments_headed(principal: Principal) -> set[str]:
    """The departments whose head somebody is."""
    departments = set()
    for post in principal.posts:
        if HEAD in post.roles:
            departments.add(post.department)
    return departments


def is_administrator(principal: Principal) -> bool:
    """Whether somebody is an administrator of the city."""
    roles = [post.roles for post in principal.posts]
    return any(ADMINISTRATOR in each for each in roles)


def webhook_resource(post: str) -> Resource:
    """The address of a post's system as the policies see it. Raises NotFound for no post."""
    department = views.post_of(post)["department"]
    return Resource("Webhook", post, {"department": department})


def change_webhook(caller: Caller, post: str, webhook: Webhook | None) -> Authorization:
    """Permission to register or end the address of a post's system, by the post for which the
    policies give it.
    """
    caller.permit(webhook_resource(post))
    offices = sorted(
        held.id for held in caller.principal.posts if held.roles & {ADMINISTRATOR, HEAD}
    )
    return Authorization(caller.actor(offices[0]))
