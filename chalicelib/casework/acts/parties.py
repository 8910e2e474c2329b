"""What applicants, parties and the public do to a case, and what reaches it from outside: payments,
signatures.
"""

from typing import Any

from chalicelib.casework.acts.commands import (
    Collect,
    FileObjection,
    LinkCase,
    Pay,
    RecordCertificate,
    StateViews,
    Supplement,
    Withdraw,
)
from chalicelib.casework.acts.context import ActContext, completed
from chalicelib.casework.acts.state import Visit
from chalicelib.casework.errors import (
    AlreadyStated,
    NoHearingHere,
    NoSupplementAsked,
    NothingToCollect,
    NothingToPay,
    NothingToState,
    NotInPublicity,
    PaymentMismatch,
    TaskDone,
    TaskUnknown,
    TooLateToWithdraw,
)
from chalicelib.kernel.errors import Fault
from chalicelib.kernel.journal import Act


def supplement(scene: ActContext, command: Supplement) -> list[Act]:
    """Answer the one supplement notice, or bring what has been owed since acceptance."""
    private: dict[str, Any] = {
        "materials": [dict(m) for m in command.materials],
        "form": command.form,
    }
    if visit := scene.case.visit_of_kind("supplement"):
        data = {} if command.owed is None else {"owed": list(command.owed)}
        return [
            completed(scene.case, visit, "supplied"),
            Act("MaterialsSupplemented", data, {"applicant": private}),
        ]
    brought = [m["code"] for m in command.materials]
    if (
        scene.case.decided_at
        or not scene.case.accepted_on
        or not brought
        or not set(brought) <= set(scene.case.owed)
    ):
        raise NoSupplementAsked
    if command.form is not None:
        raise NoSupplementAsked(faults=[Fault("/form", "outcome-takes-none")])
    return [
        Act(
            "OwedMaterialsBrought",
            {"codes": brought},
            {"applicant": {"materials": private["materials"]}},
        )
    ]


def withdraw(scene: ActContext, command: Withdraw) -> list[Act]:
    """Take the application back, until it is decided."""
    case = scene.case
    if case.is_ex_officio or not all(case.step(visit).may_withdraw for visit in case.open_visits):
        raise TooLateToWithdraw
    return [
        Act("CaseWithdrawn", {}, {"parties": {"reason": command.reason}} if command.reason else {})
    ]


def state(scene: ActContext, command: StateViews) -> list[Act]:
    """State views, or that there are none; when all who were told have, the hearing of views is
    over.
    """
    visit = scene.case.visit_of_kind("hear")
    person = command.party or scene.actor.person
    if visit is None or person not in scene.case.told:
        raise NothingToState
    if person in visit.stated:
        raise AlreadyStated
    if command.hearing and "hearing" not in scene.case.step(visit).outcomes:
        raise NoHearingHere(faults=[Fault("/hearing", "no-hearing-here")])
    data = {
        "visit": visit.id,
        "hearing": command.hearing,
        "waived": not command.text and not command.hearing,
    }
    told = {"text": command.text} if command.text else {}
    told |= {"party": person} if person != scene.actor.person else {}
    said = Act("StatementMade", data, {"parties": told} if told else {})
    if command.hearing:
        return [said, completed(scene.case, visit, "hearing")]
    is_last = scene.case.told <= visit.stated | {person}
    return [said, completed(scene.case, visit, "heard")] if is_last else [said]


def oppose(scene: ActContext, command: FileObjection) -> list[Act]:
    """Object to what is shown to the public."""
    visit = scene.case.visit_of_kind("publicity")
    if visit is None:
        raise NotInPublicity
    if scene.actor.person in visit.stated:
        raise AlreadyStated
    return [Act("ObjectionMade", {"visit": visit.id}, {"office": {"text": command.text}})]


def collect(scene: ActContext, command: Collect) -> list[Act]:
    """Confirm that the result has arrived online."""
    visit = scene.case.visit_of_kind("deliver")
    if visit is None:
        raise NothingToCollect
    person = scene.actor.person
    told = {"parties": {"agent": person}} if person not in scene.case.told else {}
    return [completed(scene.case, visit), Act("ResultDelivered", {"way": "download"}, told)]


def pay(scene: ActContext, command: Pay) -> list[Act]:
    """What the payment provider reports. The same report again is no act."""
    money = scene.case.money
    if command.event == "refunded":
        return _refunded(scene, command)
    if money.order == command.order:
        return []
    visit = scene.case.visit_of_kind("pay")
    # What was ordered is taken also when its period is over; what was applied for has lapsed by
    # then.
    if visit is None and not (money.is_owed and scene.case.status == "ordered"):
        raise NothingToPay
    if command.amount_fen != money.due_fen:
        raise PaymentMismatch(faults=[Fault("/amount_fen", "payment-mismatch")])
    paid = Act("FeePaid", {"order": command.order, "amount_fen": command.amount_fen})
    return [paid, completed(scene.case, visit)] if visit else [paid]


def _refunded(scene: ActContext, command: Pay) -> list[Act]:
    money = scene.case.money
    if not money.refund_ordered or money.order != command.order:
        raise NothingToPay
    if command.amount_fen != money.paid_fen:
        raise PaymentMismatch(faults=[Fault("/amount_fen", "payment-mismatch")])
    return (
        []
        if money.refunded
        else [Act("FeeRefunded", {"order": command.order, "amount_fen": command.amount_fen})]
    )


def issue(scene: ActContext, command: RecordCertificate) -> list[Act]:
    """The certificate is signed."""
    visit: Visit | None = scene.case.visit_of_kind("issue")
    if visit is None:
        raise TaskDone if scene.case.certificate else TaskUnknown
    return [
        Act("CertificateIssued", {"certificate": command.certificate}),
        completed(scene.case, visit),
    ]


def link(scene: ActContext, command: LinkCase) -> list[Act]:
    """Another case is about this one; told twice, it is one link."""
    known = {"relation": command.relation, "number": command.number}
    return [] if known in scene.case.links else [Act("CaseLinked", known)]
