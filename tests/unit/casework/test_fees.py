"""Fees are reckoned by the item's rule, paid to the fen or not at all, and given back once."""

from dataclasses import replace

import pytest

from chalicelib.casework import errors
from chalicelib.casework.acts import CompleteTask, OrderRefund, Pay, Revoke
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
    officer,
    refused,
)
from tests.support.builders.cases import MACHINE, Desk

PAID = Pay("order-1", "paid", 5000)
REFUNDED = replace(PAID, event="refunded")


def assessed(fee_fen: int = 5000) -> Desk:
    """A case whose fee is assessed."""
    desk = led("fee-licence", "accept", "review", "approve")
    finish(desk, "assess", fee_fen=fee_fen)
    return desk


def paid() -> Desk:
    """One whose fee is paid."""
    desk = assessed()
    desk.do(PAID)
    return desk


# The fee


def test_the_fee_is_what_the_items_rule_makes_of_the_form() -> None:
    desk = assessed(12345)
    assert act_of(desk, "FeeAssessed").data == {"amount_fen": 12345}
    assert (desk.case.money.due_fen, appeared(desk.case)) == (12345, ["pay"])


def test_no_officer_names_a_fee() -> None:
    desk = led("fee-licence", "accept", "review", "approve")
    command = CompleteTask(desk.open("assess"), "assessed", amount_fen=1, fee_fen=5000)
    refusal = refused(errors.OutcomeNotInFlow, desk, command, officer(desk.case, "assess"))
    assert fields(refusal) == [("/amount_fen", "outcome-takes-none")]


def test_an_exemption_has_reasons_that_the_applicant_reads() -> None:
    desk = led("fee-licence", "accept", "review", "approve")
    refused(
        errors.ReasonsNeeded,
        desk,
        CompleteTask(desk.open("assess"), "exempt"),
        officer(desk.case, "assess"),
    )
    assert finish(desk, "assess", "exempt") == ["TaskCompleted", "FeeAssessed"]
    assert act_of(desk, "FeeAssessed").private == {"parties": {"reasons": list(REASONS)}}
    assert (desk.case.money.due_fen, appeared(desk.case)) == (0, ["issue"])


def test_a_fee_of_nothing_is_not_waited_for() -> None:
    desk = led("fee-licence", "accept", "review", "approve")
    assert finish(desk, "assess", fee_fen=0) == ["TaskCompleted", "FeeAssessed", "TaskCompleted"]
    passed = desk.case.visits["pay.5"]
    assert (passed.outcome, passed.by, appeared(desk.case)) == ("paid", "", ["issue"])
    assert desk.entries[-1].acts[-1].data["machine"] and conforms(desk)


# Payment


def test_the_exact_amount_leads_on() -> None:
    desk = assessed()
    assert desk.do(PAID) == ["FeePaid", "TaskCompleted"]
    assert (desk.case.money.paid_fen, appeared(desk.case)) == (5000, ["issue"])
    go(desk, "issue", "deliver", "archive")
    assert desk.case.status == "granted" and conforms(desk)


@pytest.mark.parametrize("amount", [-5000, 0, 1, 4999, 5001, 500000])
def test_no_other_amount_does(amount: int) -> None:
    refusal = refused(errors.PaymentMismatch, assessed(), replace(PAID, amount_fen=amount))
    assert fields(refusal) == [("/amount_fen", "payment-mismatch")]


def test_the_providers_report_is_one_act_however_often_it_comes() -> None:
    desk = paid()
    for ways in ((), ("issue",), ("deliver",), ("archive",)):
        assert go(desk, *ways).do(PAID) == []
    assert sum(act.type == "FeePaid" for entry in desk.entries for act in entry.acts) == 1


def test_nothing_is_paid_that_is_not_due() -> None:
    for desk in (led("fee-licence"), led("licence", "accept"), paid()):
        refused(errors.NothingToPay, desk, replace(PAID, order="order-2"))


def test_a_fee_that_is_not_paid_in_time_lets_the_case_lapse() -> None:
    desk = assessed()
    told = days_pass(desk, 15)
    assert told[-3:] == [
        ("2026-03-16", "step.pay.5 reminder"),
        ("2026-03-17", "TaskCompleted"),
        ("2026-03-17", "CaseLapsed"),
    ]
    assert (desk.case.status, desk.case.visits["pay.5"].outcome, conforms(desk)) == (
        "lapsed",
        "unpaid",
        True,
    )
    refused(errors.NothingToPay, desk, PAID)


def test_a_levy_that_is_not_paid_in_time_is_urged() -> None:
    desk = led("levy", "accept", "assess", "order")
    days_pass(desk, 30)
    assert (appeared(desk.case), desk.case.status) == (["urge"], "ordered")
    go(desk, "urge", "archive")
    assert (desk.case.status, conforms(desk)) == ("ordered", True)


def test_what_is_owed_is_taken_once_after_its_period_too() -> None:
    desk = led("levy", "accept", "assess", "order")
    days_pass(desk, 30)
    assert desk.do(PAID) == ["FeePaid"]
    assert desk.do(PAID) == [] and appeared(desk.case) == ["urge"]
    refused(errors.NothingToPay, desk, replace(PAID, order="order-2"))


def test_nothing_is_owed_before_it_is_ordered_nor_when_the_order_is_dropped() -> None:
    desk = led("levy", "accept", "assess")
    refused(errors.NothingToPay, desk, PAID)
    finish(desk, "order", "drop")
    refused(errors.NothingToPay, desk, PAID)


def test_nothing_is_owed_under_a_decision_that_was_revoked() -> None:
    desk = led("levy", "accept", "assess", "order")
    desk.do(Revoke(REASONS), HEAD)
    refused(errors.NothingToPay, desk, PAID)


def test_a_levy_from_which_the_payer_is_exempt_asks_for_nothing() -> None:
    desk = led("levy", "accept", "assess.exempt")
    assert finish(desk, "order") == ["TaskCompleted", "CaseOrdered", "TaskCompleted"]
    assert appeared(desk.case) == ["archive"] and conforms(desk)


def test_a_levy_that_is_returned_is_assessed_anew() -> None:
    desk = led("levy", "accept", "assess", "order.return")
    finish(desk, "assess", fee_fen=7000)
    finish(desk, "order")
    assert desk.case.money.due_fen == 7000


# Refund


def test_the_head_orders_a_refund_and_the_provider_reports_it_once() -> None:
    desk = paid()
    assert desk.do(OrderRefund(REASONS), HEAD) == ["RefundOrdered"]
    ordered = act_of(desk, "RefundOrdered")
    assert (ordered.data, list(ordered.private)) == (
        {"order": "order-1", "amount_fen": 5000},
        ["parties"],
    )
    refused(errors.NothingToPay, desk, OrderRefund(REASONS), HEAD)
    assert desk.do(REFUNDED) == ["FeeRefunded"]
    assert desk.do(REFUNDED) == [] and desk.case.money.refunded
    refused(errors.NothingToPay, desk, OrderRefund(REASONS), HEAD)


def test_a_refund_is_ordered_with_reasons_of_what_was_paid() -> None:
    refused(errors.ReasonsNeeded, paid(), OrderRefund(()), HEAD)
    for desk in (assessed(), led("licence", "accept")):
        refused(errors.NothingToPay, desk, OrderRefund(REASONS), HEAD)


def test_no_refund_is_reported_that_was_not_ordered_as_it_was() -> None:
    desk = paid()
    refused(errors.NothingToPay, desk, REFUNDED)
    desk.do(OrderRefund(REASONS), HEAD)
    refused(errors.NothingToPay, desk, replace(REFUNDED, order="order-2"))
    refusal = refused(errors.PaymentMismatch, desk, replace(REFUNDED, amount_fen=4999))
    assert fields(refusal) == [("/amount_fen", "payment-mismatch")]


def test_after_the_end_what_was_paid_is_still_given_back() -> None:
    desk = go(paid(), "issue", "deliver", "archive")
    assert desk.do(OrderRefund(REASONS), HEAD) == ["RefundOrdered"]
    assert desk.do(REFUNDED, MACHINE) == ["FeeRefunded"]
    assert desk.case.status == "granted"
