"""How each act changes a case."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from chalicelib.casework.acts.state import Case, Visit
from chalicelib.catalog.flows import END, JOIN, WITHDRAW
from chalicelib.kernel.journal import Act, Actor, Entry


@dataclass(frozen=True)
class At:
    """When, by whom and in which entry an act was done."""

    seq: int
    time: datetime
    actor: Actor


def fold(entries: Iterable[Entry]) -> Case:
    """The case that these entries (from seq 1 on) tell of."""
    case: Case | None = None
    for entry in entries:
        at = At(entry.seq, entry.at, entry.actor)
        for act in entry.acts:
            case = evolve(case, act, at, entry.stream)
    if case is None:
        raise ValueError("a case begins with its filing")
    return case


def evolve(case: Case | None, act: Act, at: At, stream: str = "") -> Case:
    """The case after one more act."""
    if case is None:
        return _filed(act, at, stream)
    return replace(_EVOLVE[act.type](case, act, at), seq=at.seq)


def _filed(act: Act, at: At, stream: str) -> Case:
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
    )
    return _open(case, case.flow.start, 0, at)


def _open(case: Case, target: str, since: int, at: At) -> Case:
    if target.startswith(END):
        return replace(case, status=target.removeprefix(END), ended_at=at.time)
    opened = {f"{step}.{since}": Visit(step, since, at.time) for step in case.flow.entry_steps(target)}
    return replace(case, visits={**case.visits, **opened})


def _close(case: Case, visit: Visit, outcome: str, at: At) -> Case:
    by, post = at.actor.person, at.actor.post
    closed = replace(visit, outcome=outcome, answer=at.seq, closed_at=at.time, by=by, post=post)
    return replace(case, visits={**case.visits, visit.id: closed})


def _completed(case: Case, act: Act, at: At) -> Case:
    visit = case.visits[act.data["visit"]]
    case = _remarked(case, act, at, act.private.get("office", {}))
    case = _close(case, visit, act.data["outcome"], at)
    step = case.step(visit)
    target = step.outcomes[act.data["outcome"]]
    if target != JOIN:
        return _open(case, target, at.seq, at)
    joint = case.flow.joints[step.joint]
    siblings = [case.visits[f"{branch}.{visit.since}"] for branch in joint.branches]
    if any(sibling.is_open for sibling in siblings):
        return case
    return _open(case, joint.next, max(sibling.answer for sibling in siblings), at)


def _claimed(case: Case, act: Act, at: At) -> Case:
    visit = replace(case.visits[act.data["visit"]], claimed_by=at.actor.person)
    return replace(case, visits={**case.visits, visit.id: visit})


def _released(case: Case, act: Act, at: At) -> Case:
    visit = replace(case.visits[act.data["visit"]], claimed_by="")
    return replace(case, visits={**case.visits, visit.id: visit})


def _supplement_requested(case: Case, act: Act, at: At) -> Case:
    private = {**case.private, "defects": act.private["parties"]["defects"]}
    return replace(case, status="supplement_requested", supplements=case.supplements + 1, private=private)


def _supplemented(case: Case, act: Act, at: At) -> Case:
    given = act.private["applicant"]
    private = {**case.private, "form": given["form"] or case.private["form"]}
    kept = [m for m in case.private["materials"] if m["code"] not in {g["code"] for g in given["materials"]}]
    private["materials"] = kept + list(given["materials"])
    return replace(case, status="filed", received_on=at.time.date(), private=private)


def _accepted(case: Case, act: Act, at: At) -> Case:
    on = date.fromisoformat(act.data["accepted_on"])
    by_default = act.type == "CaseAcceptedByDefault"
    return replace(case, status="accepted", accepted_on=on, accepted_by_default=by_default)


def _reasoned(status: str) -> Callable[[Case, Act, At], Case]:
    def evolve(case: Case, act: Act, at: At) -> Case:
        private = {**case.private, "reasons": act.private["parties"]["reasons"]}
        return replace(case, status=status, decided_at=at.time, private=private)

    return evolve


def _granted(case: Case, act: Act, at: At) -> Case:
    return replace(case, status="granted", decided_at=at.time)


def _issued(case: Case, act: Act, at: At) -> Case:
    return replace(case, certificate=act.data["certificate"])


def _withdrawn(case: Case, act: Act, at: At) -> Case:
    case = _remarked(case, act, at, act.private.get("parties", {}))
    for visit in case.open_visits:
        case = _close(case, visit, WITHDRAW, at)
    return _open(case, END + "withdrawn", at.seq, at)


def _noted(case: Case, act: Act, at: At) -> Case:
    return _remarked(case, act, at, act.private.get("office", {}))


def _remarked(case: Case, act: Act, at: At, told: Mapping[str, Any]) -> Case:
    """Keep what the office is told with an act: by which post, at which step, and when."""
    if not told and "opinion" not in act.data:
        return case
    step = act.data.get("step") or act.data.get("visit", "").partition(".")[0]
    remark = {"act": act.type, "step": step, "post": at.actor.post, "at": at.time, **act.data, **told}
    return replace(case, remarks=(*case.remarks, remark))


def _warned(case: Case, act: Act, at: At) -> Case:
    return replace(case, warnings={**case.warnings, warning_id(act.data): act.data["level"]})


def warning_id(data: Any) -> str:
    """A warning exists once per clock, level and due date."""
    return f"{data['clock']}/{data['level']}/{data['due']}"


_EVOLVE: dict[str, Callable[[Case, Act, At], Case]] = {
    "TaskCompleted": _completed,
    "TaskClaimed": _claimed,
    "TaskReleased": _released,
    "SupplementRequested": _supplement_requested,
    "MaterialsSupplemented": _supplemented,
    "CaseAccepted": _accepted,
    "CaseAcceptedByDefault": _accepted,
    "CaseNotAccepted": _reasoned("not_accepted"),
    "CaseRefused": _reasoned("refused"),
    "CaseGranted": _granted,
    "CertificateIssued": _issued,
    "CaseWithdrawn": _withdrawn,
    "CaseReturned": _noted,
    "OpinionGiven": _noted,
    "WarningRaised": _warned,
}
