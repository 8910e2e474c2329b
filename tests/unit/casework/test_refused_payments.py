"""Reports of payments that are not believed, or whose money nobody can take: each refused, none on
record.
"""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from chalicelib.casework.errors import NothingToPay
from chalicelib.casework.use_cases import payments, repository
from tests.support.builders.cases import MONDAY
from tests.support.builders.payments import FEE, NUMBER, Fee, ask, at, fee, problem, send, signed

__all__ = ["at", "fee"]

CHANGES = {
    "order": "a" * 26,
    "number": "URB-2026-W-000002",
    "event": "refunded",
    "amount_fen": 1,
    "signature": "0" * 64,
}


@pytest.mark.parametrize("member", CHANGES)
def test_a_notice_that_was_tampered_with_is_refused(fee: Fee, member: str) -> None:
    assert problem(send({**fee.notice(), member: CHANGES[member]})) == (403, "signature-wrong")
    assert fee.acts() == []


def test_a_notice_signed_with_another_secret_is_refused(fee: Fee) -> None:
    told = {"order": fee.order, "number": NUMBER, "event": "paid", "amount_fen": FEE}
    assert problem(send({**told, "signature": signed(told, b"")})) == (403, "signature-wrong")
    assert problem(send({**told, "signature": signed(told, b"guess")})) == (403, "signature-wrong")


def test_the_signature_of_a_link_is_no_signature_of_a_notice(fee: Fee) -> None:
    link = dict(parse_qsl(urlsplit(ask().body["url"]).query))
    told = {"order": fee.order, "number": NUMBER, "event": "paid", "amount_fen": FEE}
    assert problem(send({**told, "signature": link["signature"]})) == (403, "signature-wrong")


def test_a_wrong_signature_tells_nothing_of_cases(
    fee: Fee, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repository, "find", pytest.fail)
    told = [
        send({**fee.notice(number=number), "signature": "0" * 64}).body
        for number in (NUMBER, "URB-2026-W-999999")
    ]
    assert {**told[0], "correlation_id": ""} == {**told[1], "correlation_id": ""}


def test_an_unknown_number_under_a_right_signature_is_absent(fee: Fee) -> None:
    assert problem(fee.report(number="URB-2026-W-999999")) == (404, "not-found")


@pytest.mark.parametrize("amount", [1, FEE - 1, FEE + 1, 2**53 - 1])
def test_another_amount_than_the_one_due_is_refused(fee: Fee, amount: int) -> None:
    answer = fee.report(amount_fen=amount)
    assert problem(answer) == (422, "payment-not-as-due")
    assert [error["field"] for error in answer.body["errors"]] == ["/amount_fen"]
    assert fee.acts() == []


@pytest.mark.parametrize("amount", [0, -FEE, 0.5, str(FEE), None, True])
def test_what_is_no_amount_is_refused(fee: Fee, amount: Any) -> None:
    assert problem(fee.report(amount_fen=amount)) == (422, "invalid")


@pytest.mark.parametrize("event", ["paid ", "PAID", "", None, "failed"])
def test_what_is_no_event_is_refused(fee: Fee, event: Any) -> None:
    assert problem(fee.report(event)) == (422, "invalid")


def test_fifty_yuan_are_the_same_with_a_point(fee: Fee) -> None:
    assert send(json.loads(json.dumps(fee.notice(amount_fen=float(FEE))))).status == 200
    assert fee.case.money.paid_fen == FEE


def test_the_order_of_another_case_pays_nothing_here(fee: Fee) -> None:
    case = fee.case
    visit = case.visit_of_kind("pay")
    assert visit
    for order in (payments.order_of(replace(case, id="other"), visit), "a" * 26):
        answer = fee.report(order=order)
        assert problem(answer) == (422, "payment-not-as-due")
        assert [error["field"] for error in answer.body["errors"]] == ["/order"]
    assert fee.acts() == []


def test_the_order_of_another_step_pays_nothing(fee: Fee) -> None:
    orders = {payments.order_of(fee.case, visit) for visit in fee.case.visits.values()}
    assert len(orders) == len(fee.case.visits)
    answers = [fee.report(order=order) for order in sorted(orders - {fee.order})]
    assert {problem(answer) for answer in answers} == {(422, "payment-not-as-due")}


def test_the_order_of_an_earlier_visit_does_not_pay_for_a_later_one(fee: Fee) -> None:
    case, notice = fee.case, fee.notice()
    visit = case.visit_of_kind("pay")
    assert visit
    earlier = replace(visit, closed_at=MONDAY, outcome="unpaid")
    again = replace(
        case, visits={**case.visits, earlier.id: earlier, "pay.99": replace(visit, since=99)}
    )
    with pytest.raises(NothingToPay):
        payments.report(again, notice)


def test_one_order_is_not_paid_with_two_amounts(fee: Fee) -> None:
    assert fee.report().status == 200
    assert problem(fee.report(amount_fen=FEE + 1)) == (422, "payment-not-as-due")


def test_money_that_comes_too_late_is_refused_so_that_it_goes_back(
    fee: Fee, at: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[dict[str, Any]] = []
    monkeypatch.setattr(
        payments.log, "line", lambda message, **fields: lines.append({"said": message, **fields})
    )
    at(MONDAY + timedelta(days=60))
    assert problem(fee.report()) == (409, "nothing-to-pay")
    refused = [line for line in lines if line["said"] == "payment refused"]
    assert refused == [
        {
            "said": "payment refused",
            "counts": {"PaymentsRefused": 1},
            "order": fee.order,
            "problem": "nothing-to-pay",
        }
    ]
