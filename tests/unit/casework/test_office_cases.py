"""Cases that an officer opens, and how tasks are handed from one officer to another."""

import pytest

from chalicelib.casework import errors
from chalicelib.casework.acts import Assign, Claim, CompleteTask, Release
from chalicelib.catalog import flows
from chalicelib.catalog.flows.step_kinds import EX_OFFICIO
from chalicelib.kernel import journal
from chalicelib.kernel.journal import Actor
from tests.support.builders.case_walks import (
    FULL_LIMITS,
    HEAD,
    REASONS,
    act_of,
    appeared,
    conforms,
    days_pass,
    decision_limits,
    fields,
    finish,
    go,
    led,
    officer,
    refused,
)
from tests.support.builders.cases import (
    APPLICANT,
    CALENDAR,
    MONDAY,
    REVIEWER,
    WINDOW,
    Desk,
    filed_act,
)

OFFICE_FLOWS = sorted(flow.id for flow in flows.published() if flow.opens == EX_OFFICIO)
COLLEAGUE, ABSENT = Actor("o-colleague", "urb-window"), "o-absent"


def opened(flow: str, concerned: str) -> Desk:
    """A case that the investigator opens about somebody; nobody in particular where the person has
    no account.
    """
    desk = Desk(flow, limits=FULL_LIMITS)
    act = filed_act(flow, limits=FULL_LIMITS, channel="office")
    act = journal.Act(
        act.type, act.data, {"applicant": {**act.private["applicant"], "person": concerned}}
    )
    investigator = officer(desk.case, desk.case.flow.start)
    desk.entries = [journal.new_entry("case#abc", 1, [act], at=MONDAY, actor=investigator)]
    return desk


# Ex officio


@pytest.mark.parametrize("flow", OFFICE_FLOWS)
def test_what_an_office_opens_needs_no_acceptance_and_its_clock_runs_at_once(flow: str) -> None:
    case = opened(flow, APPLICANT.person).case
    assert (case.is_ex_officio, case.status, case.clocks.accepted_on) == (
        True,
        "accepted",
        MONDAY.date(),
    )
    assert appeared(case) == [case.flow.start]
    assert decision_limits(case)[0] == CALENDAR.add_working_days(
        MONDAY.date(), FULL_LIMITS["promised_days"]
    )


@pytest.mark.parametrize("flow", OFFICE_FLOWS)
def test_who_opened_it_may_begin_the_work(flow: str) -> None:
    desk = opened(flow, APPLICANT.person)
    assert desk.entries[0].actor == officer(desk.case, desk.case.flow.start)
    assert finish(desk, desk.case.flow.start, "pass") == ["TaskCompleted"] and conforms(desk)


@pytest.mark.parametrize("flow", OFFICE_FLOWS)
def test_the_person_concerned_handles_nothing_of_it(flow: str) -> None:
    desk = opened(flow, "o-concerned")
    visit = desk.open(desk.case.flow.start)
    me = Actor("o-concerned", desk.case.post_of(desk.case.visits[visit]))
    for command in (Claim(visit), CompleteTask(visit, "pass")):
        refused(errors.DutiesNotSeparate, desk, command, me)


def test_a_case_about_somebody_without_account_is_told_to_nobody_and_heard_by_time() -> None:
    desk = opened("penalty", "")
    assert desk.case.participants.parties == frozenset()
    finish(desk, "investigate", "inform", parties=())
    days_pass(desk, 10)
    assert appeared(desk.case) == ["order"]
    go(desk, "order", "deliver", "archive")
    assert (desk.case.status, conforms(desk)) == ("ordered", True)


# Handing over, and reassignment by the head


def test_an_officer_hands_a_claimed_task_over_with_reasons_for_the_office() -> None:
    desk = led("licence")
    visit = desk.open("accept")
    desk.do(Claim(visit), WINDOW)
    assert desk.do(Assign(visit, COLLEAGUE.person, REASONS), WINDOW) == ["TaskAssigned"]
    assigned = act_of(desk, "TaskAssigned")
    assert assigned.data == {"visit": visit, "by_head": False}
    assert assigned.private == {"office": {"to": COLLEAGUE.person, "reasons": list(REASONS)}}
    refused(errors.TaskClaimedByOther, desk, CompleteTask(visit, "accept"), WINDOW)
    assert desk.do(CompleteTask(visit, "accept"), COLLEAGUE) == ["TaskCompleted", "CaseAccepted"]


def test_what_nobody_has_claimed_may_be_handed_to_somebody() -> None:
    desk = led("licence")
    desk.do(Assign(desk.open("accept"), COLLEAGUE.person, REASONS), WINDOW)
    assert desk.case.visits["accept.0"].claimed_by == COLLEAGUE.person


def test_nobody_gives_away_what_another_has_claimed_but_the_head_may() -> None:
    desk = led("licence")
    visit = desk.open("accept")
    desk.do(Claim(visit), WINDOW)
    refused(errors.TaskClaimedByOther, desk, Assign(visit, COLLEAGUE.person, REASONS), COLLEAGUE)
    assert desk.do(Assign(visit, COLLEAGUE.person, REASONS, by_head=True), HEAD) == ["TaskAssigned"]
    assert desk.case.visits[visit].claimed_by == COLLEAGUE.person


def test_a_task_is_given_to_nobody_whom_duties_or_an_interest_keep_from_it() -> None:
    desk = led("licence", "accept")
    visit, window = desk.open("review"), officer(desk.case, "accept").person
    for excluded_persons in (window, APPLICANT.person):
        refused(
            errors.DutiesNotSeparate,
            desk,
            Assign(visit, excluded_persons, REASONS, by_head=True),
            HEAD,
        )


def test_a_head_who_is_a_party_assigns_nothing() -> None:
    desk = led("licence")
    me = Actor(APPLICANT.person, HEAD.post)
    refused(
        errors.DutiesNotSeparate,
        desk,
        Assign(desk.open("accept"), WINDOW.person, REASONS, by_head=True),
        me,
    )


def test_an_assignment_has_reasons_and_changes_something() -> None:
    desk = led("licence")
    visit = desk.open("accept")
    refusal = refused(errors.ReasonsNeeded, desk, Assign(visit, COLLEAGUE.person), WINDOW)
    assert fields(refusal) == [("/reasons", "required")]
    desk.do(Assign(visit, COLLEAGUE.person, REASONS), WINDOW)
    refused(errors.ClaimStands, desk, Assign(visit, COLLEAGUE.person, REASONS, by_head=True), HEAD)


def test_only_an_open_task_is_handed_over() -> None:
    desk = led("licence", "accept")
    refused(errors.TaskDone, desk, Assign("accept.0", COLLEAGUE.person, REASONS), WINDOW)
    refused(errors.TaskUnknown, desk, Assign("approve.0", COLLEAGUE.person, REASONS), WINDOW)


def test_who_got_a_task_may_give_it_back() -> None:
    desk = led("licence")
    visit = desk.open("accept")
    desk.do(Assign(visit, COLLEAGUE.person, REASONS), WINDOW)
    assert desk.do(Release(visit), COLLEAGUE) == ["TaskReleased"]
    refused(errors.ClaimStands, desk, Release(visit), COLLEAGUE)


def test_a_task_of_the_applicant_or_the_machine_is_completed_by_no_officer() -> None:
    for desk, step in (
        (led("heard-licence", "accept", "review.inform"), "hear"),
        (led("reward", "accept", "review"), "publicity"),
    ):
        plain = desk.case.flow.steps[step].plain
        refused(errors.OutcomeNotInFlow, desk, CompleteTask(desk.open(step), plain), REVIEWER)
