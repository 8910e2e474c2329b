"""Joint review, return to an earlier step, and the joint meeting whose resolution binds."""

from datetime import timedelta

import pytest

from chalicelib.casework import errors
from chalicelib.casework.acts import Claim, CompleteTask, Convene
from chalicelib.kernel.journal import Actor
from tests.support.builders.case_walks import (
    act_of,
    appeared,
    conforms,
    fields,
    finish,
    go,
    led,
    officer,
    refused,
)
from tests.support.builders.cases import APPLICANT, Desk

DEPARTMENTS = ["construction", "environment", "fire", "planning"]


def convened(desk: Desk) -> Desk:
    """The meeting of the day after tomorrow is convened, and that day has come."""
    coordinator = officer(desk.case, "meeting")
    desk.do(
        Convene(desk.open("meeting"), desk.at.date() + timedelta(days=2), ["fire-reviewer"]),
        coordinator,
    )
    return desk.wait(days=2)


def resolved(flow: str, resolution: str, *ways: str) -> Desk:
    """A case whose meeting has resolved."""
    desk = convened(led(flow, *ways))
    finish(desk, "meeting", "resolved", resolution=resolution, attendees=["fire-reviewer"])
    return desk


# Joint review (并联审批)


def test_every_department_of_a_joint_review_is_asked_at_once() -> None:
    assert appeared(led("investment", "accept").case) == DEPARTMENTS


@pytest.mark.parametrize("last", DEPARTMENTS)
def test_the_lead_office_goes_on_when_the_last_opinion_is_in_whichever_it_is(last: str) -> None:
    desk = led("investment", "accept", *(step for step in DEPARTMENTS if step != last))
    assert appeared(desk.case) == [last]
    assert finish(desk, last) == ["TaskCompleted", "OpinionGiven"]
    assert appeared(desk.case) == ["review"]
    assert desk.case.visits["review.6"].since == len(desk.entries)


def test_a_department_that_objects_ends_nothing_the_lead_office_hears_of_it() -> None:
    desk = led("investment", "accept", "fire", "planning", "environment")
    finish(desk, "construction", opinion="object", reasons=["no foundation"])
    assert appeared(desk.case) == ["review"]
    assert desk.case.record.remarks[-1]["reasons"] == ["no foundation"]
    assert act_of(desk, "OpinionGiven").data == {
        "step": "construction",
        "opinion": "object",
    }  # its reasons: office only


@pytest.mark.parametrize("opinion", ["", "abstain"])
def test_an_opinion_agrees_or_objects(opinion: str) -> None:
    desk = led("investment", "accept")
    command = CompleteTask(desk.open("fire"), "opinion", opinion=opinion)
    refusal = refused(errors.ReasonsNeeded, desk, command, officer(desk.case, "fire"))
    assert fields(refusal) == [("/opinion", "required")]


def test_a_department_speaks_once_in_a_joint_review() -> None:
    desk = led("investment", "accept", "fire")
    refused(
        errors.TaskDone,
        desk,
        CompleteTask("fire.2", "opinion", opinion="agree"),
        Actor("o-other", "fire-reviewer"),
    )


def test_who_gave_an_opinion_or_accepted_does_not_decide() -> None:
    desk = led("investment", "accept", *DEPARTMENTS, "review")
    for step in ("accept", "fire", "planning", "review"):
        by = officer(desk.case, step).person
        refused(
            errors.DutiesNotSeparate,
            desk,
            CompleteTask(desk.open("approve"), "approve"),
            Actor(by, "urb-approver"),
        )


# Return to an earlier step


def test_a_return_leads_back_with_reasons_for_the_office_alone_and_the_clock_runs_on() -> None:
    desk = led("heard-licence", "accept", "review")
    approver = officer(desk.case, "approve")
    refusal = refused(
        errors.ReasonsNeeded, desk, CompleteTask(desk.open("approve"), "return"), approver
    )
    assert fields(refusal) == [("/reasons", "required")]
    assert finish(desk, "approve", "return") == ["TaskCompleted", "CaseReturned"]
    case = desk.case
    assert appeared(case) == ["review"] and case.clocks.accepted_on == desk.entries[1].at.date()
    assert list(act_of(desk, "CaseReturned").private) == ["office"]
    assert case.status == "accepted" and case.clocks.decided_at is None


def test_a_case_may_be_returned_again_and_again_each_time_by_an_officer() -> None:
    desk = led("heard-licence", "accept", "review")
    for _ in range(3):
        go(desk, "approve.return", "review")
    go(desk, "approve", "issue", "deliver", "archive")
    assert (desk.case.status, conforms(desk)) == ("granted", True)


# Joint meeting (联席会议)

HARD = [*DEPARTMENTS, "review.refer"]


def test_a_hard_case_is_referred_with_reasons_that_the_office_sees() -> None:
    desk = led("investment", "accept", *HARD)
    assert appeared(desk.case) == ["meeting"]
    asked = act_of(desk, "MeetingAsked")
    assert (asked.data, list(asked.private)) == ({"step": "review"}, ["office"])
    assert desk.case.record.remarks[-1]["act"] == "MeetingAsked"


def test_the_coordinator_convenes_it_for_today_or_later() -> None:
    desk = led("investment", "accept", *HARD)
    visit, coordinator = desk.open("meeting"), officer(desk.case, "meeting")
    yesterday = desk.at.date() - timedelta(days=1)
    refusal = refused(
        errors.OutcomeNotInFlow, desk, Convene(visit, yesterday, ["fire-reviewer"]), coordinator
    )
    assert fields(refusal) == [("/on", "day-is-past")]
    assert desk.do(Convene(visit, desk.at.date(), ["fire-reviewer"]), coordinator) == [
        "MeetingConvened"
    ]
    later = desk.at.date() + timedelta(days=3)
    desk.do(Convene(visit, later, ["fire-reviewer", "urb-head"]), coordinator)
    assert desk.case.record.meetings[visit] == {
        "visit": visit,
        "on": later.isoformat(),
        "invited": ("fire-reviewer", "urb-head"),
    }


def test_a_meeting_is_convened_at_its_own_step_alone() -> None:
    desk = led("investment", "accept", *DEPARTMENTS)
    convene = Convene(desk.open("review"), desk.at.date(), ["urb-head"])
    refusal = refused(errors.OutcomeNotInFlow, desk, convene, officer(desk.case, "review"))
    assert fields(refusal) == [("/task", "no-meeting-here")]


def test_a_meeting_that_another_coordinator_has_claimed_is_not_convened() -> None:
    desk = led("investment", "accept", *HARD)
    visit, coordinator = desk.open("meeting"), officer(desk.case, "meeting")
    desk.do(Claim(visit), coordinator)
    other = Actor("o-other", coordinator.post)
    refused(errors.TaskClaimedByOther, desk, Convene(visit, desk.at.date(), ["urb-head"]), other)
    taken = desk.do(Convene(visit, desk.at.date(), ["urb-head"], lapsed=coordinator.person), other)
    assert taken == ["TaskReleased", "MeetingConvened"]


def test_a_party_convenes_nothing() -> None:
    desk = led("investment", "accept", *HARD)
    refused(
        errors.DutiesNotSeparate,
        desk,
        Convene(desk.open("meeting"), desk.at.date(), ["x"]),
        APPLICANT,
    )


def test_nothing_is_resolved_before_a_meeting_was_convened() -> None:
    desk = led("investment", "accept", *HARD)
    command = CompleteTask(
        desk.open("meeting"), "resolved", minutes="by phone", resolution="approve"
    )
    refused(errors.MeetingNotConvened, desk, command, officer(desk.case, "meeting"))


def test_nothing_is_resolved_before_the_day_of_the_meeting() -> None:
    desk = convened(led("investment", "accept", *HARD))
    desk.wait(hours=-24)
    command = CompleteTask(
        desk.open("meeting"), "resolved", minutes="by phone", resolution="approve"
    )
    refused(errors.MeetingNotConvened, desk, command, officer(desk.case, "meeting"))
    assert desk.wait(days=1).do(command, officer(desk.case, "meeting")) == [
        "TaskCompleted",
        "MeetingResolved",
    ]


@pytest.mark.parametrize("resolution", ["pass", "return", "refer", "nothing"])
def test_a_meeting_resolves_on_a_decision_of_the_step_that_follows(resolution: str) -> None:
    desk = convened(led("investment", "accept", *HARD))
    command = CompleteTask(
        desk.open("meeting"), "resolved", minutes="agreed", resolution=resolution
    )
    refusal = refused(errors.OutcomeNotInFlow, desk, command, officer(desk.case, "meeting"))
    assert fields(refusal) == [("/resolution", "enum")]


@pytest.mark.parametrize("missing", ["minutes", "resolution"])
def test_a_resolution_stands_in_minutes(missing: str) -> None:
    desk = convened(led("investment", "accept", *HARD))
    said = {"minutes": "agreed", "resolution": "approve"} | {missing: ""}
    command = CompleteTask(desk.open("meeting"), "resolved", **said)  # type: ignore[arg-type]
    refusal = refused(errors.ReasonsNeeded, desk, command, officer(desk.case, "meeting"))
    assert fields(refusal) == [(f"/{missing}", "required")]


@pytest.mark.parametrize(
    ("flow", "ways", "step", "resolution", "other"),
    [
        ("investment", ("accept", *HARD), "approve", "refuse", "approve"),
        ("investment", ("accept", *HARD), "approve", "approve", "refuse"),
        ("penalty", ("investigate.refer",), "order", "drop", "order"),
    ],
)
def test_a_resolution_binds_the_step_that_decides(
    flow: str, ways: tuple[str, ...], step: str, resolution: str, other: str
) -> None:
    desk = resolved(flow, resolution, *ways)
    assert act_of(desk, "MeetingResolved").data == {
        "step": step, "resolution": resolution, "attendees": ["fire-reviewer"],
    }  # fmt: skip
    said = (
        {"measure": "warning"}
        if other == "order"
        else {"reasons": ["x"]}
        if other == "refuse"
        else {}
    )
    command = CompleteTask(desk.open(step), other, **said)  # type: ignore[arg-type]
    refused(errors.ResolutionBinds, desk, command, officer(desk.case, step))
    assert finish(desk, step, resolution)[0] == "TaskCompleted"
    assert conforms(desk)


def test_a_bound_case_may_be_returned_and_stays_bound() -> None:
    desk = resolved("investment", "refuse", "accept", *HARD)
    go(desk, "approve.return", "review.pass")
    refused(
        errors.ResolutionBinds,
        desk,
        CompleteTask(desk.open("approve"), "approve"),
        officer(desk.case, "approve"),
    )
    assert finish(desk, "approve", "refuse") == ["TaskCompleted", "CaseRefused"]


def test_only_another_meeting_lifts_a_resolution() -> None:
    desk = resolved("investment", "refuse", "accept", *HARD)
    go(desk, "approve.refer")
    command = CompleteTask(desk.open("meeting"), "resolved", minutes="agreed", resolution="approve")
    refused(
        errors.MeetingNotConvened, desk, command, officer(desk.case, "meeting")
    )  # the first convening is spent
    finish(convened(desk), "meeting", "resolved", resolution="approve")
    assert finish(desk, "approve") == ["TaskCompleted", "CaseGranted"]
    assert conforms(desk)


def test_the_coordinator_of_the_meeting_does_not_decide() -> None:
    desk = resolved("investment", "approve", "accept", *HARD)
    coordinator = Actor(officer(desk.case, "meeting").person, "urb-approver")
    refused(
        errors.DutiesNotSeparate, desk, CompleteTask(desk.open("approve"), "approve"), coordinator
    )
