"""The payment port: where a fee is paid, and what the city's payment provider reports of it."""

import hmac
from collections.abc import Mapping
from functools import lru_cache
from time import time
from typing import Any
from urllib.parse import urlencode

from chalicelib.casework.acts import Case, Command, Pay, Visit, decide
from chalicelib.casework.acts.context import MACHINE
from chalicelib.casework.errors import NothingToPay, PaymentMismatch
from chalicelib.casework.use_cases import case_commands, repository
from chalicelib.kernel import aws, canonical, clock, ids, log
from chalicelib.kernel.aggregates import Authorization, by_machine
from chalicelib.kernel.errors import Conflict, Fault, Forbidden, Problem
from chalicelib.kernel.settings import settings

SECRET_SECONDS = 300  # a secret that was changed holds after this time at the latest


class SignatureWrong(Forbidden):
    """A notice that does not come from the payment provider."""

    type = "signature-wrong"


class NotPaidOnline(Conflict):
    """The stage has no payment provider."""

    type = "not-paid-online"


def order_of(case: Case, visit: Visit) -> str:
    """The order under which the fee of a visit is paid: the same one however often it is asked
    for.
    """
    return ids.keyed_hash("payment", case.id, visit.id)


def bill(case: Case) -> dict[str, Any]:
    """What is to be paid now (``amount_fen``), under which order, and the provider's page for it.

    Raises NothingToPay, also where the period is over though no sweep has seen it: nobody pays what
    would be refused.
    """
    visits, amount = _paying(case), case.money.due_fen
    if not visits or not case.money.is_owed:
        raise NothingToPay
    if not settings().payment_url:
        raise NotPaidOnline
    order = order_of(case, visits[-1])
    decide(
        case,
        Pay(order, "paid", amount),
        MACHINE,
        clock.now(),
        repository.calendar(),
    )
    return {
        "order": order,
        "amount_fen": amount,
        "url": _page(order, case.number, amount),
    }


def note(notice: Mapping[str, Any]) -> None:
    """Put on record what the provider reports; the same notice again changes nothing.

    Raises SignatureWrong before anything is looked up, and what else is wrong for the provider to
    give the money back.
    """
    if not hmac.compare_digest(signature(notice), notice["signature"]):
        raise SignatureWrong

    def make(case: Case, authorization: Authorization) -> Command:
        return report(case, notice)

    try:
        case_id = repository.find(notice["number"])
        case_commands.execute(case_id, make, by_machine)
    except Problem as problem:
        if problem.status < 500:
            log.line(
                "payment refused",
                counts={"PaymentsRefused": 1},
                order=notice["order"],
                problem=problem.type,
            )
        raise


def signature(told: Mapping[str, Any]) -> str:
    """HMAC-SHA-256 over the members but ``signature`` in RFC 8785 form, in lower-case hex."""
    members = dict(told)
    members.pop("signature", None)
    period = int(time() // SECRET_SECONDS)
    message = canonical.dumps(members)
    digest = hmac.digest(_secret(period), message, "sha256")
    return digest.hex()


def report(case: Case, notice: Mapping[str, Any]) -> Pay:
    """What a notice asks of the case. Raises PaymentMismatch, and NothingToPay for the order of an
    earlier visit.

    An order belongs to one visit and pays for no other.
    """
    order, amount = notice["order"], notice["amount_fen"]
    orders = [order_of(case, visit) for visit in _paying(case)]
    if order not in orders:
        raise PaymentMismatch(faults=[Fault("/order", "order-unknown")])
    if order == case.money.order and amount != case.money.paid_fen:
        raise PaymentMismatch(faults=[Fault("/amount_fen", "payment-mismatch")])
    if order not in (case.money.order, orders[-1]):
        raise NothingToPay
    return Pay(order, notice["event"], amount)


def _paying(case: Case) -> list[Visit]:
    """The visits at which the case came to be paid for, the last one last."""
    visits = []
    for visit in case.visits.values():
        if case.step(visit).kind == "pay":
            visits.append(visit)
    return visits


def _page(order: str, number: str, amount_fen: int) -> str:
    """The provider's page for an order; signed, so that nobody pays another amount."""
    due = {"number": number, "amount_fen": amount_fen}
    signed = {**due, "signature": signature({"order": order, **due})}
    address = settings().payment_url.rstrip("/")
    return f"{address}/{order}?{urlencode(signed)}"


@lru_cache(maxsize=1)
def _secret(period: int) -> bytes:
    """The secret that is shared with the provider, read afresh in every period."""
    secrets = aws.client("secretsmanager")
    answer = secrets.get_secret_value(SecretId=settings().payment_secret_arn)
    secret: str = answer["SecretString"]
    return secret.encode()
