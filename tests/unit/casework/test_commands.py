"""The law of a case, without AWS: what each command leads to, and what is refused."""

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.casework import errors
from chalicelib.casework.acts import (
    ApplyDeadlines,
    Claim,
    CompleteTask,
    RecordCertificate,
    Release,
    Supplement,
    Withdraw,
)
from chalicelib.casework.acts.decide import MAX_ENTRIES
from chalicelib.kernel.journal import Actor
from tests.support.builders.cases import (
    APPLICANT,
    APPROVER,
    FIRE,
    LIMITS,
    REVIEWER,
    TRAFFIC,
    WINDOW,
    Desk,
)

DEFECTS = [{"subject": "rendering", "problem": "unreadable"}]


def accepted() -> Desk:
    desk = Desk()
    desk.do(CompleteTask(desk.open("accept"), "accept"), WINDOW)
    return desk


def at_approval() -> Desk:
    desk = accepted()
    desk.do(CompleteTask(desk.open("review"), "pass"), REVIEWER)
    return desk


def test_an_application_walks_from_filing_to_certificate() -> None:
    desk = at_approval()
    assert desk.do(CompleteTask(desk.open("approve"), "approve"), APPROVER) == [
        "TaskCompleted",
        "CaseGranted",
    ]
    assert desk.do(RecordCertificate("URB-2026-W-000001-1")) == [
        "CertificateIssued",
        "TaskCompleted",
    ]
    case = desk.case
    assert (case.status, case.decision.certificate, case.open_visits) == (
        "granted",
        "URB-2026-W-000001-1",
        (),
    )
    assert [v.since for v in case.visits.values()] == [0, 2, 3, 4]


def test_supplement_is_asked_for_once_and_acceptance_dates_from_completeness() -> None:
    desk = Desk()
    desk.do(CompleteTask(desk.open("accept"), "supplement", defects=DEFECTS), WINDOW)
    assert desk.case.status == "supplement_requested"
    desk.wait(days=2).do(Supplement([{"code": "sign-rendering"}]), APPLICANT)
    with pytest.raises(errors.SupplementAskedBefore):
        desk.do(CompleteTask(desk.open("accept"), "supplement", defects=DEFECTS), WINDOW)
    desk.wait(days=1).do(CompleteTask(desk.open("accept"), "accept"), WINDOW)
    assert desk.case.clocks.accepted_on == desk.at.date().replace(day=4)
    assert [m["code"] for m in desk.case.submission.materials] == ["sign-rendering"]


def test_nobody_acts_for_five_working_days_and_it_counts_as_accepted_from_receipt() -> None:
    desk = Desk()
    desk.wait(days=7)  # Monday to Monday: the fifth working day ends at that midnight
    assert desk.do(ApplyDeadlines()) == ["WarningRaised"]  # a reminder on the fifth day
    desk.wait(days=1)
    assert desk.do(ApplyDeadlines()) == [
        "WarningRaised",  # red: the five days of Art. 32 are over
        "TaskCompleted",
        "CaseAcceptedByDefault",
    ]
    case = desk.case
    assert (case.status, case.clocks.accepted_by_default) == ("accepted", True)
    assert case.clocks.accepted_on == case.clocks.filed_at.date()
    assert [v.step for v in case.open_visits] == ["review"]
    assert desk.do(ApplyDeadlines()) == []


def test_a_default_that_has_passed_comes_before_the_officers_act() -> None:
    desk = Desk()
    desk.wait(days=8)
    with pytest.raises(errors.TaskDone):
        desk.do(CompleteTask(desk.open("accept"), "not_accept", reasons=["late"]), WINDOW)
    acts = desk.do(CompleteTask("review.2", "pass"), REVIEWER)
    assert acts[:4] == ["WarningRaised"] * 2 + ["TaskCompleted", "CaseAcceptedByDefault"]
    assert acts[-1] == "TaskCompleted"


def test_reminder_yellow_and_red_each_once() -> None:
    desk = accepted()
    levels: list[str] = []
    for _ in range(40):
        desk.wait(days=1)
        desk.do(ApplyDeadlines())
    levels = [f"{key.split('/')[0]} {level}" for key, level in desk.case.clocks.warnings.items()]
    assert sorted(levels) == [
        "decision red",
        "decision reminder",
        "decision yellow",
        "step.review.2 reminder",
        "step.review.2 yellow",
    ]
    assert desk.case.clocks.colour == "red"


@pytest.mark.parametrize(
    ("outcome", "status"),
    [("not_accept", "not_accepted")],
)
def test_an_adverse_outcome_needs_reasons(outcome: str, status: str) -> None:
    desk = Desk()
    with pytest.raises(errors.ReasonsNeeded):
        desk.do(CompleteTask(desk.open("accept"), outcome), WINDOW)
    desk.do(CompleteTask(desk.open("accept"), outcome, reasons=["not this authority"]), WINDOW)
    assert (desk.case.status, desk.case.clocks.ended_at) == (status, desk.at)


def test_refusal_ends_the_case_with_its_reasons() -> None:
    desk = at_approval()
    desk.do(CompleteTask(desk.open("approve"), "refuse", reasons=["too large"]), APPROVER)
    assert (desk.case.status, desk.case.decision.reasons) == ("refused", ("too large",))


def test_a_return_opens_the_earlier_step_anew() -> None:
    desk = at_approval()
    desk.do(CompleteTask(desk.open("approve"), "return", reasons=["check the width"]), APPROVER)
    assert desk.open("review") == "review.4"
    desk.do(CompleteTask("review.4", "pass"), REVIEWER)
    assert desk.open("approve") == "approve.5"
    with pytest.raises(errors.TaskDone):
        desk.do(CompleteTask("approve.3", "approve"), APPROVER)


@pytest.mark.parametrize("make", [Desk, accepted, at_approval])
def test_the_applicant_withdraws_until_it_is_decided(make: Callable[[], Desk]) -> None:
    desk = make()
    desk.do(Withdraw("moved away"), APPLICANT)
    assert (desk.case.status, desk.case.open_visits) == ("withdrawn", ())
    with pytest.raises(errors.CaseEnded):
        desk.do(Withdraw(), APPLICANT)


def test_a_decided_case_cannot_be_withdrawn() -> None:
    desk = at_approval()
    desk.do(CompleteTask(desk.open("approve"), "approve"), APPROVER)
    with pytest.raises(errors.TooLateToWithdraw):
        desk.do(Withdraw(), APPLICANT)


def test_who_accepted_does_not_review_and_nobody_handles_their_own_case() -> None:
    desk = accepted()
    with pytest.raises(errors.DutiesNotSeparate):
        desk.do(CompleteTask(desk.open("review"), "pass"), Actor(WINDOW.person, "urb-reviewer"))
    with pytest.raises(errors.DutiesNotSeparate):
        desk.do(CompleteTask(desk.open("review"), "pass"), Actor(APPLICANT.person, "urb-reviewer"))


def test_no_step_is_skipped_and_no_outcome_invented() -> None:
    desk = Desk()
    with pytest.raises(errors.TaskUnknown):
        desk.do(CompleteTask("approve.0", "approve"), APPROVER)
    with pytest.raises(errors.OutcomeNotInFlow):
        desk.do(CompleteTask(desk.open("accept"), "approve"), WINDOW)
    with pytest.raises(errors.TaskUnknown):
        desk.do(RecordCertificate("x"))


def test_a_claimed_task_is_its_claimers_until_released() -> None:
    desk = Desk()
    visit = desk.open("accept")
    assert desk.do(Claim(visit), WINDOW) == ["TaskClaimed"]
    with pytest.raises(errors.ClaimStands):
        desk.do(Claim(visit), WINDOW)
    other = Actor("o-other", "urb-window")
    for command in (Claim(visit), Release(visit), CompleteTask(visit, "accept")):
        with pytest.raises(errors.TaskClaimedByOther):
            desk.do(command, other)
    desk.do(Release(visit), WINDOW)
    assert desk.do(CompleteTask(visit, "accept"), other) == ["TaskCompleted", "CaseAccepted"]


def test_a_claim_lapses_with_its_claimers_post_and_its_release_is_on_record() -> None:
    desk = Desk()
    visit = desk.open("accept")
    desk.do(Claim(visit), WINDOW)
    heir = Actor("o-heir", "urb-window")
    assert desk.do(Claim(visit, lapsed=WINDOW.person), heir) == ["TaskReleased", "TaskClaimed"]
    with pytest.raises(errors.TaskClaimedByOther):
        desk.do(CompleteTask(visit, "accept", lapsed="o-somebody-else"), WINDOW)
    acts = desk.do(CompleteTask(visit, "accept", lapsed=heir.person), WINDOW)
    assert acts == ["TaskReleased", "TaskCompleted", "CaseAccepted"]


def test_the_decider_sees_what_the_others_told_the_office() -> None:
    desk = Desk("joint-licence")
    desk.do(CompleteTask(desk.open("accept"), "accept", note="came by post"), WINDOW)
    desk.do(CompleteTask(desk.open("review"), "pass"), REVIEWER)
    desk.do(CompleteTask("fire.3", "opinion", opinion="object", reasons=["exit too narrow"]), FIRE)
    desk.do(CompleteTask("traffic.3", "opinion", opinion="agree"), TRAFFIC)
    desk.do(
        CompleteTask(desk.open("approve"), "return", reasons=["ask for a wider exit"]), APPROVER
    )
    told = [
        (r["step"], r.get("opinion"), r.get("note"), r.get("reasons"))
        for r in desk.case.record.remarks
    ]
    assert told == [
        ("accept", None, "came by post", None),
        ("fire", "object", None, ["exit too narrow"]),
        ("traffic", "agree", None, None),
        ("approve", None, None, ["ask for a wider exit"]),
    ]
    desk.do(Withdraw("moved away"), APPLICANT)
    assert desk.case.record.remarks[-1]["reason"] == "moved away"


@pytest.mark.parametrize(
    ("outcome", "more", "field"),
    [
        ("accept", {"reasons": ["x"]}, "/reasons"),
        ("accept", {"defects": DEFECTS}, "/defects"),
        ("accept", {"opinion": "agree"}, "/opinion"),
        ("supplement", {"defects": DEFECTS, "reasons": ["x"]}, "/reasons"),
    ],
)
def test_what_an_outcome_does_not_put_on_record_is_refused(
    outcome: str, more: dict[str, Any], field: str
) -> None:
    desk = Desk()
    with pytest.raises(errors.OutcomeNotInFlow) as refused:
        desk.do(CompleteTask(desk.open("accept"), outcome, **more), WINDOW)
    assert [fault.field for fault in refused.value.faults] == [field]


def test_the_applicant_is_reminded_of_the_supplement_once() -> None:
    desk = Desk(limits={**LIMITS, "supplement_days": 10})
    desk.do(CompleteTask(desk.open("accept"), "supplement", defects=DEFECTS), WINDOW)
    seen = [act for _ in range(40) for act in desk.wait(days=1).do(ApplyDeadlines())]
    assert (seen, list(desk.case.clocks.warnings.values())) == (["WarningRaised"], ["reminder"])
    assert desk.case.status == "supplement_requested"


def test_joint_review_waits_for_every_opinion_then_the_lead_decides() -> None:
    desk = Desk("joint-licence")
    desk.do(CompleteTask(desk.open("accept"), "accept"), WINDOW)
    desk.do(CompleteTask(desk.open("review"), "pass"), REVIEWER)
    assert {v.id for v in desk.case.open_visits} == {"fire.3", "traffic.3"}
    with pytest.raises(errors.ReasonsNeeded):
        desk.do(CompleteTask("fire.3", "opinion", opinion="object"), FIRE)
    desk.do(CompleteTask("traffic.3", "opinion", opinion="agree"), TRAFFIC)
    assert {v.id for v in desk.case.open_visits} == {"fire.3"}
    desk.do(CompleteTask("fire.3", "opinion", opinion="object", reasons=["exit too narrow"]), FIRE)
    assert [v.id for v in desk.case.open_visits] == ["approve.5"]


def test_withdrawal_closes_every_branch_of_a_joint_review() -> None:
    desk = Desk("joint-licence")
    desk.do(CompleteTask(desk.open("accept"), "accept"), WINDOW)
    desk.do(CompleteTask(desk.open("review"), "pass"), REVIEWER)
    desk.do(Withdraw(), APPLICANT)
    assert {(v.outcome, v.answer) for v in desk.case.visits.values() if v.since == 3} == {
        ("withdraw", 4)
    }


def test_claiming_and_releasing_has_an_end_but_what_leads_the_case_on_has_none() -> None:
    desk = Desk()
    visit = desk.open("accept")
    for turn in range(MAX_ENTRIES):
        desk.do(Release(visit) if turn % 2 else Claim(visit), WINDOW)
    with pytest.raises(errors.EntriesMany) as refused:
        desk.do(Claim(visit), WINDOW)
    assert refused.value.params == {"limit": MAX_ENTRIES}
    colleague = Actor("o-other", WINDOW.post)
    assert desk.do(Claim(visit), colleague) == ["TaskClaimed"]
    desk.do(Release(visit), colleague)
    assert "TaskCompleted" in desk.do(CompleteTask(visit, "accept"), WINDOW)
    assert desk.wait(days=40).do(ApplyDeadlines())  # time is not counted
