"""How each act changes a case."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from chalicelib.casework.acts import flow_walk, forgetting
from chalicelib.casework.acts.context import MACHINE
from chalicelib.casework.acts.flow_walk import ActStamp
from chalicelib.casework.acts.state import Case, Rules
from chalicelib.casework.acts.transitions import CHANGES, warning_id
from chalicelib.catalog.flows.step_kinds import EX_OFFICIO
from chalicelib.kernel.journal import Act, Entry

__all__ = ["ActStamp", "evolve", "fold", "warning_id"]


def fold(entries: Iterable[Entry]) -> Case:
    """The case that these entries (from seq 1 on) tell of."""
    case: Case | None = None
    for entry in entries:
        at = ActStamp(entry.seq, entry.at, entry.actor)
        for act in forgetting.acts(entry):
            case = evolve(case, act, at, entry.stream)
        if case and entry.commitments:
            case = replace(
                case, remarks=(), notices=(), is_forgotten=case.is_forgotten or entry.seq == 1
            )
    if case is None:
        raise ValueError("a case begins with its filing")
    return case


def evolve(case: Case | None, act: Act, at: ActStamp, stream: str = "") -> Case:
    """The case after one more act."""
    if case is None:
        return _filed(act, at, stream)
    if act.data.get(
        "machine"
    ):  # what time brought stands in the same entry as the officer's own act
        at = replace(at, actor=MACHINE)
    case = CHANGES[act.type](case, act, at)
    for told in (_represented, _noticed, _remarked):
        case = told(case, act, at)
    return replace(case, seq=at.seq)


def _filed(act: Act, at: ActStamp, stream: str) -> Case:
    data, flow = act.data, act.data["flow"]
    case = Case(
        id=stream.partition("#")[2],
        number=data["number"],
        item=data["item"],
        item_version=data["item_version"],
        authority=data["authority"],
        flow_id=flow["id"],
        flow_version=flow["version"],
        posts=data["posts"],
        limits=data["limits"],
        channel=data["channel"],
        filed_at=at.time,
        received_on=at.time.date(),
        applicant=act.private["applicant"]["person"],
        seq=at.seq,
        private=dict(act.private["applicant"]),
        rules=_rules(data),
        on_promise=data.get("on_promise", False),
        owed=tuple(data.get("owed", ())),
        about=data.get("about", {}),
        agents=frozenset(
            filter(None, [act.private["applicant"].get("represented_by", {}).get("person")])
        ),
    )
    if case.flow.opens == EX_OFFICIO:  # nothing is applied for, so nothing has to be accepted
        case = replace(case, status="accepted", accepted_on=at.time.date())
    return flow_walk.enter(case, case.flow.start, 0, at)


def _rules(data: Mapping[str, Any]) -> Rules:
    """Filings of earlier releases say nothing of these."""
    fine, expires = data.get("fine"), data.get("expires_on")
    return Rules(
        tacit=data.get("tacit", False),
        procedures=tuple(data.get("procedures", ())),
        strong_sign_in=tuple(data.get("strong_sign_in", ())),
        retention_years=data.get("retention_years", Rules.retention_years),
        fine=(fine["least_fen"], fine["most_fen"]) if fine else None,
        expires_on=date.fromisoformat(expires) if expires else None,
    )


# Acts of the applicant that somebody else may have done by mandate.
OF_THE_APPLICANT = (
    "MaterialsSupplemented",
    "OwedMaterialsBrought",
    "CaseWithdrawn",
    "ResultDelivered",
)


def _represented(case: Case, act: Act, at: ActStamp) -> Case:
    """Keep who acted for the applicant: they never handle the case, also when the mandate has
    ended.
    """
    by = at.actor
    if act.type not in OF_THE_APPLICANT or by.post or by.person in ("", case.applicant):
        return case
    return replace(case, agents=case.agents | {by.person})


# Acts that the office is told of, and in which private group what they say stands.
REMARKS = {
    "TaskCompleted": "office",
    "CaseReturned": "office",
    "OpinionGiven": "office",
    "MeetingAsked": "office",
    "MeetingResolved": "office",
    "MilestoneReported": "office",
    "ObjectionMade": "office",
    "ExtensionAsked": "office",
    "ExtensionRefused": "office",
    "StatementMade": "parties",
    "HearingHeld": "parties",
    "CaseWithdrawn": "parties",
}


# Acts that tell the parties something beside the decision, in the private group of that name.
NOTICES = (
    "ExtensionGranted",
    "ProcedureBegun",
    "ProcedureEnded",
    "FeeAssessed",
    "RefundOrdered",
    "ResultDelivered",
)


def _noticed(case: Case, act: Act, at: ActStamp) -> Case:
    told = {name: text for name, text in act.private.get("parties", {}).items() if name != "agent"}
    if act.type not in NOTICES or not told:
        return case
    return replace(case, notices=(*case.notices, {"act": act.type, "at": at.time, **told}))


def _remarked(case: Case, act: Act, at: ActStamp) -> Case:
    """Keep what the office is told with an act: by which post, at which step, and when."""
    told = act.private.get(REMARKS.get(act.type, ""), {})
    if not told and act.type not in ("OpinionGiven", "CaseReturned"):
        return case
    step = act.data.get("step") or act.data.get("visit", "").partition(".")[0]
    remark = {
        "act": act.type,
        "step": step,
        "post": at.actor.post,
        "at": at.time,
        **act.data,
        **told,
    }
    if act.type == "StatementMade":
        remark.setdefault("party", at.actor.person)
    return replace(case, remarks=(*case.remarks, remark))
