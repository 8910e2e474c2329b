"""An officer with an interest is kept from the case by the head, not by a colleague who names them; the
head frees the claim of who is ill.
"""

from typing import Any

from chalicelib.casework import errors
from chalicelib.casework.acts import Claim, CompleteTask, Recuse, Release
from chalicelib.casework.acts.flow_walk import posts_ahead
from chalicelib.casework.use_cases import policy_views
from chalicelib.kernel.journal import Actor
from tests.support.builders import teams
from tests.support.builders.case_walks import (
    REASONS,
    act_of,
    conforms,
    fields,
    finish,
    go,
    led,
    officer,
    refused,
)
from tests.support.builders.cases import APPLICANT, POSTS, WINDOW, Desk
from tests.support.builders.teams import Team

team = teams.team

HEAD = Actor("o-head", POSTS["head"])
COLLEAGUE = Actor("o-app", POSTS["approver"])
NAMED = [{"person": COLLEAGUE.person, "relation": "neighbour"}]


def at_review() -> Desk:
    """A case whose reviewer is about to inform parties."""
    return led("heard-licence", "accept")


def informing(desk: Desk, colleagues: list[str]) -> CompleteTask:
    """The reviewer names the colleague."""
    visit = desk.open("review")
    return CompleteTask(visit, "inform", REASONS, parties=NAMED, colleagues=colleagues)


# Named by a colleague


def test_naming_a_colleague_who_may_still_handle_the_case_is_refused_and_keeps_nobody_from_it() -> (
    None
):
    desk = at_review()
    reviewer = officer(desk.case, "review")
    command = informing(desk, [COLLEAGUE.person])
    refusal = refused(errors.OutcomeNotInFlow, desk, command, reviewer)
    assert fields(refusal) == [("/parties", "party-is-colleague")]
    finish(desk, "review", "inform")
    go(desk, "hear")
    assert desk.do(Claim(desk.open("approve")), COLLEAGUE) == ["TaskClaimed"]


def test_whom_the_head_has_kept_from_the_case_is_named_told_and_works_on_nothing() -> None:
    desk = at_review()
    reviewer = officer(desk.case, "review")
    assert desk.do(Recuse(COLLEAGUE.person, REASONS), HEAD) == ["OfficerRecused"]
    assert desk.do(informing(desk, [COLLEAGUE.person]), reviewer)[-1] == "PartiesInformed"
    assert COLLEAGUE.person in desk.case.participants.parties
    go(desk, "hear")
    refused(errors.DutiesNotSeparate, desk, Claim(desk.open("approve")), COLLEAGUE)
    assert conforms(desk)


def test_who_is_a_party_already_may_be_named_again() -> None:
    desk = led("heard-licence", "accept")
    desk.do(informing(desk, []), officer(desk.case, "review"))
    assert COLLEAGUE.person in desk.case.participants.parties


# Recused


def test_a_recusal_has_reasons_for_the_office_and_names_nobody_in_public() -> None:
    desk = at_review()
    refusal = refused(errors.ReasonsNeeded, desk, Recuse(COLLEAGUE.person, []), HEAD)
    assert fields(refusal) == [("/reasons", "required")]
    desk.do(Recuse(COLLEAGUE.person, REASONS), HEAD)
    recused = act_of(desk, "OfficerRecused")
    assert recused.data == {}
    assert recused.private == {"office": {"person": COLLEAGUE.person, "reasons": list(REASONS)}}
    assert desk.case.record.remarks[-1]["reasons"] == list(REASONS)


def test_what_a_recused_officer_had_claimed_is_free() -> None:
    desk = led("licence")
    visit = desk.open("accept")
    desk.do(Claim(visit), WINDOW)
    desk.do(Recuse(WINDOW.person, REASONS), HEAD)
    assert desk.case.visits[visit].claimed_by == ""
    refused(errors.DutiesNotSeparate, desk, CompleteTask(visit, "accept"), WINDOW)
    colleague = Actor("o-win-2", WINDOW.post)
    assert desk.do(CompleteTask(visit, "accept"), colleague) == ["TaskCompleted", "CaseAccepted"]


def test_recused_twice_is_one_act_and_a_party_recuses_nobody() -> None:
    desk = led("licence")
    me = Actor(APPLICANT.person, HEAD.post)
    refused(errors.DutiesNotSeparate, desk, Recuse(WINDOW.person, REASONS), me)
    desk.do(Recuse(WINDOW.person, REASONS), HEAD)
    assert desk.do(Recuse(WINDOW.person, REASONS), HEAD) == []


def test_the_policies_know_of_it_for_acts_on_the_whole_case_too() -> None:
    desk = led("licence")
    desk.do(Recuse(WINDOW.person, REASONS), HEAD)
    assert policy_views.case_resource(desk.case).facts["acted"] == [WINDOW.person]


def test_the_second_reading_notices_a_recused_officer_who_works_on() -> None:
    desk = led("licence")
    visit = desk.open("accept")
    desk.do(Recuse("o-other", REASONS), HEAD)
    desk.do(CompleteTask(visit, "accept"), WINDOW)
    assert conforms(desk)
    desk = led("licence")
    visit = desk.open("accept")
    desk.do(CompleteTask(visit, "accept"), WINDOW)
    worked = desk.entries.pop()
    desk.do(Recuse(WINDOW.person, REASONS), HEAD)
    again = desk._entry(worked.acts, WINDOW, 3)
    desk.entries.append(again)
    assert not conforms(desk)


# To which posts the case may still come


def test_a_step_that_is_over_for_good_is_no_longer_ahead() -> None:
    desk = led("heard-licence")
    window, approver = POSTS["window"], POSTS["approver"]
    assert {window, approver} <= posts_ahead(desk.case)
    finish(desk, "accept", "accept")
    assert approver in posts_ahead(desk.case)
    assert POSTS["head"] not in posts_ahead(desk.case)


def test_branches_lead_on_to_where_they_join() -> None:
    desk = led("joint-licence", "accept")
    finish(desk, "review")
    assert {POSTS["fire-reviewer"], POSTS["traffic-reviewer"], POSTS["approver"]} <= posts_ahead(
        desk.case
    )


# Over HTTP


def complete_informing(team: Team, named: str) -> Any:
    parties = [{"person": named, "relation": "neighbour"}]
    body = {"outcome": "inform", "reasons": ["told"], "parties": parties}
    return team.ask("o-rev", "POST /tasks/{task}/complete", body, task=team.task("abc"))


def test_the_registers_say_who_is_a_colleague(team: Team) -> None:
    team.file("abc", "heard-licence")
    team.do("abc", CompleteTask("accept.0", "accept"), "o-win", "urb-window")
    refusal = complete_informing(team, "o-app")
    assert refusal.status == 422
    assert [fault["field"] for fault in refusal.body["errors"]] == ["/parties"]
    team.do("abc", Recuse("o-app", ["lives next door"]), "o-head", "urb-head")
    assert complete_informing(team, "o-app").status == 200


def test_an_officer_of_another_department_is_a_neighbour_like_any_other(team: Team) -> None:
    team.file("abc", "heard-licence")
    team.do("abc", CompleteTask("accept.0", "accept"), "o-win", "urb-window")
    assert complete_informing(team, "o-dpf").status == 200


# A claim of somebody who is ill


def test_the_head_frees_a_claim_with_reasons() -> None:
    desk = led("licence")
    visit = desk.open("accept")
    free = Release(visit, reasons=REASONS, by_head=True)
    refused(errors.ClaimStands, desk, free, HEAD)
    desk.do(Claim(visit), WINDOW)
    refusal = refused(errors.ReasonsNeeded, desk, Release(visit, by_head=True), HEAD)
    assert fields(refusal) == [("/reasons", "required")]
    assert desk.do(free, HEAD) == ["TaskReleased"]
    released = act_of(desk, "TaskReleased")
    assert released.data == {"visit": visit, "by_head": True}
    assert released.private == {"office": {"reasons": list(REASONS)}}
    assert desk.do(Claim(visit), Actor("o-win-2", WINDOW.post)) == ["TaskClaimed"]


def test_a_head_who_is_a_party_frees_nothing_and_colleagues_do_not_free() -> None:
    desk = led("licence")
    visit = desk.open("accept")
    desk.do(Claim(visit), WINDOW)
    me = Actor(APPLICANT.person, HEAD.post)
    refused(errors.DutiesNotSeparate, desk, Release(visit, reasons=REASONS, by_head=True), me)
    colleague = Actor("o-win-2", WINDOW.post)
    refused(errors.TaskClaimedByOther, desk, Release(visit, reasons=REASONS), colleague)


def test_one_who_gives_back_says_no_more_than_that() -> None:
    desk = led("licence")
    visit = desk.open("accept")
    desk.do(Claim(visit), WINDOW)
    desk.do(Release(visit), WINDOW)
    assert (act_of(desk, "TaskReleased").data, desk.case.record.remarks) == ({"visit": visit}, ())
