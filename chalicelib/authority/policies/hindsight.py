"""What somebody was allowed to do on a day gone by: posts and policies as they were then, from the
journals.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from chalicelib.authority import grants
from chalicelib.authority.acts import Definition, definitions, periods
from chalicelib.authority.grants import rows
from chalicelib.authority.mandates import use_cases
from chalicelib.authority.policies import engine, history, publication
from chalicelib.authority.policies.engine import held_post
from chalicelib.authority.registers import appointments
from chalicelib.authority.registers import definitions as defining
from chalicelib.kernel.authorization import WINDOW, Principal, Resource
from chalicelib.kernel.errors import Fault, Invalid, Rule


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
    career = appointments.career_of(person)
    if not career.appointments:
        raise Invalid(faults=[Fault("/person", "never-in-office")])
    found = []
    for holding in career.holdings():
        post = holding.appointment.post
        known = definitions.in_force(defining.history(defining.POST, post), moment)
        if known is None or not periods.holds(holding.span, moment):
            continue
        how = {"appointment": holding.appointment.id, "post": post, **periods.told(holding.span)}
        substitute = holding.appointment.is_substitute
        found.append(
            {
                **how,
                **known.facts,
                "substitute": substitute,
                "delegations": _delegations(post, known, moment),
            }
        )
    return found


def department_on(post: str, moment: datetime) -> str:
    """The department of a post at a moment; empty before there was such a post."""
    known = definitions.in_force(defining.history(defining.POST, post), moment)
    return str(known.facts["department"]) if known else ""


def judge(
    person: str, posts: list[dict[str, Any]], action: str, resource: Resource, moment: datetime
) -> Judgement:
    """What the policies of that moment say of who held ``posts`` and had signed in as strongly as
    can be.

    Where those did not know the words of the question, the present ones are asked. Raises Invalid
    for an action that none of them knows of such a thing.
    """
    mandates = partial(use_cases.held_on, person, moment)
    who = Principal(
        person, posts=tuple(map(held_post, posts)), is_strong=True, read_mandates=mandates
    )
    then, now = history.in_force_at(moment), publication.shipped()
    for policies in (then, now):
        answer = engine.ask(policies, who, action, resource, is_past=policies != now)
        if answer.is_clear:
            known = publication.policies(policies)
            rules = tuple(known[name].rule for name in known if name in answer.determining)
            others = () if rules else publication.denial(policies, action, ()).rules
            return Judgement(answer.allowed, rules, others, policies.hash)
    raise Invalid(faults=[Fault("/action", "action-not-of-this-thing")])


def _delegations(post: str, known: Definition, moment: datetime) -> list[dict[str, Any]]:
    if WINDOW not in known.facts["roles"]:
        return []
    listed = rows.in_force(
        (row.data for row in grants.store().partition(grants.DELEGATIONS)), moment
    )
    return [dict(told) for told in listed if told["to"] == post]
