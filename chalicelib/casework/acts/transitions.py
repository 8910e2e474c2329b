"""What each act changes in a case; how it walks its flow is ``walking``'s."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from chalicelib.casework.acts import flow_walk
from chalicelib.casework.acts.flow_walk import ActStamp
from chalicelib.casework.acts.state import Case, Extension, Procedure
from chalicelib.catalog.flows.step_kinds import END, REVOKE, TACIT, WITHDRAW
from chalicelib.kernel.journal import Act

Change = Callable[[Case, Act, ActStamp], Case]


def _claimed(case: Case, act: Act, at: ActStamp) -> Case:
    return _held_by(case, act, at.actor.person)


def _released(case: Case, act: Act, at: ActStamp) -> Case:
    return _held_by(case, act, "")


def _assigned(case: Case, act: Act, at: ActStamp) -> Case:
    return _held_by(case, act, act.private["office"]["to"])


def _held_by(case: Case, act: Act, person: str) -> Case:
    visit = replace(case.visits[act.data["visit"]], claimed_by=person)
    return replace(case, visits={**case.visits, visit.id: visit})


def _supplement_requested(case: Case, act: Act, at: ActStamp) -> Case:
    private = {**case.private, "defects": act.private["parties"]["defects"]}
    return replace(
        case, status="supplement_requested", supplements=case.supplements + 1, private=private
    )


def _supplemented(case: Case, act: Act, at: ActStamp) -> Case:
    given = act.private["applicant"]
    private = {
        **_with_materials(case, given["materials"]),
        "form": given["form"] or case.private["form"],
    }
    brought = {m["code"] for m in given["materials"]}
    owed = tuple(act.data.get("owed", [code for code in case.owed if code not in brought]))
    return replace(case, status="filed", received_on=at.time.date(), private=private, owed=owed)


def _owed_brought(case: Case, act: Act, at: ActStamp) -> Case:
    private = _with_materials(case, act.private["applicant"]["materials"])
    owed = tuple(code for code in case.owed if code not in act.data["codes"])
    return replace(case, private=private, owed=owed)


def _with_materials(case: Case, brought: list[Mapping[str, Any]]) -> dict[str, Any]:
    codes = {m["code"] for m in brought}
    kept = [m for m in case.private["materials"] if m["code"] not in codes]
    return {**case.private, "materials": kept + list(brought)}


def _accepted(case: Case, act: Act, at: ActStamp) -> Case:
    on = date.fromisoformat(act.data["accepted_on"])
    by_default = act.type == "CaseAcceptedByDefault"
    return replace(case, status="accepted", accepted_on=on, accepted_by_default=by_default)


def _decided(status: str, told: str = "reasons") -> Change:
    def change(case: Case, act: Act, at: ActStamp) -> Case:
        private = {**case.private, told: act.private["parties"][told]}
        return replace(case, status=status, decided_at=at.time, private=private)

    return change


def _granted(case: Case, act: Act, at: ActStamp) -> Case:
    return replace(case, status="granted", decided_at=at.time)


def _granted_tacitly(case: Case, act: Act, at: ActStamp) -> Case:
    return flow_walk.interrupt(_granted(case, act, at), TACIT, case.flow.tacit, at)


def _ordered(case: Case, act: Act, at: ActStamp) -> Case:
    due = act.data.get("amount_fen", case.money.due_fen)
    return replace(
        _decided("ordered", "measure")(case, act, at), money=replace(case.money, due_fen=due)
    )


def _lapsed(case: Case, act: Act, at: ActStamp) -> Case:
    return replace(case, status="lapsed")


def _issued(case: Case, act: Act, at: ActStamp) -> Case:
    return replace(case, certificate=act.data["certificate"])


def _withdrawn(case: Case, act: Act, at: ActStamp) -> Case:
    return flow_walk.interrupt(case, WITHDRAW, END + "withdrawn", at)


def _revoked(case: Case, act: Act, at: ActStamp) -> Case:
    private = {**case.private, "reasons": act.private["parties"]["reasons"]}
    case = replace(case, status="revoked", revoked_at=at.time, private=private)
    return case if case.ended_at else flow_walk.interrupt(case, REVOKE, END + "revoked", at)


def _informed(case: Case, act: Act, at: ActStamp) -> Case:
    told = act.private["parties"]
    people = {party["person"]: party["relation"] for party in told["people"]}
    return replace(
        case, parties={**case.parties, **people}, private={**case.private, "told": told["reasons"]}
    )


def _stated(case: Case, act: Act, at: ActStamp) -> Case:
    visit = case.visits[act.data["visit"]]
    by = act.private.get("parties", {}).get("party", at.actor.person)
    visit = replace(visit, stated=visit.stated | {by})
    return replace(case, visits={**case.visits, visit.id: visit})


def _procedure_begun(case: Case, act: Act, at: ActStamp) -> Case:
    data = act.data
    begun = Procedure(
        data["procedure"], data["kind"], data["days"], date.fromisoformat(data["begun_on"])
    )
    return replace(case, procedures=(*case.procedures, begun))


def _procedure_ended(case: Case, act: Act, at: ActStamp) -> Case:
    ended = date.fromisoformat(act.data["ended_on"])
    known = (
        replace(p, ended_on=ended) if p.id == act.data["procedure"] else p for p in case.procedures
    )
    return replace(case, procedures=tuple(known))


def _extension_asked(case: Case, act: Act, at: ActStamp) -> Case:
    return replace(case, extension=Extension(act.data["days"], at.actor.person))


def _extension_answered(status: str) -> Change:
    def change(case: Case, act: Act, at: ActStamp) -> Case:
        assert case.extension is not None, "only what was asked is answered"
        return replace(case, extension=replace(case.extension, status=status))

    return change


def _convened(case: Case, act: Act, at: ActStamp) -> Case:
    return replace(case, meetings={**case.meetings, act.data["visit"]: act.data})


def _resolved(case: Case, act: Act, at: ActStamp) -> Case:
    return replace(case, bound={**case.bound, act.data["step"]: act.data["resolution"]})


def _assessed(case: Case, act: Act, at: ActStamp) -> Case:
    return replace(case, money=replace(case.money, due_fen=act.data["amount_fen"]))


def _paid(case: Case, act: Act, at: ActStamp) -> Case:
    return replace(
        case, money=replace(case.money, order=act.data["order"], paid_fen=act.data["amount_fen"])
    )


def _refund_ordered(case: Case, act: Act, at: ActStamp) -> Case:
    return replace(case, money=replace(case.money, refund_ordered=True))


def _refunded(case: Case, act: Act, at: ActStamp) -> Case:
    return replace(case, money=replace(case.money, refunded=True))


def _corrected(case: Case, act: Act, at: ActStamp) -> Case:
    made = {"entry": act.data["entry"], "at": at.time, **act.private["parties"]}
    return replace(case, corrections=(*case.corrections, made))


def _move_proposed(case: Case, act: Act, at: ActStamp) -> Case:
    return replace(case, move={**act.data, "by": at.actor.person})


def _linked(case: Case, act: Act, at: ActStamp) -> Case:
    return replace(case, links=(*case.links, dict(act.data)))


def _assisted(case: Case, act: Act, at: ActStamp) -> Case:
    done = {"what": act.data["what"], "service_point": act.data["service_point"], "at": at.time}
    # Whoever was present in the party's name has acted for it, as if they had done so online.
    present = act.private.get("window", {}).get("present")
    person = present.get("person", "") if isinstance(present, Mapping) else ""
    agents = case.agents | ({person} - {"", case.applicant})
    return replace(
        case, helpers=case.helpers | {at.actor.person}, agents=agents, windows=(*case.windows, done)
    )


def _warned(case: Case, act: Act, at: ActStamp) -> Case:
    return replace(case, warnings={**case.warnings, warning_id(act.data): act.data["level"]})


def warning_id(data: Any) -> str:
    """A warning exists once per clock, level and due date."""
    return f"{data['clock']}/{data['level']}/{data['due']}"


def _unchanged(case: Case, act: Act, at: ActStamp) -> Case:
    """An act that leaves the case as it is, but for what the office is told."""
    return case


CHANGES: dict[str, Change] = {
    "TaskCompleted": flow_walk.complete,
    "TaskClaimed": _claimed,
    "TaskReleased": _released,
    "TaskAssigned": _assigned,
    "SupplementRequested": _supplement_requested,
    "MaterialsSupplemented": _supplemented,
    "OwedMaterialsBrought": _owed_brought,
    "CaseAccepted": _accepted,
    "CaseAcceptedByDefault": _accepted,
    "CaseNotAccepted": _decided("not_accepted"),
    "CaseRefused": _decided("refused"),
    "CaseDropped": _decided("dropped"),
    "CaseGranted": _granted,
    "CaseGrantedTacitly": _granted_tacitly,
    "CaseOrdered": _ordered,
    "CaseLapsed": _lapsed,
    "CertificateIssued": _issued,
    "CaseWithdrawn": _withdrawn,
    "DecisionRevoked": _revoked,
    "CaseReturned": _unchanged,
    "OpinionGiven": _unchanged,
    "MeetingAsked": _unchanged,
    "MeetingConvened": _convened,
    "MeetingResolved": _resolved,
    "MilestoneReported": _unchanged,
    "PartiesInformed": _informed,
    "StatementMade": _stated,
    "ObjectionMade": _stated,
    "HearingHeld": _unchanged,
    "ProcedureBegun": _procedure_begun,
    "ProcedureEnded": _procedure_ended,
    "ExtensionAsked": _extension_asked,
    "ExtensionGranted": _extension_answered("granted"),
    "ExtensionRefused": _extension_answered("refused"),
    "FeeAssessed": _assessed,
    "FeePaid": _paid,
    "RefundOrdered": _refund_ordered,
    "FeeRefunded": _refunded,
    "ResultDelivered": _unchanged,
    "CaseArchived": _unchanged,
    "ActCorrected": _corrected,
    "MoveProposed": _move_proposed,
    "CaseMoved": flow_walk.move,
    "CaseLinked": _linked,
    "WarningRaised": _warned,
    "WindowAssisted": _assisted,
}
