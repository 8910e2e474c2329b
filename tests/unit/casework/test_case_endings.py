"""How a case ends and what may follow: withdrawal, delivery, archive, correction, revocation,
links.
"""

from datetime import date

import pytest

from chalicelib.casework import errors
from chalicelib.casework.acts import (
    ApplyDeadlines,
    Claim,
    Collect,
    CompleteTask,
    Correct,
    LinkCase,
    RecordCertificate,
    Revoke,
    Supplement,
    Withdraw,
)
from chalicelib.kernel.journal import Actor
from tests.support.builders.case_walks import (
    HEAD,
    REASONS,
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
from tests.support.builders.cases import APPLICANT, APPROVER, WINDOW, Desk

CORRECT = Correct(2, "the sign is 300 cm wide", REASONS)
TO_DELIVERY = ("accept", "review", "approve", "issue")


# Withdrawal


@pytest.mark.parametrize(
    ("flow", "ways"),
    [
        ("heard-licence", ()),
        ("heard-licence", ("accept.supplement",)),
        ("heard-licence", ("accept", "review.inform")),
        ("investment", ("accept", "fire")),
        ("reward", ("accept", "review")),
        ("levy", ("accept", "assess")),
    ],
)
def test_an_application_is_withdrawn_wherever_it_stands_before_the_decision(
    flow: str, ways: tuple[str, ...]
) -> None:
    desk = led(flow, *ways)
    assert desk.do(Withdraw(), APPLICANT) == ["CaseWithdrawn"]
    assert (desk.case.status, appeared(desk.case), conforms(desk)) == ("withdrawn", [], True)
    assert "parties" not in act_of(desk, "CaseWithdrawn").private


@pytest.mark.parametrize(
    ("flow", "ways"),
    [
        ("heard-licence", ("accept", "review", "approve")),
        ("fee-licence", ("accept", "review", "approve", "assess")),
        ("levy", ("accept", "assess", "order")),
        ("promise-licence", ("accept", "approve", "issue", "deliver")),
    ],
)
def test_what_is_decided_is_only_carried_out(flow: str, ways: tuple[str, ...]) -> None:
    refused(errors.TooLateToWithdraw, led(flow, *ways), Withdraw(), APPLICANT)


@pytest.mark.parametrize("flow", ["penalty", "compulsion", "inspection"])
def test_what_an_office_opened_nobody_withdraws(flow: str) -> None:
    refused(errors.TooLateToWithdraw, led(flow), Withdraw("please"), APPLICANT)


# Delivery (Art. 44) and archive


@pytest.mark.parametrize(("way", "tracking"), [("post", "EMS-1"), ("post", "")])
def test_the_result_is_handed_over_or_sent(way: str, tracking: str) -> None:
    desk = led("heard-licence", *TO_DELIVERY)
    assert finish(desk, "deliver", way=way, tracking=tracking) == [
        "TaskCompleted",
        "ResultDelivered",
    ]
    delivered = act_of(desk, "ResultDelivered")
    assert delivered.data == {"way": way}
    assert delivered.private == ({"parties": {"tracking": tracking}} if tracking else {})
    assert appeared(desk.case) == ["archive"]


@pytest.mark.parametrize(
    ("way", "message"),
    [("", "required"), ("pigeon", "enum"), ("download", "enum"), ("window", "enum")],
)
def test_no_officer_delivers_in_another_way(way: str, message: str) -> None:
    desk = led("heard-licence", *TO_DELIVERY)
    kind = errors.ReasonsNeeded if message == "required" else errors.OutcomeNotInFlow
    refusal = refused(kind, desk, CompleteTask(desk.open("deliver"), "delivered", way=way), WINDOW)
    assert fields(refusal) == [("/way", message)]


def test_the_applicant_fetches_it_online_once() -> None:
    desk = led("heard-licence", *TO_DELIVERY)
    assert desk.do(Collect(), APPLICANT) == ["TaskCompleted", "ResultDelivered"]
    assert act_of(desk, "ResultDelivered").data == {"way": "download"}
    refused(errors.NothingToCollect, desk, Collect(), APPLICANT)
    assert conforms(go(desk, "archive"))


def test_nothing_is_fetched_before_it_is_made_nor_where_a_flow_delivers_nothing() -> None:
    for desk in (led("heard-licence", *TO_DELIVERY[:3]), led("licence", "accept")):
        refused(errors.NothingToCollect, desk, Collect(), APPLICANT)


def test_a_late_delivery_is_warned_of_on_the_clock_of_its_step() -> None:
    desk = led("heard-licence", *TO_DELIVERY)
    told = dict(days_pass(desk, 16))
    assert told == {"2026-03-16": "step.deliver.5 reminder", "2026-03-17": "step.deliver.5 yellow"}


def test_a_certificate_is_due_within_the_days_of_delivery_and_made_once() -> None:
    desk = led("heard-licence", "accept", "review", "approve")
    assert dict(days_pass(desk, 16)) == {
        "2026-03-16": "step.issue.4 reminder",
        "2026-03-17": "step.issue.4 yellow",
    }
    desk.do(RecordCertificate("URB-2026-W-000001-1"))
    refused(errors.TaskDone, desk, RecordCertificate("URB-2026-W-000001-1"))


def test_the_archive_says_how_many_entries_it_keeps_its_own_among_them() -> None:
    desk = led("heard-licence", *TO_DELIVERY, "deliver", "archive")
    assert act_of(desk, "CaseArchived").data == {"entries": len(desk.entries)}
    assert desk.case.clocks.ended_at == desk.at
    late = [
        Claim("archive.6"),
        CompleteTask("archive.6", "archived"),
        Withdraw(),
        Supplement([]),
        Collect(),
    ]
    for command in late:
        refused(errors.CaseEnded, desk, command, APPROVER)
    assert desk.wait(days=400).do(ApplyDeadlines()) == []


# Correction


def test_a_mistaken_act_is_put_right_by_an_act_of_its_own() -> None:
    desk = led("licence", "accept")
    before = desk.entries[1]
    assert desk.do(CORRECT, HEAD) == ["ActCorrected"]
    assert desk.entries[1] is before
    corrected = act_of(desk, "ActCorrected")
    assert (corrected.data, list(corrected.private)) == ({"entry": 2}, ["parties"])
    made = desk.case.record.corrections[0]
    assert (made["entry"], made["text"], made["at"]) == (2, "the sign is 300 cm wide", desk.at)
    assert conforms(desk)


def test_a_closed_case_is_corrected_too_and_a_correction_as_well() -> None:
    desk = led("licence", "accept", "review", "approve.refuse")
    desk.do(CORRECT, HEAD)
    desk.do(Correct(len(desk.entries), "301 cm", REASONS), HEAD)
    assert (len(desk.case.record.corrections), desk.case.status) == (2, "refused")


@pytest.mark.parametrize("entry", [1, 2])
def test_every_entry_that_is_on_record_can_be_corrected(entry: int) -> None:
    assert led("licence", "accept").do(Correct(entry, "x", REASONS), HEAD) == ["ActCorrected"]


@pytest.mark.parametrize("entry", [-1, 0, 3, 99])
def test_only_what_is_on_record_is_corrected(entry: int) -> None:
    refusal = refused(
        errors.NothingToCorrect, led("licence", "accept"), Correct(entry, "x", REASONS), HEAD
    )
    assert fields(refusal) == [("/entry", "entry-unknown")]


def test_no_entry_corrects_itself_though_time_has_brought_acts_into_it() -> None:
    desk = led("licence", "accept")
    desk.wait(days=60)
    refused(errors.NothingToCorrect, desk, Correct(len(desk.entries) + 1, "x", REASONS), HEAD)


def test_a_correction_has_reasons() -> None:
    refused(errors.ReasonsNeeded, led("licence", "accept"), Correct(2, "x", ()), HEAD)


# Revocation


def test_a_decision_is_revoked_while_it_is_carried_out_and_that_stops() -> None:
    desk = led("heard-licence", "accept", "review", "approve")
    assert desk.do(Revoke(REASONS), HEAD) == ["DecisionRevoked"]
    case = desk.case
    assert (case.status, case.visits["issue.4"].outcome, bool(case.clocks.ended_at)) == (
        "revoked",
        "revoke",
        True,
    )
    assert (case.decision.reasons, conforms(desk)) == (tuple(REASONS), True)
    refused(errors.CaseEnded, desk, RecordCertificate("URB-2026-W-000001-1"))


def test_the_decision_of_a_closed_case_is_revoked_and_the_case_stays_closed() -> None:
    desk = led("heard-licence", *TO_DELIVERY, "deliver", "archive")
    ended = desk.case.clocks.ended_at
    desk.wait(days=30).do(Revoke(REASONS), HEAD)
    assert (desk.case.status, desk.case.clocks.ended_at) == ("revoked", ended)
    assert act_of(desk, "DecisionRevoked").data == {"ground": "mistaken"} and conforms(desk)
    refused(errors.NothingToRevoke, desk, Revoke(REASONS), HEAD)


@pytest.mark.parametrize(
    ("flow", "ways", "decider"),
    [
        ("licence", ("accept", "review", "approve"), "o-approve"),
        ("licence", ("accept", "review", "approve.refuse"), "o-approve"),
        ("licence", ("accept.not_accept",), "o-accept"),
        ("inspection", ("inspect", "order"), "o-order"),
        ("inspection", ("inspect", "order.drop"), "o-order"),
    ],
)
def test_who_decided_does_not_revoke(flow: str, ways: tuple[str, ...], decider: str) -> None:
    desk = led(flow, *ways)
    refused(errors.DutiesNotSeparate, desk, Revoke(REASONS), Actor(decider, HEAD.post))
    assert desk.do(Revoke(REASONS), HEAD) == ["DecisionRevoked"]
    assert conforms(desk)


def test_an_earlier_officer_of_a_returned_case_is_no_decider() -> None:
    desk = led("licence", "accept", "review")
    finish(desk, "approve", "return", actor=Actor(HEAD.person, "urb-approver"))
    go(desk, "review", "approve")
    assert desk.do(Revoke(REASONS), HEAD) == ["DecisionRevoked"]


@pytest.mark.parametrize("ways", [(), ("accept",), ("accept", "review")])
def test_what_is_not_decided_is_not_revoked(ways: tuple[str, ...]) -> None:
    refused(errors.NothingToRevoke, led("licence", *ways), Revoke(REASONS), HEAD)


def test_what_silence_granted_may_be_revoked_by_anybody_with_the_right() -> None:
    desk = led("filing", "accept", tacit=True)
    desk.wait(days=29).do(ApplyDeadlines())
    assert desk.do(Revoke(REASONS), HEAD) == ["DecisionRevoked"] and conforms(desk)


def test_a_revocation_has_reasons() -> None:
    refused(errors.ReasonsNeeded, led("licence", "accept", "review", "approve"), Revoke(()), HEAD)


# Other cases about this one


def test_a_case_learns_once_of_each_other_case_about_it() -> None:
    desk = led("licence", "accept", "review", "approve", "issue")
    appeal, renewal = (
        LinkCase("appeal", "GOV-2026-W-000001"),
        LinkCase("renewal", "URB-2026-W-000009"),
    )
    assert [desk.do(link) for link in (appeal, appeal, renewal, appeal)] == [
        ["CaseLinked"],
        [],
        ["CaseLinked"],
        [],
    ]
    assert desk.case.record.links == (
        {"relation": "appeal", "number": "GOV-2026-W-000001"},
        {"relation": "renewal", "number": "URB-2026-W-000009"},
    )


def test_a_case_keeps_what_it_is_about() -> None:
    desk = Desk(
        "renewal",
        about={"relation": "renewal", "number": "URB-2025-W-000001"},
        expires_on="2026-04-01",
    )
    assert desk.case.submission.about == {"relation": "renewal", "number": "URB-2025-W-000001"}
    assert desk.case.rules.expires_on == date(2026, 4, 1)
