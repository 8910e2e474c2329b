"""Office acts on a case that touch no task: special procedures, extension, correction, revocation,
refund, moving.
"""

from collections.abc import Sequence

from chalicelib.casework.acts.context import ActContext
from chalicelib.casework.acts.declaration import Payload
from chalicelib.casework.acts.declared.decisions import DecisionRevoked
from chalicelib.casework.acts.declared.money import RefundOrdered
from chalicelib.casework.acts.declared.moving import CaseMoved, MoveProposed
from chalicelib.casework.acts.declared.office import (
    ActCorrected,
    ExtensionAsked,
    ExtensionGranted,
    ExtensionRefused,
    OfficerRecused,
    ProcedureBegun,
    ProcedureEnded,
)
from chalicelib.casework.acts.flow_walk import destination
from chalicelib.casework.acts.office_commands import (
    AnswerExtension,
    ApproveMove,
    AskExtension,
    BeginProcedure,
    Correct,
    EndProcedure,
    OrderRefund,
    ProposeMove,
    Recuse,
    Revoke,
)
from chalicelib.casework.acts.state import Case
from chalicelib.casework.acts.terms import decision_terms
from chalicelib.casework.errors import (
    DutiesNotSeparate,
    ExtensionAnswered,
    ExtensionNotAllowed,
    FlowCannotMove,
    NoMoveProposed,
    NothingToCorrect,
    NothingToPay,
    NothingToRevoke,
    NotUnderDecision,
    ProcedureNotAllowed,
    ProcedureUnknown,
    ReasonsNeeded,
    RecusalStands,
)
from chalicelib.catalog import flows
from chalicelib.deadlines import UNIT_NAMES
from chalicelib.kernel.errors import Fault


def begin_procedure(scene: ActContext, command: BeginProcedure) -> list[Payload]:
    """Stop the clock for a special procedure of the closed list (Art. 45); the applicant is told
    for how long.
    """
    _under_decision(scene)
    if command.kind not in scene.case.rules.procedures:
        raise ProcedureNotAllowed(faults=[Fault("/kind", "procedure-not-allowed")])
    if any(running.kind == command.kind for running in scene.case.clocks.open_procedures):
        raise ProcedureNotAllowed(faults=[Fault("/kind", "procedure-runs")])
    begun = ProcedureBegun(
        procedure=str(len(scene.case.clocks.procedures) + 1),
        kind=command.kind,
        days=command.days,
        begun_on=scene.today,
        ground=command.ground,
        evidence=command.evidence,
    )
    return [begun]


def end_procedure(scene: ActContext, command: EndProcedure) -> list[Payload]:
    """The clock runs again."""
    running = next(
        (p for p in scene.case.clocks.open_procedures if p.id == command.procedure), None
    )
    if running is None:
        raise ProcedureUnknown
    ended = ProcedureEnded(
        procedure=running.id,
        kind=running.kind,
        ended_on=scene.today,
        report=command.report,
    )
    return [ended]


def ask_extension(scene: ActContext, command: AskExtension) -> list[Payload]:
    """Ask the head for more days, once (Art. 42)."""
    _before_the_limit(scene)
    most = scene.case.rules.limits.get("extension_days", 0)
    unit = scene.case.rules.unit_of("extension_days")
    if not 1 <= command.days <= most:
        allowed = {"most": most, **UNIT_NAMES[unit]}
        raise ExtensionNotAllowed(faults=[Fault("/days", "extension-not-allowed", allowed)])
    if scene.case.clocks.extension and scene.case.clocks.extension.status != "refused":
        raise ExtensionAnswered
    _need(command.reasons)
    asked = ExtensionAsked(
        days=command.days,
        reasons=tuple(command.reasons),
        by=scene.actor.person,
    )
    return [asked]


def answer_extension(scene: ActContext, command: AnswerExtension) -> list[Payload]:
    """The head grants or refuses; a granted one is told to the applicant with its reason."""
    asked = scene.case.clocks.extension
    if asked is None or asked.status != "asked":
        raise ExtensionAnswered
    if scene.actor.person == asked.asked_by:
        raise DutiesNotSeparate
    _need(command.reasons)
    reasons = tuple(command.reasons)
    if not command.grant:
        return [ExtensionRefused(days=asked.days, reasons=reasons)]
    _before_the_limit(scene)
    return [ExtensionGranted(days=asked.days, reasons=reasons)]


def recuse(scene: ActContext, command: Recuse) -> list[Payload]:
    """Keep an officer with an interest from the case."""
    case = scene.case
    if scene.actor.person in case.participants.parties:
        raise DutiesNotSeparate
    _need(command.reasons)
    if command.person in case.participants.recused:
        raise RecusalStands
    return [OfficerRecused(person=command.person, reasons=tuple(command.reasons))]


def correct(scene: ActContext, command: Correct) -> list[Payload]:
    """Put right what an earlier act got wrong; the act itself stays as it is on record."""
    if not 1 <= command.entry < scene.seq:
        raise NothingToCorrect(faults=[Fault("/entry", "entry-unknown")])
    _need(command.reasons)
    corrected = ActCorrected(
        entry=command.entry,
        name=command.name,
        form=dict(command.form),
        is_certified=command.is_certified,
        text=command.text,
        reasons=tuple(command.reasons),
    )
    return [corrected]


def revoke(scene: ActContext, command: Revoke) -> list[Payload]:
    """Take a decision back; not by who made it."""
    if not scene.case.clocks.decided_at or scene.case.status == "revoked":
        raise NothingToRevoke
    if scene.actor.person in scene.case.deciders:
        raise DutiesNotSeparate
    _need(command.reasons)
    return [DecisionRevoked(ground="mistaken", reasons=tuple(command.reasons))]


def order_refund(scene: ActContext, command: OrderRefund) -> list[Payload]:
    """Give back what was paid."""
    money = scene.case.money
    if not money.paid_fen or money.refund_ordered:
        raise NothingToPay
    _need(command.reasons)
    refund = RefundOrdered(
        order=money.order,
        amount_fen=money.paid_fen,
        reasons=tuple(command.reasons),
    )
    return [refund]


def propose_move(scene: ActContext, command: ProposeMove) -> list[Payload]:
    """Propose to move the case to a successor of its flow version; the map is published with the
    flows.
    """
    case = scene.case
    if not command.steps or command.version <= case.flow_version:
        raise FlowCannotMove(faults=[Fault("/version", "flow-cannot-move")])
    flow = flows.flow(case.flow_id, command.version)
    places = destination(case)
    targets = {command.steps.get(place, "") for place in places}
    unfilled = {step.post for step in flow.steps.values() if step.post} - set(case.rules.posts)
    if len(targets) != 1 or not targets <= set(flow.places) or unfilled:
        raise FlowCannotMove(faults=[Fault("/version", "flow-cannot-move")])
    _need(command.reasons)
    proposed = MoveProposed(
        from_version=case.flow_version,
        to_version=command.version,
        hash=flow.hash,
        target=targets.pop(),
        steps=dict(command.steps),  # under the new names, duties that were apart stay apart
        place=tuple(sorted(places)),
        visits=_open_visits(case),
        reasons=tuple(command.reasons),
        by=scene.actor.person,
    )
    return [proposed]


def approve_move(scene: ActContext, command: ApproveMove) -> list[Payload]:
    """The second person agrees, while the case has not stirred since the proposal found it
    there.
    """
    move = scene.case.transfer.proposal
    if not move or move["to"] != command.version:
        raise NoMoveProposed
    if move["by"] == scene.actor.person:
        raise DutiesNotSeparate
    # Come back to the same step, it is another visit: what was proposed then is no longer before
    # anybody's eyes.
    stays = set(move["place"]) == destination(scene.case)
    if not stays or move.get("visits") != list(_open_visits(scene.case)):
        raise NoMoveProposed
    moved = CaseMoved(
        from_version=move["from"],
        to_version=move["to"],
        hash=move["hash"],
        target=move["target"],
        steps=move["steps"],
    )
    return [moved]


def _open_visits(case: Case) -> tuple[str, ...]:
    return tuple(sorted(visit.id for visit in case.open_visits))


def _under_decision(scene: ActContext) -> None:
    if not scene.case.clocks.accepted_on or scene.case.clocks.decided_at:
        raise NotUnderDecision


def _before_the_limit(scene: ActContext) -> None:
    """A limit that has passed is not extended any more (Art. 42)."""
    _under_decision(scene)
    statutory = decision_terms(scene.case, scene.calendar)[1]
    if scene.now >= statutory.expires_at(scene.calendar):
        raise NotUnderDecision


def _need(reasons: Sequence[str]) -> None:
    if not reasons:
        raise ReasonsNeeded(faults=[Fault("/reasons", "required")])
