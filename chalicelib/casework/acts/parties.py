"""What applicants, parties and the public do to a case, and what reaches it from outside: payments,
signatures.
"""

from chalicelib.casework.acts.commands import (
    Collect,
    FileObjection,
    LinkCase,
    Pay,
    RecordCertificate,
    RecordPartyEnd,
    RecordReplacement,
    StateViews,
    Supplement,
    Withdraw,
)
from chalicelib.casework.acts.context import ActContext, completed
from chalicelib.casework.acts.declaration import Payload
from chalicelib.casework.acts.declared.filing import (
    CaseWithdrawn,
    MaterialsSupplemented,
    OwedMaterialsBrought,
)
from chalicelib.casework.acts.declared.marks import (
    CaseLinked,
    CertificateIssued,
    CertificateReplaced,
    ResultDelivered,
)
from chalicelib.casework.acts.declared.money import FeePaid, FeeRefunded
from chalicelib.casework.acts.declared.parties import ObjectionMade, PartyEnded, StatementMade
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


def supplement(scene: ActContext, command: Supplement) -> list[Payload]:
    """Answer the one supplement notice, or bring what has been owed since acceptance."""
    visit = scene.case.visit_of_kind("supplement")
    if visit is None:
        return _bring_owed(scene, command)
    supplemented = MaterialsSupplemented(
        owed=None if command.owed is None else tuple(command.owed),
        materials=tuple(command.materials),
        form=command.form,
    )
    return [completed(scene.case, visit, "supplied"), supplemented]


def _bring_owed(scene: ActContext, command: Supplement) -> list[Payload]:
    case = scene.case
    brought = tuple(material["code"] for material in command.materials)
    may_bring = case.clocks.accepted_on and not case.clocks.decided_at
    if not may_bring or not brought or not set(brought) <= set(case.submission.owed):
        raise NoSupplementAsked
    if command.form is not None:
        raise NoSupplementAsked(faults=[Fault("/form", "outcome-takes-none")])
    return [OwedMaterialsBrought(codes=brought, materials=tuple(command.materials))]


def withdraw(scene: ActContext, command: Withdraw) -> list[Payload]:
    """Take the application back, until it is decided."""
    case = scene.case
    if case.is_ex_officio or not all(case.step(visit).may_withdraw for visit in case.open_visits):
        raise TooLateToWithdraw
    return [CaseWithdrawn(reason=command.reason)]


def state(scene: ActContext, command: StateViews) -> list[Payload]:
    """State views, or that there are none; when all who were told have, the hearing of views is
    over.
    """
    case = scene.case
    visit = case.visit_of_kind("hear")
    person = command.party or scene.actor.person
    if visit is None or person not in case.participants.parties:
        raise NothingToState
    if person in visit.stated:
        raise AlreadyStated
    if command.hearing and "hearing" not in case.step(visit).outcomes:
        raise NoHearingHere(faults=[Fault("/hearing", "no-hearing-here")])
    statement = StatementMade(
        visit=visit.id,
        hearing=command.hearing,
        waived=not command.text and not command.hearing,
        text=command.text,
        party="" if person == scene.actor.person else person,
    )
    if command.hearing:
        return [statement, completed(case, visit, "hearing")]
    if case.participants.parties <= visit.stated | {person}:
        return [statement, completed(case, visit, "heard")]
    return [statement]


def oppose(scene: ActContext, command: FileObjection) -> list[Payload]:
    """Object to what is shown to the public."""
    visit = scene.case.visit_of_kind("publicity")
    if visit is None:
        raise NotInPublicity
    if scene.actor.person in visit.stated:
        raise AlreadyStated
    return [ObjectionMade(visit=visit.id, text=command.text)]


def collect(scene: ActContext, command: Collect) -> list[Payload]:
    """Confirm that the result has arrived online."""
    visit = scene.case.visit_of_kind("deliver")
    if visit is None:
        raise NothingToCollect
    person = scene.actor.person
    agent = "" if person in scene.case.participants.parties else person
    return [completed(scene.case, visit), ResultDelivered(way="download", agent=agent)]


def pay(scene: ActContext, command: Pay) -> list[Payload]:
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
    paid = FeePaid(order=command.order, amount_fen=command.amount_fen)
    return [paid, completed(scene.case, visit)] if visit else [paid]


def _refunded(scene: ActContext, command: Pay) -> list[Payload]:
    money = scene.case.money
    if not money.refund_ordered or money.order != command.order:
        raise NothingToPay
    if command.amount_fen != money.paid_fen:
        raise PaymentMismatch(faults=[Fault("/amount_fen", "payment-mismatch")])
    if money.refunded:
        return []
    return [FeeRefunded(order=command.order, amount_fen=command.amount_fen)]


def issue(scene: ActContext, command: RecordCertificate) -> list[Payload]:
    """The certificate is signed."""
    visit = scene.case.visit_of_kind("issue")
    if visit is None:
        raise TaskDone if scene.case.decision.certificate else TaskUnknown
    issued = CertificateIssued(certificate=command.certificate)
    return [issued, completed(scene.case, visit)]


def replace_certificate(scene: ActContext, command: RecordReplacement) -> list[Payload]:
    """A certificate is signed in the place of one that showed what was wrong."""
    if not scene.case.is_replacement_due:
        raise TaskDone
    replaced = CertificateReplaced(
        certificate=command.certificate,
        replaces=scene.case.decision.certificate,
    )
    return [replaced]


def end(scene: ActContext, command: RecordPartyEnd) -> list[Payload]:
    """The applicant is no more: whoever has a task of the case is told, else its head. Told twice,
    it is one end.
    """
    case = scene.case
    if case.participants.applicant_ended:
        return []
    posts = {case.post_of(visit) for visit in case.open_visits} - {""}
    if case.open_visits and not posts:  # it waits for the party itself
        posts = {case.rules.posts.get("head", "")} - {""}
    # Nothing private comes to a case any more once that is forgotten.
    cause = "" if case.is_forgotten else command.cause
    return [PartyEnded(posts=tuple(sorted(posts)), cause=cause)]


def link(scene: ActContext, command: LinkCase) -> list[Payload]:
    """Another case is about this one; told twice, it is one link."""
    known = {"relation": command.relation, "number": command.number}
    record = scene.case.record
    if known in record.links or command.number in record.same:
        return []
    return [CaseLinked(relation=command.relation, number=command.number)]
