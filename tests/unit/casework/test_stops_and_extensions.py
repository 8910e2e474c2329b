"""Special procedures stop the clock, an extension moves it: each within what the item's law
allows.
"""

from datetime import date

import pytest

from chalicelib.casework import errors
from chalicelib.casework.acts import (
    AnswerExtension,
    AskExtension,
    BeginProcedure,
    CompleteTask,
    EndProcedure,
)
from chalicelib.kernel.journal import Actor
from tests.support.builders.case_walks import (
    HEAD,
    REASONS,
    act_of,
    days_pass,
    decision_limits,
    fields,
    finish,
    go,
    led,
    refused,
)
from tests.support.builders.cases import APPROVER, LIMITS, REVIEWER, Desk

REVIEW = BeginProcedure("expert_review", 5, "a structure of a new kind", "letter of the institute")
PROCEDURES = ["hearing", "expert_review"]
ASKED = AskExtension(10, REASONS)


def under_review(**facts: object) -> Desk:
    """Accepted on Monday, 2 March: promised until the 16th, by law until the 30th."""
    desk = led("licence", "accept", procedures=PROCEDURES, **facts)
    assert decision_limits(desk.case) == (date(2026, 3, 16), date(2026, 3, 30))
    return desk


# Special procedures (Art. 45)


def test_a_procedure_moves_both_limits_by_the_working_days_that_it_took() -> None:
    desk = under_review()
    assert desk.wait(days=1).do(REVIEW, REVIEWER) == ["ProcedureBegun"]
    desk.wait(days=3)  # Wednesday, Thursday, Friday
    assert desk.do(EndProcedure("1", "it stands"), REVIEWER)[-1] == "ProcedureEnded"
    assert decision_limits(desk.case) == (date(2026, 3, 19), date(2026, 4, 2))


def test_one_that_runs_counts_with_the_days_that_it_was_applied_for_so_no_warning_comes_too_early() -> (
    None
):
    desk = under_review()
    desk.do(REVIEW, REVIEWER)
    assert decision_limits(desk.case) == (
        date(2026, 3, 23),
        date(2026, 4, 7),
    )  # over Qingming, 4 to 6 April


def test_an_overrun_is_not_subtracted_and_warns_on_a_clock_of_its_own() -> None:
    desk = under_review()
    desk.do(REVIEW, REVIEWER)
    told = dict.fromkeys(what for _, what in days_pass(desk, 9))
    assert {"procedure.1 reminder", "procedure.1 yellow"} <= set(told)
    assert desk.case.clocks.warnings["procedure.1/yellow/2026-03-09"] == "yellow"
    desk.do(EndProcedure("1", "late"), REVIEWER)
    assert decision_limits(desk.case) == (date(2026, 3, 23), date(2026, 4, 7))


@pytest.mark.parametrize("kind", ["inspection", "tender", "lunch", ""])
def test_only_what_the_items_law_lists_stops_the_clock(kind: str) -> None:
    desk = under_review()
    refusal = refused(errors.ProcedureNotAllowed, desk, BeginProcedure(kind, 5, "ground"), REVIEWER)
    assert fields(refusal) == [("/kind", "procedure-not-allowed")]
    plain = led("licence", "accept")
    refused(errors.ProcedureNotAllowed, plain, REVIEW, REVIEWER)


def test_one_procedure_of_a_kind_runs_at_once_another_kind_beside_it_may() -> None:
    desk = under_review()
    desk.do(REVIEW, REVIEWER)
    refusal = refused(errors.ProcedureNotAllowed, desk, REVIEW, REVIEWER)
    assert fields(refusal) == [("/kind", "procedure-runs")]
    desk.do(BeginProcedure("hearing", 5, "the neighbours ask"), REVIEWER)
    assert decision_limits(desk.case) == (
        date(2026, 3, 23),
        date(2026, 4, 7),
    )  # side by side they stop it once
    desk.wait(days=2).do(EndProcedure("1", "done"), REVIEWER)
    assert desk.do(REVIEW, REVIEWER) == ["ProcedureBegun"]
    assert [p.id for p in desk.case.clocks.procedures] == ["1", "2", "3"]


def test_the_applicant_reads_the_ground_the_office_keeps_the_evidence() -> None:
    desk = under_review()
    desk.do(REVIEW, REVIEWER)
    begun = act_of(desk, "ProcedureBegun")
    assert begun.private == {
        "parties": {"ground": "a structure of a new kind"},
        "office": {"evidence": "letter of the institute"},
    }
    assert begun.data == {
        "procedure": "1",
        "kind": "expert_review",
        "days": 5,
        "begun_on": "2026-03-02",
    }


@pytest.mark.parametrize("outcome", ["approve", "refuse"])
def test_nothing_is_decided_while_a_procedure_runs(outcome: str) -> None:
    desk = go(under_review(), "review")
    desk.do(REVIEW, APPROVER)
    reasons = REASONS if outcome == "refuse" else ()
    refused(
        errors.ProcedureRuns,
        desk,
        CompleteTask(desk.open("approve"), outcome, reasons=reasons),
        APPROVER,
    )
    desk.do(EndProcedure("1", "done"), APPROVER)
    assert finish(desk, "approve", outcome)[0] == "TaskCompleted"


def test_a_case_may_be_returned_while_a_procedure_runs() -> None:
    desk = go(under_review(), "review")
    desk.do(REVIEW, APPROVER)
    assert finish(desk, "approve", "return") == ["TaskCompleted", "CaseReturned"]


@pytest.mark.parametrize("ways", [(), ("accept", "review", "approve")])
def test_no_procedure_before_acceptance_nor_after_the_decision(ways: tuple[str, ...]) -> None:
    desk = led("licence", *ways, procedures=PROCEDURES)
    refused(errors.NotUnderDecision, desk, REVIEW, REVIEWER)


def test_what_does_not_run_is_not_ended() -> None:
    desk = under_review()
    refused(errors.ProcedureUnknown, desk, EndProcedure("1", "done"), REVIEWER)
    desk.do(REVIEW, REVIEWER)
    desk.do(EndProcedure("1", "done"), REVIEWER)
    refused(errors.ProcedureUnknown, desk, EndProcedure("1", "done"), REVIEWER)


# Extension (Art. 42)


def test_the_head_extends_both_limits_once_with_reasons_for_the_applicant() -> None:
    desk = under_review()
    assert desk.do(ASKED, REVIEWER) == ["ExtensionAsked"]
    assert decision_limits(desk.case) == (
        date(2026, 3, 16),
        date(2026, 3, 30),
    )  # asking moves nothing
    assert desk.do(AnswerExtension(True, REASONS), HEAD) == ["ExtensionGranted"]
    assert decision_limits(desk.case) == (date(2026, 3, 30), date(2026, 4, 14))
    granted = act_of(desk, "ExtensionGranted")
    assert (granted.data, granted.private) == (
        {"days": 10},
        {"parties": {"reasons": list(REASONS)}},
    )
    for command, actor in ((ASKED, REVIEWER), (AnswerExtension(True, REASONS), HEAD)):
        refused(errors.ExtensionAnswered, desk, command, actor)


def test_an_extension_that_was_refused_may_be_asked_for_again() -> None:
    desk = under_review()
    desk.do(ASKED, REVIEWER)
    refused(errors.ExtensionAnswered, desk, ASKED, REVIEWER)
    assert desk.do(AnswerExtension(False, REASONS), HEAD) == ["ExtensionRefused"]
    assert list(act_of(desk, "ExtensionRefused").private) == ["office"]
    assert (desk.case.clocks.extended_days, decision_limits(desk.case)[1]) == (0, date(2026, 3, 30))
    assert desk.do(AskExtension(5, REASONS), REVIEWER) == ["ExtensionAsked"]
    desk.do(AnswerExtension(True, REASONS), HEAD)
    assert desk.case.clocks.extended_days == 5


@pytest.mark.parametrize("days", [1, 10])
def test_as_many_days_as_the_item_allows(days: int) -> None:
    assert under_review().do(AskExtension(days, REASONS), REVIEWER) == ["ExtensionAsked"]


@pytest.mark.parametrize("days", [-1, 0, 11])
def test_not_more_days_than_the_item_allows(days: int) -> None:
    refusal = refused(
        errors.ExtensionNotAllowed, under_review(), AskExtension(days, REASONS), REVIEWER
    )
    assert fields(refusal) == [("/days", "extension-not-allowed")] and refusal.faults[0].params == {
        "most": 10,
        "zh": "个工作日",
        "en": "working days",
    }


def test_where_the_item_allows_none_nothing_is_extended() -> None:
    refused(errors.ExtensionNotAllowed, led("licence", "accept", limits=LIMITS), ASKED, REVIEWER)


def test_asker_and_head_each_give_reasons() -> None:
    desk = under_review()
    assert fields(refused(errors.ReasonsNeeded, desk, AskExtension(5, ()), REVIEWER)) == [
        ("/reasons", "required")
    ]
    desk.do(ASKED, REVIEWER)
    for grant in (True, False):
        refused(errors.ReasonsNeeded, desk, AnswerExtension(grant), HEAD)


def test_who_asks_does_not_answer_though_they_were_head() -> None:
    desk = under_review()
    desk.do(ASKED, REVIEWER)
    refused(
        errors.DutiesNotSeparate,
        desk,
        AnswerExtension(True, REASONS),
        Actor(REVIEWER.person, HEAD.post),
    )


def test_what_was_not_asked_for_is_not_answered() -> None:
    refused(errors.ExtensionAnswered, under_review(), AnswerExtension(True, REASONS), HEAD)


def test_no_extension_before_acceptance_nor_after_the_decision() -> None:
    for desk in (led("licence"), led("licence", "accept", "review", "approve")):
        refused(errors.NotUnderDecision, desk, ASKED, REVIEWER)
    late = under_review()
    late.do(ASKED, REVIEWER)
    go(late, "review", "approve")
    refused(errors.NotUnderDecision, late, AnswerExtension(True, REASONS), HEAD)


def test_a_limit_that_has_passed_is_not_extended_any_more() -> None:
    asked_late, answered_late = under_review(), under_review()
    answered_late.do(ASKED, REVIEWER)
    for desk in (asked_late, answered_late):
        desk.wait(days=29)  # the 30th was the last day
    refused(errors.NotUnderDecision, asked_late, ASKED, REVIEWER)
    refused(errors.NotUnderDecision, answered_late, AnswerExtension(True, REASONS), HEAD)
    assert answered_late.do(AnswerExtension(False, REASONS), HEAD)[-1] == "ExtensionRefused"


def test_on_the_last_day_of_the_limit_it_is_still_extended() -> None:
    desk = under_review()
    desk.wait(days=28)
    assert desk.do(ASKED, REVIEWER)[-1] == "ExtensionAsked"
    assert desk.do(AnswerExtension(True, REASONS), HEAD)[-1] == "ExtensionGranted"
