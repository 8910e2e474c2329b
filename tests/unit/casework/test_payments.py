"""The payment port: who is sent to pay what, and what is put on record of the provider's
reports.
"""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from chalicelib.casework.acts import ApplyDeadlines, OrderRefund, Revoke
from chalicelib.casework.use_cases import case_commands, payments
from chalicelib.kernel import aws, stores
from chalicelib.kernel.journal import Actor
from chalicelib.kernel.settings import Settings
from tests.support.authorized import authorized
from tests.support.builders.cases import MONDAY
from tests.support.builders.payments import (
    FEE,
    NUMBER,
    SECRET,
    Fee,
    anybody,
    ask,
    at,
    fee,
    problem,
    send,
    signed,
    stranger,
)
from tests.support.fakes.stores import MemoryJournal, MemoryViews

__all__ = ["at", "fee"]
HEAD = Actor("o-head", "urb-head")


def test_the_applicant_is_sent_to_the_providers_page_with_a_signed_bill(fee: Fee) -> None:
    answer = ask()
    assert answer.status == 200
    assert (answer.body["order"], answer.body["amount_fen"]) == (fee.order, FEE)
    url = urlsplit(answer.body["url"])
    assert f"{url.scheme}://{url.netloc}{url.path}" == f"https://pay.example/bills/{fee.order}"
    asked = dict(parse_qsl(url.query))
    bill = {"order": fee.order, "number": asked["number"], "amount_fen": int(asked["amount_fen"])}
    assert bill == {"order": fee.order, "number": NUMBER, "amount_fen": FEE}
    assert asked["signature"] == signed(bill)


def test_asking_writes_nothing_and_gives_the_same_order_again(fee: Fee) -> None:
    before = len(fee.journal.read("case#abc"))
    assert ask().body == ask().body
    assert len(fee.journal.read("case#abc")) == before


def test_nobody_else_learns_what_is_to_be_paid(fee: Fee) -> None:
    assert problem(ask(stranger)) == (404, "not-found")
    assert problem(ask(anybody)) == (401, "sign-in-needed")


def test_there_is_nothing_to_pay_before_the_fee_is_assessed_or_after_it_is_paid(
    memory: tuple[MemoryJournal, MemoryViews], fee: Fee
) -> None:
    assert fee.report().status == 200
    assert problem(ask()) == (409, "nothing-to-pay")
    fresh = MemoryJournal()
    stores.use(fresh, memory[1])
    Fee(fresh).walk("accept", "review", "approve")
    assert problem(ask()) == (409, "nothing-to-pay")


def test_nobody_is_sent_to_pay_when_the_period_is_over_though_no_sweep_has_seen_it(
    fee: Fee, at: Any
) -> None:
    at(MONDAY + timedelta(days=60))
    assert fee.case.visit_of_kind("pay")
    assert problem(ask()) == (409, "nothing-to-pay")


def test_a_stage_without_a_provider_says_so(fee: Fee, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(payments, "settings", lambda: Settings({"PAYMENT_URL": ""}))
    assert problem(ask()) == (409, "not-paid-online")


def test_a_payment_closes_its_step_once_however_often_it_is_reported(fee: Fee) -> None:
    notice = fee.notice()
    answers = [send(notice) for _ in range(3)]
    assert [answer.status for answer in answers] == [200] * 3
    assert answers[0].body == answers[2].body == {"number": NUMBER, "event": "paid"}
    assert fee.acts() == ["FeePaid", "TaskCompleted"]
    assert (fee.case.money.order, fee.case.money.paid_fen) == (fee.order, FEE)
    assert fee.case.visit_of_kind("issue")


def test_a_payment_is_noted_again_after_the_case_has_gone_on(fee: Fee) -> None:
    notice = fee.notice()
    send(notice)
    fee.walked.entries = fee.journal.read("case#abc")
    fee.walk("issue", "deliver", "archive")
    assert fee.case.clocks.ended_at
    assert send(notice).status == 200


@pytest.fixture
def debt(
    memory: tuple[MemoryJournal, MemoryViews], at: Any, monkeypatch: pytest.MonkeyPatch
) -> Fee:
    """A levy that was ordered and not paid in its period, so that the debtor is being urged."""
    monkeypatch.setattr(payments, "_secret", lambda period: SECRET)
    debt = Fee(memory[0], "levy").walk("accept", "assess", "order")
    at(MONDAY + timedelta(days=30))
    case_commands.execute("abc", ApplyDeadlines(), authorized(Actor()), None)
    assert [visit.step for visit in debt.case.open_visits] == ["urge"]
    return debt


def test_what_was_ordered_is_owed_and_taken_after_its_period_too(debt: Fee) -> None:
    assert ask().body["order"] == debt.order
    assert [debt.report().status for _ in range(2)] == [200, 200]
    assert debt.acts()[-1] == "FeePaid"
    assert [visit.step for visit in debt.case.open_visits] == ["urge"]
    assert problem(ask()) == (409, "nothing-to-pay")


def test_a_debt_that_was_revoked_is_no_longer_taken(debt: Fee) -> None:
    case_commands.execute("abc", Revoke(["the wrong household"]), authorized(HEAD), None)
    assert problem(ask()) == (409, "nothing-to-pay")
    assert problem(debt.report()) == (409, "nothing-to-pay")


def test_a_refund_is_noted_once_after_it_was_ordered(fee: Fee) -> None:
    assert problem(fee.report("refunded")) == (409, "nothing-to-pay")
    fee.report()
    assert problem(fee.report("refunded")) == (409, "nothing-to-pay")
    case_commands.execute("abc", OrderRefund(["the works are cancelled"]), authorized(HEAD), None)
    assert problem(fee.report("refunded", amount_fen=FEE - 1)) == (422, "payment-not-as-due")
    assert [fee.report("refunded").status for _ in range(2)] == [200, 200]
    assert fee.acts() == ["FeePaid", "TaskCompleted", "RefundOrdered", "FeeRefunded"]
    assert fee.case.money.refunded
    assert fee.report().status == 200, "the payment itself stays on record"


def test_the_secret_is_read_once_in_a_while_so_that_a_change_of_it_holds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def get_secret_value(*, SecretId: str) -> dict[str, str]:
        asked.append(SecretId)
        return {"SecretString": f"secret {len(asked)}"}

    monkeypatch.setattr(
        aws, "client", lambda service: SimpleNamespace(get_secret_value=get_secret_value)
    )
    payments._secret.cache_clear()
    moment = 1_770_000_000.0
    monkeypatch.setattr(payments, "time", lambda: moment)
    first = [payments.signature({"a": 1}) for _ in range(2)]
    moment += payments.SECRET_SECONDS
    assert first[0] == first[1] == signed({"a": 1}, b"secret 1")
    assert payments.signature({"a": 1}) == signed({"a": 1}, b"secret 2")
    assert len(asked) == 2
    assert asked[0].endswith(":test-payment")
    payments._secret.cache_clear()
