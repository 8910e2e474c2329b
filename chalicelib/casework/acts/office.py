"""Office acts on a case that touch no task: special procedures, extension, correction, revocation,
refund, moving.
"""

from collections.abc import Sequence

from chalicelib.casework.acts.context import ActContext
from chalicelib.casework.acts.deadlines import decision_terms
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
    Revoke,
)
from chalicelib.casework.acts.state import Case
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
)
from chalicelib.catalog import flows
from chalicelib.kernel.errors import Fault
from chalicelib.kernel.journal import Act


def begin_procedure(scene: ActContext, command: BeginProcedure) -> list[Act]:
    """Stop the clock for a special procedure of the closed list (Art. 45); the applicant is told
    for how long.
    """
    _under_decision(scene)
    if command.kind not in scene.case.rules.procedures:
        raise ProcedureNotAllowed(faults=[Fault("/kind", "procedure-not-allowed")])
    if any(running.kind == command.kind for running in scene.case.open_procedures):
        raise ProcedureNotAllowed(faults=[Fault("/kind", "procedure-runs")])
    data = {
        "procedure": str(len(scene.case.procedures) + 1),
        "kind": command.kind,
        "days": command.days,
        "begun_on": scene.today.isoformat(),
    }
    private: dict[str, dict[str, str]] = {"parties": {"ground": command.ground}}
    if command.evidence:
        private["office"] = {"evidence": command.evidence}
    return [Act("ProcedureBegun", data, private)]


def end_procedure(scene: ActContext, command: EndProcedure) -> list[Act]:
    """The clock runs again."""
    running = next((p for p in scene.case.open_procedures if p.id == command.procedure), None)
    if running is None:
        raise ProcedureUnknown
    data = {"procedure": running.id, "kind": running.kind, "ended_on": scene.today.isoformat()}
    return [Act("ProcedureEnded", data, {"parties": {"report": command.report}})]


def ask_extension(scene: ActContext, command: AskExtension) -> list[Act]:
    """Ask the head for more days, once (Art. 42)."""
    _before_the_limit(scene)
    most = scene.case.limits.get("extension_days", 0)
    if not 1 <= command.days <= most:
        raise ExtensionNotAllowed(faults=[Fault("/days", "extension-not-allowed", {"most": most})])
    if scene.case.extension and scene.case.extension.status != "refused":
        raise ExtensionAnswered
    _need(command.reasons)
    asked = {"reasons": list(command.reasons), "by": scene.actor.person}
    return [Act("ExtensionAsked", {"days": command.days}, {"office": asked})]


def answer_extension(scene: ActContext, command: AnswerExtension) -> list[Act]:
    """The head grants or refuses; a granted one is told to the applicant with its reason."""
    asked = scene.case.extension
    if asked is None or asked.status != "asked":
        raise ExtensionAnswered
    if scene.actor.person == asked.asked_by:
        raise DutiesNotSeparate
    _need(command.reasons)
    reasons = {"reasons": list(command.reasons)}
    if not command.grant:
        return [Act("ExtensionRefused", {"days": asked.days}, {"office": reasons})]
    _before_the_limit(scene)
    return [Act("ExtensionGranted", {"days": asked.days}, {"parties": reasons})]


def correct(scene: ActContext, command: Correct) -> list[Act]:
    """Put right what an earlier act got wrong; the act itself stays as it is on record."""
    if not 1 <= command.entry < scene.seq:
        raise NothingToCorrect(faults=[Fault("/entry", "entry-unknown")])
    _need(command.reasons)
    private = {"parties": {"text": command.text, "reasons": list(command.reasons)}}
    return [Act("ActCorrected", {"entry": command.entry}, private)]


def revoke(scene: ActContext, command: Revoke) -> list[Act]:
    """Take a decision back; not by who made it."""
    if not scene.case.decided_at or scene.case.status == "revoked":
        raise NothingToRevoke
    if scene.actor.person in scene.case.deciders:
        raise DutiesNotSeparate
    _need(command.reasons)
    return [
        Act(
            "DecisionRevoked",
            {"ground": "mistaken"},
            {"parties": {"reasons": list(command.reasons)}},
        )
    ]


def order_refund(scene: ActContext, command: OrderRefund) -> list[Act]:
    """Give back what was paid."""
    money = scene.case.money
    if not money.paid_fen or money.refund_ordered:
        raise NothingToPay
    _need(command.reasons)
    data = {"order": money.order, "amount_fen": money.paid_fen}
    return [Act("RefundOrdered", data, {"parties": {"reasons": list(command.reasons)}})]


def propose_move(scene: ActContext, command: ProposeMove) -> list[Act]:
    """Propose to move the case to a successor of its flow version; the map is published with the
    flows.
    """
    case = scene.case
    if not command.steps or command.version <= case.flow_version:
        raise FlowCannotMove(faults=[Fault("/version", "flow-cannot-move")])
    flow = flows.flow(case.flow_id, command.version)
    targets = {command.steps.get(place) for place in destination(case)}
    unfilled = {step.post for step in flow.steps.values() if step.post} - set(case.posts)
    if len(targets) != 1 or not targets <= set(flow.places) or unfilled:
        raise FlowCannotMove(faults=[Fault("/version", "flow-cannot-move")])
    _need(command.reasons)
    data = {
        "from": case.flow_version,
        "to": command.version,
        "hash": flow.hash,
        "target": targets.pop(),
    }
    data["steps"] = dict(command.steps)  # under the new names, duties that were apart stay apart
    private = {"office": {"reasons": list(command.reasons), "by": scene.actor.person}}
    where = {"place": sorted(destination(case)), "visits": _standing(case)}
    return [Act("MoveProposed", {**data, **where}, private)]


def approve_move(scene: ActContext, command: ApproveMove) -> list[Act]:
    """The second person agrees, while the case has not stirred since the proposal found it
    there.
    """
    move = scene.case.move
    if not move or move["to"] != command.version:
        raise NoMoveProposed
    if move["by"] == scene.actor.person:
        raise DutiesNotSeparate
    # Come back to the same step, it is another visit: what was proposed then is no longer before
    # anybody's eyes.
    if list(move["place"]) != sorted(destination(scene.case)) or move.get("visits") != _standing(
        scene.case
    ):
        raise NoMoveProposed
    return [
        Act("CaseMoved", {name: move[name] for name in ("from", "to", "hash", "target", "steps")})
    ]


def _standing(case: Case) -> list[str]:
    return sorted(visit.id for visit in case.open_visits)


def _under_decision(scene: ActContext) -> None:
    if not scene.case.accepted_on or scene.case.decided_at:
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
