"""A defective flow does not trap its cases: two persons move a case along a published map, and it
goes on there.
"""

from operator import attrgetter
from typing import Any

import pytest

from chalicelib.casework import errors
from chalicelib.casework.acts import (
    ApproveMove,
    BeginProcedure,
    Claim,
    CompleteTask,
    ProposeMove,
    RecordCertificate,
    Revoke,
    Supplement,
    Withdraw,
)
from chalicelib.catalog import flows
from chalicelib.catalog.flows import step_maps
from chalicelib.kernel.journal import Actor
from chalicelib.supervision.conformance.participants import Participants, undelegated
from tests.support.builders.case_walks import (
    HEAD,
    REASONS,
    act_of,
    appeared,
    conforms,
    days_pass,
    decision_limits,
    fields,
    go,
    led,
    refused,
)
from tests.support.builders.cases import APPLICANT, OWED, REVIEWER, Desk, posts_of

MAP = step_maps.steps("licence", 1, 2)
ADMIN = Actor("o-admin", "gov-admin")
PROPOSE, APPROVE = ProposeMove(2, MAP, REASONS), ApproveMove(2)


def case_on(*ways: str, **facts: Any) -> Desk:
    """A case of the defective version, whose item fills the roles of its successor too."""
    return led("licence", *ways, posts=posts_of(flows.flow("licence", 2)), **facts)


def moved(*ways: str, **facts: Any) -> Desk:
    """One that was moved where it stood after ``ways``."""
    desk = case_on(*ways, **facts)
    assert desk.do(PROPOSE, ADMIN) == ["MoveProposed"]
    assert desk.do(APPROVE, HEAD) == ["CaseMoved"]
    return desk


def test_two_persons_move_a_case_to_where_the_published_map_leads() -> None:
    desk = moved("accept")
    case = desk.case
    assert (case.flow_version, case.flow, appeared(case)) == (
        2,
        flows.flow("licence", 2),
        ["review"],
    )
    assert (case.transfer.entry, case.transfer.place, case.open_visits[0].id) == (
        4,
        "review",
        "review.4",
    )
    assert act_of(desk, "CaseMoved").data == {
        "from": 1, "to": 2, "hash": flows.flow("licence", 2).hash, "target": "review",
        "steps": MAP,
    }  # fmt: skip
    assert (case.visits["review.2"].outcome, case.visits["review.2"].version) == ("move", 1)
    go(desk, "review", "approve", "issue", "deliver")
    assert (desk.case.status, conforms(desk)) == ("granted", True)


@pytest.mark.parametrize("ways", [(), ("accept.supplement",), ("accept",), ("accept", "review")])
def test_a_case_is_moved_from_every_place_that_the_map_names(ways: tuple[str, ...]) -> None:
    desk = case_on(*ways)
    stood = appeared(desk.case)
    desk.do(PROPOSE, ADMIN)
    desk.do(APPROVE, HEAD)
    assert appeared(desk.case) == [MAP[stood[0]]] and conforms(desk)


def test_in_the_successor_its_rules_hold() -> None:
    desk = moved("accept.supplement")
    days_pass(desk, 20)
    assert desk.case.status == "lapsed" and conforms(desk)  # version 1 would have waited for ever


# What a move does not touch


def test_a_move_keeps_dates_limits_papers_and_who_did_what() -> None:
    desk = case_on("accept", owed=[OWED], procedures=["hearing"])
    desk.do(BeginProcedure("hearing", 5, "the neighbours ask"), REVIEWER)
    before = desk.case
    desk.do(PROPOSE, ADMIN)
    desk.do(APPROVE, HEAD)
    case = desk.case
    kept = attrgetter(
        "clocks.accepted_on",
        "clocks.received_on",
        "clocks.filed_at",
        "clocks.procedures",
        "submission.owed",
        "rules.limits",
        "rules.posts",
        "number",
        "item_version",
    )
    assert kept(case) == kept(before)
    assert decision_limits(case) == decision_limits(before)
    window = Actor("o-accept", "urb-reviewer")
    refused(errors.DutiesNotSeparate, desk, CompleteTask(desk.open("review"), "pass"), window)


def test_a_claim_ends_with_the_visit_and_the_old_task_is_done() -> None:
    desk = case_on("accept")
    desk.do(Claim(desk.open("review")), REVIEWER)
    desk.do(PROPOSE, ADMIN)
    desk.do(APPROVE, HEAD)
    refused(errors.TaskDone, desk, CompleteTask("review.2", "pass"), REVIEWER)
    assert desk.case.open_visits[0].claimed_by == ""


def test_a_moved_case_is_withdrawn_supplemented_and_revoked_like_any_other() -> None:
    withdrawn = moved("accept")
    withdrawn.do(Withdraw(), APPLICANT)
    supplemented = moved("accept.supplement")
    supplemented.do(Supplement([{"code": "sign-rendering"}]), APPLICANT)
    revoked = go(moved("accept", "review"), "approve")
    revoked.do(Revoke(REASONS), HEAD)
    assert [desk.case.status for desk in (withdrawn, supplemented, revoked)] == [
        "withdrawn",
        "filed",
        "revoked",
    ]
    assert all(conforms(desk) for desk in (withdrawn, supplemented, revoked))


# Who and when


def test_the_proposal_alone_moves_nothing() -> None:
    desk = case_on("accept")
    desk.do(PROPOSE, ADMIN)
    assert (desk.case.flow_version, desk.case.transfer.proposal["by"]) == (1, ADMIN.person)
    assert list(act_of(desk, "MoveProposed").private) == ["office"]
    assert desk.do(CompleteTask(desk.open("review"), "pass"), REVIEWER) == ["TaskCompleted"]


def test_who_proposed_does_not_agree() -> None:
    desk = case_on("accept")
    desk.do(PROPOSE, ADMIN)
    refused(errors.DutiesNotSeparate, desk, APPROVE, Actor(ADMIN.person, HEAD.post))


def test_a_case_that_has_gone_on_meanwhile_is_not_moved() -> None:
    desk = case_on("accept")
    desk.do(PROPOSE, ADMIN)
    go(desk, "review")
    refused(errors.NoMoveProposed, desk, APPROVE, HEAD)
    desk.do(PROPOSE, ADMIN)  # anew, from where it stands now
    assert desk.do(APPROVE, HEAD) == ["CaseMoved"] and appeared(desk.case) == ["approve"]


def test_only_what_was_proposed_is_agreed_to_once() -> None:
    desk = case_on("accept")
    refused(errors.NoMoveProposed, desk, APPROVE, HEAD)
    desk.do(PROPOSE, ADMIN)
    refused(errors.NoMoveProposed, desk, ApproveMove(3), HEAD)
    desk.do(APPROVE, HEAD)
    refused(errors.NoMoveProposed, desk, APPROVE, HEAD)


def test_a_proposal_has_reasons() -> None:
    refused(errors.ReasonsNeeded, case_on("accept"), ProposeMove(2, MAP, ()), ADMIN)


# Where no map leads


@pytest.mark.parametrize(
    ("version", "steps"),
    [
        (2, {}),  # none published
        (3, {}),  # no such version
        (2, {"accept": "accept"}),  # this place is not named
        (2, {"review": "nowhere"}),
        (2, {"review": "end:granted"}),
        (1, {"review": "review"}),  # where it is already
    ],
)
def test_no_case_is_moved_where_no_published_map_leads(version: int, steps: dict[str, str]) -> None:
    refusal = refused(
        errors.FlowCannotMove, case_on("accept"), ProposeMove(version, steps, REASONS), ADMIN
    )
    assert fields(refusal) == [("/version", "flow-cannot-move")]


def test_a_moved_case_is_not_moved_to_where_it_is() -> None:
    refused(errors.FlowCannotMove, moved("accept"), PROPOSE, ADMIN)


def test_what_the_map_leaves_out_stays() -> None:
    desk = case_on("accept", "review", "approve")  # at the issue of its certificate
    refused(errors.FlowCannotMove, desk, PROPOSE, ADMIN)
    assert desk.do(RecordCertificate("URB-2026-W-000001-1"))[-1] == "TaskCompleted"


def test_no_case_is_moved_to_roles_that_its_item_does_not_fill() -> None:
    posts = {
        role: post for role, post in posts_of(flows.flow("licence", 2)).items() if role != "window"
    }
    refused(errors.FlowCannotMove, led("licence", posts=posts), PROPOSE, ADMIN)


def test_a_branch_of_a_joint_review_goes_with_its_siblings(monkeypatch: pytest.MonkeyPatch) -> None:
    known, licence = flows.flow, flows.flow("licence", 2)
    desk = led("joint-licence", "accept", "review", "fire")
    monkeypatch.setattr(
        flows, "flow", lambda name, version: licence if version == 2 else known(name, version)
    )
    refused(errors.FlowCannotMove, desk, ProposeMove(2, {"traffic": "review"}, REASONS), ADMIN)
    desk.do(ProposeMove(2, {"opinions": "review"}, REASONS), ADMIN)
    desk.do(APPROVE, HEAD)
    assert appeared(desk.case) == ["review"]


def test_an_ended_case_is_not_moved() -> None:
    refused(errors.CaseEnded, case_on("accept.not_accept"), PROPOSE, ADMIN)


# Duties that were apart stay apart, whatever the successor calls its steps

NEW_NAMES = {"accept": "intake", "review": "examine", "approve": "decide", "supplement": "supply"}


def renamed(name: str) -> str:
    return NEW_NAMES.get(name, name)


@pytest.fixture
def successor(monkeypatch: pytest.MonkeyPatch) -> ProposeMove:
    """Version 2 under other names; the proposal to move there."""
    template = flows.template(flows.FOLDER / "licence.v2.json")
    steps = {renamed(name): step for name, step in template["steps"].items()}
    for name, step in steps.items():
        outcomes = {outcome: renamed(target) for outcome, target in step["outcomes"].items()}
        apart = {"not_by": [renamed(other) for other in step["not_by"]]} if "not_by" in step else {}
        steps[name] = {**step, "outcomes": outcomes, **apart}
    made = flows.read({**template, "start": renamed(template["start"]), "steps": steps})
    published = flows.flow
    monkeypatch.setattr(
        flows, "flow", lambda name, version: made if version == 2 else published(name, version)
    )
    return ProposeMove(2, {old: renamed(new) for old, new in MAP.items()}, REASONS)


def test_who_did_a_step_is_barred_in_the_successor_though_it_is_called_otherwise(
    successor: ProposeMove,
) -> None:
    desk = case_on("accept")
    desk.do(successor, ADMIN)
    desk.do(APPROVE, HEAD)
    (visit,) = desk.case.open_visits
    assert visit.step == "examine" and "o-accept" in desk.case.excluded_persons(visit)
    acceptor = Actor("o-accept", "urb-reviewer")
    refused(errors.DutiesNotSeparate, desk, CompleteTask(visit.id, "pass"), acceptor)


def test_the_second_reading_reads_the_published_map_for_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    participants = Participants({}, "shop-sign", undelegated, set(), set())
    participants.done_by = {"accept": {"o-1"}, "review": {"o-2"}}
    monkeypatch.setattr(step_maps, "steps", lambda *asked: {"accept": "intake", "review": "intake"})
    participants.rename(step_maps.steps("licence", 1, 2))
    assert participants.done_by == {"intake": {"o-1", "o-2"}}


def test_whoever_agreed_to_the_move_has_handled_no_step_by_it() -> None:
    desk = moved("accept")
    go(desk, "review")
    (visit,) = desk.case.open_visits
    assert visit.step == "approve" and HEAD.person not in desk.case.excluded_persons(visit)
    assert "o-review" in desk.case.excluded_persons(visit)


def test_a_proposal_of_old_is_no_proposal_when_the_case_has_come_back() -> None:
    desk = case_on("accept")
    desk.do(PROPOSE, ADMIN)
    go(desk, "review", "approve.return")
    assert appeared(desk.case) == ["review"]
    refused(errors.NoMoveProposed, desk, APPROVE, HEAD)
    desk.do(PROPOSE, ADMIN)
    assert desk.do(APPROVE, HEAD) == ["CaseMoved"]
