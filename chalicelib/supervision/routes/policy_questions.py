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


@door.on(
    "POST",
    "/policy-questions",
    action="ask_policies",
    audience=OFFICE,
    repeatable=True,
    body="policy_question",
    reply="policy_answer",
    summary="Whether somebody would have been allowed to do something at a moment, and by which rule",
)
def ask(call: Call) -> Reply:
    """By the posts that they held then, the case as it stood then and the policies in force then;
    on record.
    """
    call.permit()
    body = call.body
    question = Question(
        body["person"],
        body["action"],
        body.get("resource", {}),
        _moment(call),
    )
    found = policy_questions.answer(question)
    post = next(post.id for post in call.principal.posts if post.roles & ASKING)
    policy_questions.put_on_record(
        question,
        found,
        call.actor(post),
        call.now,
    )
    judgement = found.judgement
    return Reply(
        {
            "allowed": judgement.allowed,
            "at": clock.stamp(question.moment),
            "rules": [_rule(rule, call.language) for rule in judgement.rules],
            "others": [_rule(rule, call.language) for rule in judgement.others],
            "posts": [_post(held) for held in found.posts],
            "policies": judgement.policies,
        }
    )


def _moment(call: Call) -> datetime:
    """The moment that is asked about, now where none is named. Raises Invalid for one to come."""
    if "at" not in call.body:
        return call.now
    try:
        moment = clock.parse(call.body["at"]).astimezone(call.now.tzinfo)
    except (
        ValueError,
        OverflowError,
    ) as error:  # the schema's pattern lets a 31 February pass
        raise Invalid(faults=[Fault("/at", "format", {"limit": "date-time"})]) from error
    if moment > call.now:
        raise Invalid(faults=[Fault("/at", "moment-to-come")])
    return moment


def _rule(rule: Rule, language: str) -> dict[str, str]:
    return {"id": rule.id, "title": rule.titles[language]}


def _post(held: dict[str, Any]) -> dict[str, Any]:
    told = ("post", "title", "department", "roles", "from", "until", "substitute")
    return {name: held[name] for name in told if name in held}
