"""Questions to the policies over HTTP, for supervisors and auditors."""

from datetime import datetime
from typing import Any

from chalicelib.kernel import clock
from chalicelib.kernel.errors import Fault, Invalid, Rule
from chalicelib.kernel.http import OFFICE, Call, Door, Reply
from chalicelib.supervision import policy_questions
from chalicelib.supervision.policy_questions import Question

door = Door()

ASKING = frozenset({"supervisor", "auditor"})
POST_FIELDS = (
    "post",
    "title",
    "department",
    "roles",
    "from",
    "until",
    "substitute",
)


@door.on(
    "POST",
    "/policy-questions",
    action="ask_policies",
    audience=OFFICE,
    repeatable=True,
    body="policy_question",
    reply="policy_answer",
    summary="Whether somebody would have been allowed to do something at a moment, and by which rule",  # noqa: E501
)
def ask(call: Call) -> Reply:
    """By the posts that they held then, the case as it stood then and the policies in force then;
    on record.
    """
    call.permit()
    body = call.body
    question = Question(
        person=body["person"],
        action=body["action"],
        thing=body.get("resource", {}),
        moment=_moment(call),
    )
    answer = policy_questions.answer(question)
    asker = call.actor(_asking_post(call))
    policy_questions.put_on_record(question, answer, asker, call.now)
    judgement = answer.judgement
    shown = {
        "allowed": judgement.allowed,
        "at": clock.stamp(question.moment),
        "rules": [_rule(rule, call.language) for rule in judgement.rules],
        "others": [_rule(rule, call.language) for rule in judgement.others],
        "posts": [_post(held) for held in answer.posts],
        "policies": judgement.policies,
    }
    return Reply(shown)


def _asking_post(call: Call) -> str:
    """The post by which the caller may ask."""
    asking = (post.id for post in call.principal.posts if post.roles & ASKING)
    return next(asking)


def _moment(call: Call) -> datetime:
    """The moment that is asked about, now where none is named. Raises Invalid for one to come."""
    if "at" not in call.body:
        return call.now
    stated = clock.parse(call.body["at"])
    moment = stated.astimezone(call.now.tzinfo)
    if moment > call.now:
        fault = Fault("/at", "moment-to-come")
        raise Invalid(faults=[fault])
    return moment


def _rule(rule: Rule, language: str) -> dict[str, str]:
    return {
        "id": rule.id,
        "title": rule.titles[language],
    }


def _post(held: dict[str, Any]) -> dict[str, Any]:
    return {name: held[name] for name in POST_FIELDS if name in held}
