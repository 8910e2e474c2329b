"""Nobody grants their own extension, revokes their own decision or agrees to their own move, and
the rule says so.
"""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib import authority
from chalicelib.authority import CedarEngine
from chalicelib.casework.acts import AskExtension, Case, CompleteTask, FileObjection, ProposeMove
from chalicelib.casework.routes import office
from chalicelib.casework.use_cases.permissions import case_resource
from chalicelib.catalog import flows
from chalicelib.catalog.flows import step_maps
from chalicelib.kernel.authorization import Post, Principal
from tests.support.builders import teams
from tests.support.builders.case_walks import HEAD, led
from tests.support.builders.cases import REVIEWER, posts_of
from tests.support.builders.teams import Team

team = teams.team


def head(case: Case, person: str, is_strong: bool = True) -> Principal:
    post = Post(case.rules.posts["head"], "URB", frozenset({"head"}))
    return Principal(person, posts=(post,), is_strong=is_strong)


def denied_by(case: Case, person: str, action: str, **more: Any) -> str:
    """The rule that forbids it; empty where it is allowed."""
    gate, who, resource = CedarEngine(), head(case, person, **more), case_resource(case)
    if gate.allows(who, action, resource):
        return ""
    rule = gate.explain_denial(who, action, resource).rule
    assert rule is not None
    return rule.id


def test_who_asked_for_an_extension_does_not_grant_it() -> None:
    desk = led("heard-licence", "accept")
    desk.do(AskExtension(3, ("Five reports are to be read.",)), REVIEWER)
    assert denied_by(desk.case, REVIEWER.person, "answer_extension") == "no-answer-to-oneself"
    assert denied_by(desk.case, HEAD.person, "answer_extension") == ""


def test_who_decided_does_not_revoke_the_decision() -> None:
    desk = led("licence", "accept", "review", "approve")
    (decider,) = desk.case.deciders
    assert denied_by(desk.case, decider, "revoke_decision") == "no-answer-to-oneself"
    assert denied_by(desk.case, "o-other", "revoke_decision") == ""


def test_who_proposed_a_move_does_not_agree_to_it() -> None:
    desk = led("licence", "accept", posts=posts_of(flows.flow("licence", 2)))
    desk.do(ProposeMove(2, step_maps.steps("licence", 1, 2), ("It never ended.",)), HEAD)
    assert denied_by(desk.case, HEAD.person, "approve_move") == "no-answer-to-oneself"
    assert denied_by(desk.case, "o-other", "approve_move") == ""


def test_who_objected_exercises_no_office_in_the_case() -> None:
    desk = led("reward", "accept", "review")
    desk.do(FileObjection("He is my rival."), HEAD)
    assert (
        denied_by(desk.case, HEAD.person, "correct_case")
        == "no-office-after-acting-for-the-applicant"
    )
    assert denied_by(desk.case, "o-other", "correct_case") == ""


@pytest.mark.parametrize(
    "action",
    ["answer_extension", "correct_case", "revoke_decision", "order_refund", "approve_move"],
)
def test_where_the_item_wants_a_strong_sign_in_for_decisions_so_does_what_touches_them(
    action: str,
) -> None:
    case = led("licence", "accept", "review", "approve").case
    assert denied_by(case, "o-other", action, is_strong=False) == ""
    strict = replace(case, rules=replace(case.rules, strong_sign_in=("decide",)))
    assert (
        denied_by(strict, "o-other", action, is_strong=False)
        == "strong-sign-in-where-the-item-says-so"
    )
    assert denied_by(strict, "o-other", action) == ""


def test_the_refusal_names_the_rule_and_stands_on_record(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office.repository, "find", lambda number: "abc")
    team.door.routes |= office.door.routes
    team.file(
        "abc",
        limits={
            "acceptance_days": 5,
            "statutory_days": 20,
            "promised_days": 10,
            "extension_days": 10,
        },
    )
    team.do("abc", CompleteTask("accept.0", "accept"), "o-win", "urb-window")
    team.do("abc", AskExtension(3, ("It is large.",)), "o-head", "urb-head")
    body = {"grant": True, "reasons": ["Yes."]}
    refused = team.ask(
        "o-head", "POST /cases/{number}/extension/answer", body, number="URB-2026-W-000001"
    )
    assert (refused.status, refused.body["type"]) == (403, "urn:sunlit:problem:duties-not-separate")
    assert refused.body["rule"]["id"] == "no-answer-to-oneself"
    assert [entry.acts[0].data["rule"] for entry in team.journal.read("refusals#abc")] == [
        "duties-not-separate"
    ]
    assert authority.post_of("urb-head")
