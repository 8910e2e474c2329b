"""Payments over HTTP: what the applicant is to pay and where, and what the payment provider
reports.
"""

from chalicelib.casework.use_cases import payments, repository
from chalicelib.casework.use_cases.policy_views import case_resource
from chalicelib.kernel.http import PUBLIC, SIGNED_IN, Call, Door, Reply

door = Door()


@door.on(
    "POST",
    "/cases/{number}/payment",
    action="pay_case",
    audience=SIGNED_IN,
    repeatable=True,
    reply="payment",
    summary="What is to be paid, and the payment provider's page for it",
)
def pay(call: Call, number: str) -> Reply:
    """For the applicant, while a fee is to be paid; asked again, it is the same order."""
    case_id = repository.find(number)
    case, _ = repository.load(case_id)
    resource = case_resource(case)
    call.permit(resource)
    bill = payments.bill(case)
    return Reply(bill, version=case.seq)


@door.on(
    "POST",
    "/payments/notices",
    action="note_payment",
    audience=PUBLIC,
    repeatable=True,
    counts_forged=True,
    body="payment_notice",
    reply="payment_noted",
    summary="The payment provider reports a payment or a refund",
)
def note(call: Call) -> Reply:
    """By the payment provider, whose signature stands for signing in."""
    notice = call.body
    payments.note(notice)
    noted = {
        "number": notice["number"],
        "event": notice["event"],
    }
    return Reply(noted)
