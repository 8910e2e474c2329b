"""Interested parties are told and heard; the public may object: by whom, how often, and what
follows.
"""

from datetime import date

import pytest

from chalicelib.casework import errors
from chalicelib.casework.acts import Claim, CompleteTask, FileObjection, StateViews
from chalicelib.kernel.journal import Actor
from tests.support.builders.case_walks import (
    NEIGHBOUR,
    OTHER_NEIGHBOUR,
    REASONS,
    TOLD,
    act_of,
    appeared,
    conforms,
    days_pass,
    fields,
    finish,
    go,
    led,
    officer,
    refused,
)
from tests.support.builders.cases import APPLICANT, Desk

BOTH = [*TOLD, {"person": OTHER_NEIGHBOUR.person, "relation": "tenant"}]
STRANGER = Actor("p-stranger")


def informed(flow: str = "heard-licence", **said: object) -> Desk:
    """A case whose parties are told and may speak."""
    desk = led(flow, "accept")
    finish(desk, "review", "inform", **said)
    return desk


# Told (Administrative Licence Law, Art. 36 and 47)


def test_whoever_has_an_interest_is_told_with_reasons() -> None:
    desk = informed()
    told = act_of(desk, "PartiesInformed")
    assert told.data == {"step": "review", "told": 1}  # who it is stays private
    assert told.private == {"parties": {"reasons": list(REASONS), "people": TOLD}}
    assert desk.case.participants.parties == {APPLICANT.person, NEIGHBOUR.person}
    assert desk.case.decision.announced == tuple(REASONS)


def test_a_licence_is_heard_of_by_somebody_and_for_a_reason() -> None:
    desk = led("heard-licence", "accept")
    visit, reviewer = desk.open("review"), officer(desk.case, "review")
    nobody = refused(
        errors.ReasonsNeeded, desk, CompleteTask(visit, "inform", reasons=REASONS), reviewer
    )
    assert fields(nobody) == [("/parties", "required")]
    silent = refused(
        errors.ReasonsNeeded, desk, CompleteTask(visit, "inform", parties=TOLD), reviewer
    )
    assert fields(silent) == [("/reasons", "required")]


def test_an_officer_names_nobody_who_acts_as_the_party() -> None:
    desk = led("heard-licence", "accept")
    reviewer = officer(desk.case, "review")
    me = [{"person": reviewer.person, "relation": "neighbour"}]
    command = CompleteTask(desk.open("review"), "inform", reasons=REASONS, parties=me)
    refusal = refused(errors.OutcomeNotInFlow, desk, command, reviewer)
    assert fields(refusal) == [("/parties", "party-is-officer")]


def test_the_person_concerned_by_an_ex_officio_case_is_told_without_being_named_again() -> None:
    desk = led("penalty")
    assert finish(desk, "investigate", "inform", parties=()) == ["TaskCompleted", "PartiesInformed"]
    assert desk.case.participants.parties == {APPLICANT.person}


def test_who_was_told_works_on_no_task_of_the_case() -> None:
    desk = informed()
    go(desk, "hear")
    visit = desk.open("approve")
    for command in (
        Claim(visit),
        CompleteTask(visit, "approve"),
        CompleteTask(visit, "refuse", reasons=REASONS),
    ):
        refused(errors.DutiesNotSeparate, desk, command, Actor(NEIGHBOUR.person, "urb-approver"))


# Heard


def test_views_are_heard_until_all_who_were_told_have_spoken() -> None:
    desk = informed(parties=BOTH)
    assert desk.do(StateViews("too bright"), NEIGHBOUR) == ["StatementMade"]
    assert desk.do(StateViews(), OTHER_NEIGHBOUR) == [
        "StatementMade"
    ]  # a waiver is a statement too
    assert act_of(desk, "StatementMade").data["waived"] is True
    assert desk.do(StateViews("my own views"), APPLICANT) == ["StatementMade", "TaskCompleted"]
    assert appeared(desk.case) == ["approve"] and conforms(desk)


def test_the_office_reads_what_was_said() -> None:
    desk = informed()
    desk.do(StateViews("too bright"), NEIGHBOUR)
    assert desk.case.record.remarks[-1]["text"] == "too bright"
    assert "text" not in act_of(desk, "StatementMade").data


def test_after_its_days_silence_means_no_views() -> None:
    desk = informed()
    desk.do(StateViews("too bright"), NEIGHBOUR)
    assert days_pass(desk, 8)[-2:] == [
        ("2026-03-09", "step.hear.3 reminder"),
        ("2026-03-10", "TaskCompleted"),
    ]
    heard = desk.case.visits["hear.3"]
    assert (heard.outcome, heard.by, appeared(desk.case)) == ("heard", "", ["approve"])
    refused(errors.NothingToState, desk, StateViews("late"), APPLICANT)


def test_nobody_speaks_twice_and_no_stranger_at_all() -> None:
    desk = informed()
    desk.do(StateViews("too bright"), NEIGHBOUR)
    refused(errors.AlreadyStated, desk, StateViews("still too bright"), NEIGHBOUR)
    refused(errors.AlreadyStated, desk, StateViews(hearing=True), NEIGHBOUR)
    refused(errors.NothingToState, desk, StateViews("me too"), STRANGER)


@pytest.mark.parametrize("ways", [(), ("accept",), ("accept", "review")])
def test_views_are_stated_only_while_they_are_heard(ways: tuple[str, ...]) -> None:
    refused(errors.NothingToState, led("heard-licence", *ways), StateViews("views"), APPLICANT)


def test_told_anew_after_a_return_everybody_may_speak_anew() -> None:
    desk = go(informed(), "hear", "approve.return", "review.inform")
    assert desk.do(StateViews("still too bright"), NEIGHBOUR) == ["StatementMade"]
    assert len(desk.case.participants.interested) == 1


# The hearing


def test_who_was_told_may_ask_for_a_hearing_and_gets_it() -> None:
    desk = informed(parties=BOTH)
    assert desk.do(StateViews(hearing=True), NEIGHBOUR) == ["StatementMade", "TaskCompleted"]
    assert act_of(desk, "StatementMade").data["waived"] is False
    assert appeared(desk.case) == ["hearing"]
    held = finish(desk, "hearing", minutes="all were heard", attendees=["neighbour"])
    assert held == ["TaskCompleted", "HearingHeld"]
    assert act_of(desk, "HearingHeld").data == {"step": "hearing", "attendees": ["neighbour"]}
    assert desk.case.record.remarks[-1]["minutes"] == "all were heard"
    assert appeared(desk.case) == ["approve"] and conforms(desk)


def test_a_hearing_leaves_minutes() -> None:
    desk = informed()
    desk.do(StateViews(hearing=True), NEIGHBOUR)
    refusal = refused(
        errors.ReasonsNeeded,
        desk,
        CompleteTask(desk.open("hearing"), "held"),
        officer(desk.case, "hearing"),
    )
    assert fields(refusal) == [("/minutes", "required")]


def test_where_the_flow_holds_no_hearing_none_is_asked_for() -> None:
    desk = informed("disclosure")
    refusal = refused(errors.NoHearingHere, desk, StateViews("please", hearing=True), NEIGHBOUR)
    assert fields(refusal) == [("/hearing", "no-hearing-here")]
    assert desk.do(StateViews("please"), NEIGHBOUR) == ["StatementMade"]


def test_a_hearing_stops_the_clock_only_where_the_items_law_names_it() -> None:
    plain, named = (
        informed(),
        led("heard-licence", "accept", "review.inform", procedures=["hearing"]),
    )
    for desk in (plain, named):
        desk.do(StateViews(hearing=True), NEIGHBOUR)
        desk.wait(days=4)  # four working days of hearing
        finish(desk, "hearing")
    red = {desk: day_of_red(desk) for desk in (plain, named)}
    assert (red[plain], red[named]) == (date(2026, 3, 30), date(2026, 4, 3))


def day_of_red(desk: Desk) -> date:
    """The last day of the statutory limit, by the warning that its passing brings."""
    days_pass(desk, 60)
    return next(
        date.fromisoformat(key.split("/")[2])
        for key, level in desk.case.clocks.warnings.items()
        if level == "red"
    )


def test_the_officer_who_reviewed_holds_no_hearing() -> None:
    desk = informed()
    desk.do(StateViews(hearing=True), NEIGHBOUR)
    reviewer = Actor(officer(desk.case, "review").person, desk.case.rules.posts["hearing-officer"])
    refused(
        errors.DutiesNotSeparate,
        desk,
        CompleteTask(desk.open("hearing"), "held", minutes="x"),
        reviewer,
    )


# Public notice (公示)


def test_after_a_notice_without_objection_the_case_goes_on_by_itself() -> None:
    desk = led("reward", "accept", "review")
    assert days_pass(desk, 8)[-1] == ("2026-03-10", "TaskCompleted")
    assert (desk.case.visits["publicity.3"].outcome, appeared(desk.case)) == (
        "unopposed",
        ["approve"],
    )


def test_an_objection_is_checked_before_the_decision() -> None:
    desk = led("reward", "accept", "review")
    assert desk.do(FileObjection("he did not do it alone"), STRANGER) == ["ObjectionMade"]
    assert list(act_of(desk, "ObjectionMade").private) == ["office"]
    assert appeared(desk.case) == ["publicity"]  # the notice runs to its end
    days_pass(desk, 8)
    assert (desk.case.visits["publicity.3"].outcome, appeared(desk.case)) == (
        "opposed",
        ["recheck"],
    )
    assert desk.case.record.remarks[-1]["text"] == "he did not do it alone"
    go(desk, "recheck", "approve", "issue", "archive")
    assert (desk.case.status, conforms(desk)) == ("granted", True)


def test_everybody_objects_once() -> None:
    desk = led("reward", "accept", "review")
    for person in (STRANGER, NEIGHBOUR):
        desk.do(FileObjection("no"), person)
        refused(errors.AlreadyStated, desk, FileObjection("no, again"), person)


@pytest.mark.parametrize("ways", [(), ("accept",)])
def test_objections_are_made_while_the_notice_runs(ways: tuple[str, ...]) -> None:
    refused(errors.NotInPublicity, led("reward", *ways), FileObjection("no"), STRANGER)
    desk = led("reward", "accept", "review")
    desk.wait(days=9)  # no sweep has looked, but the period is over
    refused(errors.NotInPublicity, desk, FileObjection("no"), STRANGER)
