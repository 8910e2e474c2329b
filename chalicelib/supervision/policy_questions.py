"""Would somebody have been allowed to do something on a day gone by, and by which rule? Each
question is on record.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from chalicelib import authority, casework, catalog
from chalicelib.casework import Case, Visit, case_resource, fold, inbox_resource, task_resource
from chalicelib.kernel import canonical, ids
from chalicelib.kernel.acts import private, to_act
from chalicelib.kernel.aggregates import ActOrigin, Aggregate, Authorization, Decision
from chalicelib.kernel.authorization import CITY, Resource
from chalicelib.kernel.commands import execute
from chalicelib.kernel.errors import Fault, Invalid
from chalicelib.kernel.journal import Actor, Entry
from chalicelib.kernel.values import dataclass

OFFICE = "office"  # the private group: the public learns what was asked, not about whom
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
class PolicyAnswer:
    """What the policies of that moment said, and the posts held then."""

    judgement: authority.Judgement
    posts: list[dict[str, Any]]


@dataclass(frozen=True)
class PolicyAsked:
    """What was asked of the policies, and what they said."""

    action: str
    at: datetime
    allowed: bool
    rules: tuple[str, ...]
    policies: str
    person: str = private(OFFICE)
    resource: Mapping[str, str] = private(OFFICE)


def answer(question: Question) -> PolicyAnswer:
    """Judge by the posts, the case and the policies of that moment. Raises Invalid, NotFound."""
    posts = authority.posts_on(question.person, question.moment)
    judgement = authority.judge(
        question.person,
        posts,
        question.action,
        _resource(question),
        question.moment,
    )
    return PolicyAnswer(judgement, posts)


def put_on_record(question: Question, answer: PolicyAnswer, actor: Actor, now: datetime) -> None:
    """One entry for each asker, question and day."""
    asked = PolicyAsked(
        question.action,
        question.moment,
        answer.judgement.allowed,
        tuple(rule.id for rule in answer.judgement.rules),
        answer.judgement.policies,
        question.person,
        dict(question.thing),
    )
    stream = _stream(asked, actor, now)
    authorize = partial(_by, actor)
    execute(QUESTIONS, stream, asked, authorize, known=(), now=now)


def _stream(asked: PolicyAsked, actor: Actor, now: datetime) -> str:
    act = to_act(asked)
    words = {
        **act.data,
        **act.private[OFFICE],
        "on": now.date().isoformat(),
    }
    mark = canonical.dumps(words).decode()
    return f"question#{ids.keyed_hash('question', actor.person, mark)}"


def _by(actor: Actor, is_asked: bool) -> Authorization:
    return Authorization(actor)


def _is_asked(stream: str, entries: Sequence[Entry]) -> bool:
    return bool(entries)


def _decide(is_asked: bool, asked: PolicyAsked, origin: ActOrigin) -> Decision:
    return Decision([] if is_asked else [to_act(asked)])


QUESTIONS: Aggregate[bool, PolicyAsked] = Aggregate(_is_asked, _decide)
"""A question of one asker on one day: asked, or not yet."""


def _resource(question: Question) -> Resource:
    if question.action in OF_PARTIES:
        raise Invalid(faults=[Fault("/action", "action-of-no-office")])
    for name, resource_of in RESOURCES.items():
        if name in question.thing:
            return resource_of(question)
    return CITY


def _case_or_task(question: Question) -> Resource:
    thing = question.thing
    case = _case(thing["case"], question.moment)
    if "step" in thing:
        task = task_resource(
            case,
            _visit(case, thing["step"]),
            thing.get("outcome", ""),
        )
        return _as_of(
            task,
            task.facts["post"],
            question.moment,
        )
    if question.action == "view_case":
        return _as_read(case, thing.get("purpose", ""))
    return case_resource(case)


def _as_read(case: Case, purpose: str) -> Resource:
    """The case as an office reads it: whether somebody is a party to it themselves is theirs to
    know.
    """
    resource = case_resource(case, purpose)
    return replace(resource, facts={**resource.facts, "applicant": "", "told": []})


def _case(number: str, moment: datetime) -> Case:
    """The case as it stood then. Raises NotFound, or Invalid when it was not there yet."""
    case_id = casework.find(number)
    entries = casework.read(case_id)
    then = [entry for entry in entries if entry.at <= moment]
    if not then:
        fault = Fault("/resource/case", "not-there-then")
        raise Invalid(faults=[fault])
    return fold(then)


def _visit(case: Case, step: str) -> Visit:
    """The last coming of the case to the step; if it had not come there, as if it stood there."""
    if step not in case.flow.steps:
        fault = Fault("/resource/step", "not-there-then")
        raise Invalid(faults=[fault])
    last = Visit(step, -1, case.clocks.filed_at)
    for visit in case.visits.values():
        if visit.step == step:
            last = visit
    return last


def _inbox_or_webhook(question: Question) -> Resource:
    post = question.thing["post"]
    resource = inbox_resource(post, "")
    if question.action in OF_WEBHOOKS:
        resource = Resource("Webhook", post)
    return _as_of(resource, post, question.moment)


def _as_of(resource: Resource, post: str, moment: datetime) -> Resource:
    """The same, its department as it was then."""
    department = authority.department_on(post, moment)
    return replace(resource, facts={**resource.facts, "department": department})


def _window(question: Question) -> Resource:
    """An item at a window, for somebody of whom nothing is told: who was present is theirs to
    know.
    """
    window, item = question.thing["window"], question.thing["item"]
    point = authority.service_point_on(window, question.moment)
    takes_item = point is not None and item in point["items"]
    facts = {
        "service_points": [point["id"]] if point and takes_item else [],
        "applicant": "",
        "told": [],
        "present": "",
    }
    return Resource("Counter", item, facts)


def _change(question: Question) -> Resource:
    return authority.change_at(question.thing["change"], question.moment)


def _entry(question: Question) -> Resource:
    return authority.entry_on(
        question.action,
        question.thing["entry"],
        question.moment,
    )


def _draft(question: Question) -> Resource:
    return catalog.draft_at(question.thing["draft"], question.moment)


RESOURCES: Mapping[str, Callable[[Question], Resource]] = {
    "case": _case_or_task,
    "post": _inbox_or_webhook,
    "window": _window,
    "change": _change,
    "entry": _entry,
    "draft": _draft,
}
"""What can be asked about, by its name in the question; nothing named: the city at large."""
