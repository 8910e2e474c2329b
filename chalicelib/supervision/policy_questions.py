"""Would somebody have been allowed to do something on a day gone by, and by which rule? Each
question is on record.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib import authority, catalog
from chalicelib.casework.acts import Case, Visit, fold
from chalicelib.casework.use_cases import repository
from chalicelib.casework.use_cases.policy_views import case_resource, task_resource
from chalicelib.casework.views import inbox
from chalicelib.kernel import canonical, clock, ids, journal, stores
from chalicelib.kernel.authorization import CITY, Resource
from chalicelib.kernel.errors import Fault, Invalid
from chalicelib.kernel.journal import Act, Actor, AppendConflict

ASKED = "PolicyAsked"
# What parties do is between them and the office: to ask whether an officer might would tell whose
# case it is.
OF_PARTIES = {
    "supplement_case",
    "withdraw_case",
    "state_views",
    "oppose_case",
    "collect_result",
    "pay_case",
}
OF_WEBHOOKS = {"set_webhook", "read_webhook", "end_webhook"}


@dataclass(frozen=True)
class Question:
    """Whether ``person`` might have done ``action`` to ``thing`` (as in the request) at
    ``moment``.
    """

    person: str
    action: str
    thing: Mapping[str, str]
    moment: datetime


@dataclass(frozen=True)
class Found:
    """What the policies of that moment said, and the posts held then."""

    judgement: authority.Judgement
    posts: list[dict[str, Any]]


def answer(question: Question) -> Found:
    """Judge by the posts, the case and the policies of that moment. Raises Invalid, NotFound."""
    posts = authority.posts_on(question.person, question.moment)
    judgement = authority.judge(
        question.person,
        posts,
        question.action,
        _resource(question),
        question.moment,
    )
    return Found(judgement, posts)


def put_on_record(question: Question, found: Found, actor: Actor, now: datetime) -> None:
    """One entry for each asker, question and day; the public learns what was asked, not about
    whom.
    """
    said = {
        "action": question.action,
        "at": clock.stamp(question.moment),
        "allowed": found.judgement.allowed,
        "rules": [rule.id for rule in found.judgement.rules],
        "policies": found.judgement.policies,
    }
    about = {"person": question.person, "resource": dict(question.thing)}
    today = now.date().isoformat()
    mark = canonical.dumps({**said, **about, "on": today}).decode()
    question_id = ids.keyed_hash("question", actor.person, mark)
    act = Act(ASKED, said, {"office": about})
    entry = journal.new_entry(
        f"question#{question_id}",
        1,
        [act],
        at=now,
        actor=actor,
    )
    try:
        stores.journal().append(entry)
    except AppendConflict:
        return  # asked before today


def _resource(question: Question) -> Resource:
    thing, moment = question.thing, question.moment
    if question.action in OF_PARTIES:
        raise Invalid(faults=[Fault("/action", "action-of-no-office")])
    if "case" in thing:
        case = _case(thing["case"], moment)
        if "step" not in thing:
            return (
                _read(case, thing.get("purpose", ""))
                if question.action == "view_case"
                else case_resource(case)
            )
        task = task_resource(case, _visit(case, thing["step"]), thing.get("outcome", ""))
        return _as_of(task, task.facts["post"], moment)
    if "post" in thing:
        of = (
            Resource("Webhook", thing["post"])
            if question.action in OF_WEBHOOKS
            else inbox.resource(thing["post"], "")
        )
        return _as_of(of, thing["post"], moment)
    if "change" in thing:
        return authority.change_at(thing["change"], moment)
    return catalog.draft_at(thing["draft"], moment) if "draft" in thing else CITY


def _read(case: Case, purpose: str) -> Resource:
    """The case as an office reads it: whether somebody is a party to it themselves is theirs to
    know.
    """
    resource = case_resource(case, purpose)
    facts = dict(resource.facts)
    facts["applicant"] = ""
    facts["told"] = []
    return replace(resource, facts=facts)


def _case(number: str, moment: datetime) -> Case:
    """The case as it stood then. Raises NotFound, or Invalid when it was not there yet."""
    case_id = repository.find(number)
    entries = [entry for entry in repository.read(case_id) if entry.at <= moment]
    if not entries:
        fault = Fault("/resource/case", "not-there-then")
        raise Invalid(faults=[fault])
    return fold(entries)


def _visit(case: Case, step: str) -> Visit:
    """The last coming of the case to the step; if it had not come there, as if it stood there."""
    if step not in case.flow.steps:
        fault = Fault("/resource/step", "not-there-then")
        raise Invalid(faults=[fault])
    last = Visit(step, -1, case.filed_at)
    for visit in case.visits.values():
        if visit.step == step:
            last = visit
    return last


def _as_of(resource: Resource, post: str, moment: datetime) -> Resource:
    """The same, its department as it was then."""
    facts = dict(resource.facts)
    facts["department"] = authority.department_on(post, moment)
    return replace(resource, facts=facts)
