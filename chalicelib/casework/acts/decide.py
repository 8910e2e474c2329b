"""Which acts a command leads to; every statutory default whose moment has passed comes first, in the same entry."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from chalicelib.casework.acts import deadlines
from chalicelib.casework.acts.commands import Claim, Command, Complete, Issue, Release, Supplement, Tick, Withdraw
from chalicelib.casework.acts.evolve import At, evolve
from chalicelib.casework.acts.state import Case, Visit
from chalicelib.casework.errors import (
    CaseEnded,
    ClaimStands,
    DutiesNotSeparate,
    NoSupplementAsked,
    OutcomeNotInFlow,
    ReasonsNeeded,
    SupplementAskedBefore,
    TaskClaimedByOther,
    TaskDone,
    TaskUnknown,
    TooLateToWithdraw,
)
from chalicelib.deadlines import WorkingCalendar
from chalicelib.kernel.errors import Fault
from chalicelib.kernel.journal import Act, Actor

MACHINE = Actor()
TAKES: dict[str, tuple[str, ...]] = {
    "supplement": ("defects",),
    "not_accept": ("reasons",),
    "refuse": ("reasons",),
    "return": ("reasons",),
    "opinion": ("opinion", "reasons"),
}


def decide(case: Case, command: Command, actor: Actor, now: datetime, calendar: WorkingCalendar) -> list[Act]:
    """The acts of the next entry (seq ``case.seq + 1``); empty when nothing is to be done. Raises Problem."""
    acts, case = _overdue(case, now, calendar)
    if isinstance(command, Tick):
        return acts
    if case.ended_at:
        raise CaseEnded
    decider: Callable[..., list[Act]] = _DECIDE[type(command)]
    return acts + decider(case, command, actor, now, calendar)


def _overdue(case: Case, now: datetime, calendar: WorkingCalendar) -> tuple[list[Act], Case]:
    """All that time has brought, one after the other: an acceptance by default starts clocks of its own."""
    acts: list[Act] = []
    at = At(case.seq + 1, now, MACHINE)
    while (due := deadlines.moments(case, calendar)) and due[0].at <= now:
        new = _happens(case, due[0], calendar)
        acts += new
        for act in new:
            case = evolve(case, act, at)
    return acts, case


def _happens(case: Case, moment: deadlines.Moment, calendar: WorkingCalendar) -> list[Act]:
    if moment.level != deadlines.DEEMED:
        posts = [case.post_of(v) for v in case.open_visits if moment.visit in ("", v.id)]
        data = {"clock": moment.clock, "level": moment.level, "due": moment.due.isoformat(), "posts": posts}
        return [Act("WarningRaised", data)]
    done = Act("TaskCompleted", {"visit": moment.visit, "outcome": "accept"})
    return [done, _acceptance("CaseAcceptedByDefault", case, case.received_on, calendar)]


def _acceptance(kind: str, case: Case, on: date, calendar: WorkingCalendar) -> Act:
    accepted = evolve(case, Act(kind, {"accepted_on": on.isoformat()}), At(case.seq, case.filed_at, MACHINE))
    promised, statutory = deadlines.decision_terms(accepted)
    due = {"decide_by": promised.last_day(calendar), "statutory_by": statutory.last_day(calendar)}
    provisional = statutory.due(calendar).provisional
    dates = {name: day.isoformat() for name, day in due.items()}
    return Act(kind, {"accepted_on": on.isoformat(), **dates, "provisional": provisional})


def _visit(case: Case, visit_id: str) -> Visit:
    visit = case.visits.get(visit_id)
    if visit is None:
        raise TaskUnknown
    if not visit.is_open:
        raise TaskDone
    return visit


def _claim(case: Case, command: Claim, actor: Actor, now: datetime, calendar: WorkingCalendar) -> list[Act]:
    visit = _visit(case, command.visit)
    freed = _may_work_on(case, visit, actor, command.lapsed)
    if visit.claimed_by == actor.person:
        raise ClaimStands
    return [*freed, Act("TaskClaimed", {"visit": visit.id})]


def _release(case: Case, command: Release, actor: Actor, now: datetime, calendar: WorkingCalendar) -> list[Act]:
    visit = _visit(case, command.visit)
    freed = _may_work_on(case, visit, actor, command.lapsed)
    if not visit.claimed_by:
        raise ClaimStands
    return freed or [Act("TaskReleased", {"visit": visit.id})]


def _may_work_on(case: Case, visit: Visit, actor: Actor, lapsed: str) -> list[Act]:
    """Nothing, or the release of a claim whose claimer has left the post. Raises Problem."""
    if actor.person in case.barred(visit):
        raise DutiesNotSeparate
    if visit.claimed_by and visit.claimed_by == lapsed:
        return [Act("TaskReleased", {"visit": visit.id})]
    if visit.claimed_by not in ("", actor.person):
        raise TaskClaimedByOther
    return []


def _complete(case: Case, command: Complete, actor: Actor, now: datetime, calendar: WorkingCalendar) -> list[Act]:
    visit = _visit(case, command.visit)
    step = case.step(visit)
    freed = _may_work_on(case, visit, actor, command.lapsed)
    if command.outcome not in step.outcomes or not case.post_of(visit):
        raise OutcomeNotInFlow(faults=[Fault("/outcome", "enum")])
    _takes_no_more(command)
    private = {"office": {"note": command.note}} if command.note else {}
    done = Act("TaskCompleted", {"visit": visit.id, "outcome": command.outcome}, private)
    follow = _FOLLOW.get(command.outcome)
    return [*freed, done, *(follow(case, command, now, calendar) if follow else ())]


def _takes_no_more(command: Complete) -> None:
    """What an outcome does not put on record is refused, not dropped. Raises OutcomeNotInFlow."""
    taken = TAKES.get(command.outcome, ())
    given = {"reasons": command.reasons, "defects": command.defects, "opinion": command.opinion}
    faults = [Fault(f"/{name}", "outcome-takes-none") for name, value in given.items() if value and name not in taken]
    if faults:
        raise OutcomeNotInFlow(faults=faults)


def _accept(case: Case, command: Complete, now: datetime, calendar: WorkingCalendar) -> list[Act]:
    # Art. 32(4): after a supplement, acceptance is dated on the day on which the materials became complete.
    on = case.received_on if case.supplements else now.date()
    return [_acceptance("CaseAccepted", case, on, calendar)]


def _request_supplement(case: Case, command: Complete, now: datetime, calendar: WorkingCalendar) -> list[Act]:
    if case.supplements:
        raise SupplementAskedBefore
    if not command.defects:
        raise ReasonsNeeded(faults=[Fault("/defects", "required")])
    return [Act("SupplementRequested", {}, {"parties": {"defects": [dict(d) for d in command.defects]}})]


def _with_reasons(kind: str) -> Callable[..., list[Act]]:
    def follow(case: Case, command: Complete, now: datetime, calendar: WorkingCalendar) -> list[Act]:
        if not command.reasons:
            raise ReasonsNeeded(faults=[Fault("/reasons", "required")])
        group = "office" if kind == "CaseReturned" else "parties"
        data = {"step": command.visit.partition(".")[0]} if kind == "CaseReturned" else {}
        return [Act(kind, data, {group: {"reasons": list(command.reasons)}})]

    return follow


def _grant(case: Case, command: Complete, now: datetime, calendar: WorkingCalendar) -> list[Act]:
    return [Act("CaseGranted", {})]


def _opinion(case: Case, command: Complete, now: datetime, calendar: WorkingCalendar) -> list[Act]:
    if command.opinion not in ("agree", "object"):
        raise ReasonsNeeded(faults=[Fault("/opinion", "required")])
    if command.opinion == "object" and not command.reasons:
        raise ReasonsNeeded(faults=[Fault("/reasons", "required")])
    given = {"step": command.visit.partition(".")[0], "opinion": command.opinion}
    return [Act("OpinionGiven", given, {"office": {"reasons": list(command.reasons)}} if command.reasons else {})]


def _supplement(case: Case, command: Supplement, actor: Actor, now: datetime, calendar: WorkingCalendar) -> list[Act]:
    visit = next((v for v in case.open_visits if case.step(v).kind == "supplement"), None)
    if visit is None:
        raise NoSupplementAsked
    private: dict[str, Any] = {"materials": [dict(m) for m in command.materials], "form": command.form}
    return [
        Act("TaskCompleted", {"visit": visit.id, "outcome": case.step(visit).plain}),
        Act("MaterialsSupplemented", {}, {"applicant": private}),
    ]


def _withdraw(case: Case, command: Withdraw, actor: Actor, now: datetime, calendar: WorkingCalendar) -> list[Act]:
    if not all(case.step(visit).may_withdraw for visit in case.open_visits):
        raise TooLateToWithdraw
    return [Act("CaseWithdrawn", {}, {"parties": {"reason": command.reason}} if command.reason else {})]


def _issue(case: Case, command: Issue, actor: Actor, now: datetime, calendar: WorkingCalendar) -> list[Act]:
    visit = next((v for v in case.open_visits if case.step(v).kind == "issue"), None)
    if visit is None:
        raise TaskDone if case.certificate else TaskUnknown
    return [
        Act("CertificateIssued", {"certificate": command.certificate}),
        Act("TaskCompleted", {"visit": visit.id, "outcome": case.step(visit).plain}),
    ]


_FOLLOW: dict[str, Callable[..., list[Act]]] = {
    "accept": _accept,
    "supplement": _request_supplement,
    "not_accept": _with_reasons("CaseNotAccepted"),
    "refuse": _with_reasons("CaseRefused"),
    "return": _with_reasons("CaseReturned"),
    "approve": _grant,
    "opinion": _opinion,
}
_DECIDE: dict[type, Callable[..., list[Act]]] = {
    Claim: _claim,
    Release: _release,
    Complete: _complete,
    Supplement: _supplement,
    Withdraw: _withdraw,
    Issue: _issue,
}
