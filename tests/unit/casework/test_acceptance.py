"""Acceptance: one full notice of what is missing, what may follow, and what a promise stands
for.
"""

from datetime import date

import pytest

from chalicelib.casework import errors
from chalicelib.casework.acts import ApplyDeadlines, CompleteTask, Supplement
from tests.support.builders.case_walks import (
    act_of,
    appeared,
    conforms,
    days_pass,
    fields,
    finish,
    go,
    led,
    refused,
)
from tests.support.builders.cases import (
    APPLICANT,
    APPROVER,
    LIMITS,
    MONDAY,
    OWED,
    REVIEWER,
    WINDOW,
    Desk,
)

RENDERING = [{"code": "sign-rendering"}]
BROUGHT = [{"code": OWED}]


def test_the_supplement_notice_stops_the_offices_clock_and_the_answer_starts_it_anew() -> None:
    desk = led("filing", "accept.supplement")
    assert [told for _, told in days_pass(desk, 10)] == []
    desk.do(Supplement(RENDERING), APPLICANT)
    assert desk.case.clocks.received_on == desk.at.date() == date(2026, 3, 12)
    assert days_pass(desk, 8) == [
        ("2026-03-19", "acceptance.3 reminder"),
        ("2026-03-20", "acceptance.3 red"),  # Art. 32 is broken, and says so
        ("2026-03-20", "TaskCompleted"),
        ("2026-03-20", "CaseAcceptedByDefault"),
    ]
    assert desk.case.clocks.accepted_on == date(
        2026, 3, 12
    )  # Art. 32(4): the day on which the materials were complete


def test_an_application_that_is_not_supplemented_lapses_after_its_days() -> None:
    desk = led("filing", "accept.supplement")
    assert days_pass(desk, 15) == [
        ("2026-03-16", "supplement.2 reminder"),
        ("2026-03-17", "TaskCompleted"),
        ("2026-03-17", "CaseLapsed"),
    ]
    case = desk.case
    assert (case.status, case.clocks.ended_at is not None, case.visits["supplement.2"].outcome) == (
        "lapsed",
        True,
        "unsupplied",
    )
    refused(errors.CaseEnded, desk, Supplement(RENDERING), APPLICANT)
    assert conforms(desk)


def test_a_supplement_after_the_last_day_comes_too_late_though_no_sweep_has_looked() -> None:
    desk = led("filing", "accept.supplement")
    desk.wait(days=15)
    refused(errors.CaseEnded, desk, Supplement(RENDERING), APPLICANT)
    assert desk.do(ApplyDeadlines())[-2:] == ["TaskCompleted", "CaseLapsed"]


def test_a_flow_that_knows_no_lapse_waits_for_its_supplement() -> None:
    desk = led("licence", "accept.supplement")
    days_pass(desk, 60)
    assert appeared(desk.case) == ["supplement"]
    assert desk.do(Supplement(RENDERING), APPLICANT) == ["TaskCompleted", "MaterialsSupplemented"]


def test_nothing_is_supplemented_that_was_not_asked_for() -> None:
    for desk in (
        led("filing"),
        led("filing", "accept"),
        led("filing", "accept", "review", "approve"),
    ):
        refused(errors.NoSupplementAsked, desk, Supplement(RENDERING), APPLICANT)


def test_a_supplement_replaces_what_it_brings_and_keeps_the_rest() -> None:
    desk = led("filing", "accept.supplement", owed=[OWED])
    desk.do(Supplement([*RENDERING, *BROUGHT], {"sign_text": "书店"}), APPLICANT)
    case = desk.case
    assert [m["code"] for m in case.submission.materials] == ["sign-rendering", OWED]
    assert (case.submission.form, case.submission.owed) == ({"sign_text": "书店"}, ())


def test_a_supplement_without_a_form_keeps_the_form() -> None:
    desk = led("filing", "accept.supplement")
    desk.do(Supplement(RENDERING), APPLICANT)
    assert desk.case.submission.form == {"sign_text": "面馆"}


# 容缺受理: acceptance with minor materials missing


def test_a_minor_material_may_be_missing_at_acceptance_and_be_brought_later() -> None:
    desk = led("licence", "accept", owed=[OWED])
    assert (desk.case.status, desk.case.submission.owed) == ("accepted", (OWED,))
    assert desk.wait(days=1).do(Supplement(BROUGHT), APPLICANT) == ["OwedMaterialsBrought"]
    assert (desk.case.submission.owed, desk.case.submission.materials) == ((), tuple(BROUGHT))
    assert (
        desk.case.clocks.accepted_on == MONDAY.date()
    )  # no statutory clock stops for what is owed
    refused(errors.NoSupplementAsked, desk, Supplement(BROUGHT), APPLICANT)


def test_who_owes_a_material_is_reminded_on_the_last_day_once() -> None:
    desk = led(
        "licence",
        "accept",
        owed=[OWED],
        limits={**LIMITS, "promised_days": 19, "supplement_days": 3},
    )
    told = [(day, what) for day, what in days_pass(desk, 20) if what.startswith("owed")]
    assert told == [("2026-03-05", "owed reminder")]


def test_nothing_is_granted_while_materials_are_owed_but_refused_and_returned_it_may_be() -> None:
    desk = led("licence", "accept", "review", owed=[OWED])
    refused(errors.MaterialsOwed, desk, CompleteTask(desk.open("approve"), "approve"), APPROVER)
    finish(desk, "approve", "return")
    desk.do(Supplement(BROUGHT), APPLICANT)
    assert finish(go(desk, "review"), "approve") == ["TaskCompleted", "CaseGranted"]
    other = led("licence", "accept", "review", owed=[OWED])
    assert finish(other, "approve", "refuse") == ["TaskCompleted", "CaseRefused"]


def test_what_is_owed_is_brought_alone_without_another_form() -> None:
    desk = led("licence", "accept", owed=[OWED])
    refusal = refused(
        errors.NoSupplementAsked, desk, Supplement(BROUGHT, {"sign_text": "书店"}), APPLICANT
    )
    assert fields(refusal) == [("/form", "outcome-takes-none")]
    for materials in ([], RENDERING, [*BROUGHT, *RENDERING]):
        refused(errors.NoSupplementAsked, desk, Supplement(materials), APPLICANT)


def test_of_two_materials_owed_one_may_come_before_the_other() -> None:
    desk = led("licence", "accept", "review", owed=[OWED, "structure-drawing"])
    desk.do(Supplement(BROUGHT), APPLICANT)
    assert desk.case.submission.owed == ("structure-drawing",)
    refused(errors.MaterialsOwed, desk, CompleteTask(desk.open("approve"), "approve"), APPROVER)
    desk.do(Supplement([{"code": "structure-drawing"}]), APPLICANT)
    assert finish(desk, "approve") == ["TaskCompleted", "CaseGranted"]


def test_nothing_is_brought_before_acceptance_nor_after_the_decision() -> None:
    refused(errors.NoSupplementAsked, led("licence", owed=[OWED]), Supplement(BROUGHT), APPLICANT)
    desk = led("licence", "accept", "review", "approve.refuse", owed=[OWED])
    refused(errors.CaseEnded, desk, Supplement(BROUGHT), APPLICANT)


# 告知承诺: acceptance on a promise


def test_a_kept_promise_is_verified_and_the_case_archived() -> None:
    desk = led("promise-licence", "accept", "approve", "issue", "deliver", on_promise=True)
    assert (desk.case.submission.on_promise, appeared(desk.case)) == (True, ["verify"])
    go(desk, "verify", "archive")
    assert (desk.case.status, conforms(desk)) == ("granted", True)


def test_a_broken_promise_revokes_the_decision_with_its_reasons() -> None:
    desk = led("promise-licence", "accept", "approve", "issue", "deliver", on_promise=True)
    visit = desk.open("verify")
    inspector = desk.case.rules.posts["inspector"]
    refused(errors.ReasonsNeeded, desk, CompleteTask(visit, "broken"), REVIEWER)
    assert finish(desk, "verify", "broken", reasons=["no sink"]) == [
        "TaskCompleted",
        "DecisionRevoked",
    ]
    case = desk.case
    assert (case.status, case.decision.reasons, bool(case.clocks.ended_at)) == (
        "revoked",
        ("no sink",),
        True,
    )
    assert (act_of(desk, "DecisionRevoked").data, case.visits[visit].post) == (
        {"ground": "promise_broken"},
        inspector,
    )
    assert conforms(desk)


# Deemed acceptance in an officer's entry


def test_an_acceptance_by_time_in_an_officers_entry_is_the_machines_and_bars_nobody() -> None:
    desk = Desk()
    desk.wait(days=8)
    window = (
        WINDOW.person
    )  # a small office: the same person has accepted others' cases and reviews this one
    desk.do(CompleteTask("review.2", "pass"), REVIEWER)
    assert [act.data.get("machine", False) for act in desk.entries[1].acts] == [
        True,
        True,
        True,
        True,
        False,
    ]
    case = desk.case
    assert (case.visits["accept.0"].by, case.visits["accept.0"].post) == ("", "")
    assert window not in case.excluded_persons(case.visits["approve.2"])
    assert case.excluded_persons(case.visits["approve.2"]) == {APPLICANT.person, REVIEWER.person}
    assert conforms(desk)


def test_who_lets_acceptance_go_by_may_still_review() -> None:
    desk = Desk()
    desk.wait(days=8)
    desk.do(CompleteTask("review.2", "pass"), REVIEWER)
    desk.do(CompleteTask("approve.2", "approve"), WINDOW)
    assert desk.case.status == "granted"


@pytest.mark.parametrize("days", [7, 8])
def test_the_five_days_are_whole_to_their_last_moment(days: int) -> None:
    desk = Desk()
    desk.wait(days=days)
    taken = desk.do(ApplyDeadlines())
    assert ("CaseAcceptedByDefault" in taken) == (days == 8)
