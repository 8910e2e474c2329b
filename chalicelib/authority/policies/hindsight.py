"""What somebody was allowed to do on a day gone by: posts and policies as they were then, from the
journals.
"""

from datetime import datetime
from functools import partial
from typing import Any

from chalicelib.authority import grants
from chalicelib.authority.acts import Definition, Holding, definitions, periods
from chalicelib.authority.acts.definitions import POST, SERVICE_POINT
from chalicelib.authority.grants import rows
from chalicelib.authority.mandates import use_cases
from chalicelib.authority.policies import engine, history, publication
from chalicelib.authority.policies.engine import Answer, held_post
from chalicelib.authority.policies.publication import PolicySet
from chalicelib.authority.registers import appointments, careers, delegations, permissions
from chalicelib.authority.registers import definitions as defining
from chalicelib.kernel.authorization import WINDOW, Principal, Resource
from chalicelib.kernel.errors import Fault, Invalid, NotFound, Rule
from chalicelib.kernel.values import dataclass

END_APPOINTMENT, END_ABSENCE, END_DELEGATION = "end_appointment", "end_absence", "end_delegation"


@dataclass(frozen=True)
class Judgement:
    """Whether it was allowed and by which rules; where nothing decided, the rules that allow it to
    others.

    ``policies`` is the hash of the set that was asked.
    """

    allowed: bool
    rules: tuple[Rule, ...]
    others: tuple[Rule, ...]
    policies: str


def posts_on(person: str, moment: datetime) -> list[dict[str, Any]]:
    """The posts that a person held at a moment, as ``views.posts_held`` tells those of now.

    Raises Invalid for somebody who was never appointed to any.
    """
    career = careers.career_of(person)
    if not career.appointments:
        raise Invalid(faults=[Fault("/person", "never-in-office")])
    posts = []
    for holding in career.holdings():
        definition = _definition_on(
            POST,
            holding.appointment.post,
            moment,
        )
        if definition and periods.holds(holding.span, moment):
            posts.append(_held(holding, definition, moment))
    return posts


def _held(holding: Holding, definition: Definition, moment: datetime) -> dict[str, Any]:
    appointment = holding.appointment
    return {
        "appointment": appointment.id,
        "post": appointment.post,
        **periods.to_data(holding.span),
        **definition.facts,
        "substitute": appointment.is_substitute,
        "delegations": _delegations(appointment.post, definition, moment),
    }


def _delegations(post: str, definition: Definition, moment: datetime) -> list[dict[str, Any]]:
    if WINDOW not in definition.facts["roles"]:
        return []
    listed = [row.data for row in grants.store().partition(grants.DELEGATIONS)]
    current = rows.in_force(listed, moment)
    return [dict(each) for each in current if each["to"] == post]


def _definition_on(register: str, thing: str, moment: datetime) -> Definition | None:
    return definitions.in_force(defining.history(register, thing), moment)


def department_on(post: str, moment: datetime) -> str:
    """The department of a post at a moment; empty before there was such a post."""
    definition = _definition_on(POST, post, moment)
    return str(definition.facts["department"]) if definition else ""


def service_point_on(post: str, moment: datetime) -> dict[str, Any] | None:
    """The service point at which a post sat at a moment, ``{id, name, organization, items, ...}``;
    None for a post elsewhere. Raises NotFound for a post that was never defined.
    """
    known = defining.history(POST, post)
    if not known:
        raise NotFound
    position = definitions.in_force(known, moment)
    point = str(position.facts.get("service_point", "")) if position else ""
    definition = (
        _definition_on(
            SERVICE_POINT,
            point,
            moment,
        )
        if point
        else None
    )
    return {"id": point, **definition.facts} if definition else None


def entry_on(action: str, entry: str, moment: datetime) -> Resource:
    """What may be taken away by ``action``, as the policies saw it at a moment: an appointment, an
    absence or a delegation, by its id.

    Raises NotFound for what never was, Invalid where it was not there then or is no such entry.
    """
    if action not in (END_APPOINTMENT, END_ABSENCE, END_DELEGATION):
        raise Invalid(faults=[Fault("/action", "action-not-of-this-thing")])
    _find(action, entry, None)
    try:
        post, people = _find(action, entry, moment)
    except NotFound:
        raise Invalid(faults=[Fault("/resource/entry", "not-there-then")]) from None
    return permissions.entry_resource(
        action,
        department_on(post, moment),
        people,
    )


def _find(action: str, entry: str, moment: datetime | None) -> tuple[str, list[str]]:
    """The post of an entry and whom it gives power, as on record at a moment, or now."""
    if action == END_DELEGATION:
        delegation = delegations.delegation_of(entry, moment)
        return delegation.post, []
    person = appointments.person_of(entry)
    career = careers.career_of(person, moment)
    if action == END_APPOINTMENT:
        return career.find(entry).post, [person]
    absence = career.absence(entry)
    return absence.post, [person, absence.substitute]


def judge(
    person: str, posts: list[dict[str, Any]], action: str, resource: Resource, moment: datetime
) -> Judgement:
    """What the policies of that moment say of who held ``posts`` and had signed in as strongly as
    can be.

    Where those did not know the words of the question, the present ones are asked. Raises Invalid
    for an action that none of them knows of such a thing.
    """
    who = Principal(
        person,
        posts=tuple(map(held_post, posts)),
        is_strong=True,
        read_mandates=partial(use_cases.held_on, person, moment),
    )
    then, now = history.in_force_at(moment), publication.shipped()
    for policies in (then, now):
        answer = engine.ask(policies, who, action, resource, is_past=policies != now)
        if answer.is_clear:
            return _judgement(policies, action, answer)
    raise Invalid(faults=[Fault("/action", "action-not-of-this-thing")])


def _judgement(policies: PolicySet, action: str, answer: Answer) -> Judgement:
    published = publication.policies(policies)
    rules = tuple(published[name].rule for name in published if name in answer.determining)
    others: tuple[Rule, ...] = ()
    if not rules:
        others = publication.denial(policies, action, ()).rules
    return Judgement(
        answer.allowed,
        rules,
        others,
        policies.hash,
    )
