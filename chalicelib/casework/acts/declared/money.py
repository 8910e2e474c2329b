"""What is to be paid, and what was: amounts in fen."""

from dataclasses import replace

from chalicelib.casework.acts.declaration import (
    PARTIES,
    CaseAct,
    Messages,
    Notice,
    Payload,
    declare,
    payload,
)
from chalicelib.casework.acts.flow_walk import ActStamp
from chalicelib.casework.acts.state import Case
from chalicelib.kernel.acts import private


@payload
class FeeAssessed(Payload):
    """The fee by the item's rule, or an exemption with its reasons."""

    amount_fen: int
    reasons: tuple[str, ...] = private(PARTIES, default=())


def _assessed(case: Case, act: FeeAssessed, at: ActStamp) -> Case:
    money = replace(case.money, due_fen=act.amount_fen)
    return replace(case, money=money)


declare(
    CaseAct(
        FeeAssessed,
        transition=_assessed,
        event=("amount_fen",),
        message=Messages(applicant="case.fee_assessed"),
        page=Notice(to_all_parties=False),
    )
)


@payload
class FeePaid(Payload):
    """The payment provider has taken the money under an order."""

    order: str
    amount_fen: int


def _paid(case: Case, act: FeePaid, at: ActStamp) -> Case:
    money = replace(case.money, order=act.order, paid_fen=act.amount_fen)
    return replace(case, money=money)


declare(
    CaseAct(
        FeePaid,
        transition=_paid,
        event=("amount_fen",),
        message=Messages(applicant="case.fee_paid"),
        page=None,
    )
)


@payload
class RefundOrdered(Payload):
    """What was paid is to be given back."""

    order: str
    amount_fen: int
    reasons: tuple[str, ...] = private(PARTIES)


def _refund_ordered(case: Case, act: RefundOrdered, at: ActStamp) -> Case:
    money = replace(case.money, refund_ordered=True)
    return replace(case, money=money)


declare(
    CaseAct(
        RefundOrdered,
        transition=_refund_ordered,
        event=("order", "amount_fen"),
        message=Messages(applicant="case.refund_ordered"),
        page=Notice(to_all_parties=False),
    )
)


@payload
class FeeRefunded(Payload):
    """The payment provider has given the money back."""

    order: str
    amount_fen: int


def _refunded(case: Case, act: FeeRefunded, at: ActStamp) -> Case:
    money = replace(case.money, refunded=True)
    return replace(case, money=money)


declare(
    CaseAct(
        FeeRefunded,
        transition=_refunded,
        event=("amount_fen",),
        message=Messages(applicant="case.refunded"),
        page=None,
    )
)
