"""Limits that are kept in name only, or not at all: stops, steps, delivery, the last minutes."""

from collections.abc import Iterator
from datetime import date, timedelta

from chalicelib import casework
from chalicelib.casework import Case, Visit
from chalicelib.catalog.flows import OFFICE
from chalicelib.deadlines import Stop, Term, WorkingCalendar
from chalicelib.supervision.rules.documents import Thresholds
from chalicelib.supervision.rules.watched import DECIDED, Facts, Hit, Watched

HEARING = "hearing"
CARRIED_OUT = ("issue", "deliver")


def stopped_late(watched: Watched, facts: Facts, thresholds: Thresholds) -> Hit | None:
    """Whether a stop was ordered with so few working days left. A hearing is the party's right, at
    any time.
    """
    before = watched.before
    if before is None or before.clocks.accepted_on is None:
        return None
    for act in watched.acts("ProcedureBegun"):
        if act.data["kind"] == HEARING:
            continue
        for limit, left in _days_left(before, watched.entry.at.date(), facts.calendar):
            if left <= thresholds["days"]:
                kind = str(act.data["kind"])
                return Hit(
                    (watched.entry.seq,),
                    {"kind": kind, "limit": limit, "days_left": left},
                )
    return None


def _days_left(case: Case, today: date, calendar: WorkingCalendar) -> Iterator[tuple[str, int]]:
    """Working days left of the limits that are not over."""
    terms = casework.decision_terms(case, calendar)
    for limit, term in zip(("promised", "statutory"), terms, strict=True):
        last = term.last_day(calendar)
        if today <= last:
            yield limit, calendar.working_days_between(today, last)


def procedure_overrun(watched: Watched, facts: Facts, thresholds: Thresholds) -> Hit | None:
    """Whether a special procedure took so many working days more than it was applied for."""
    for id in _procedures_of(watched):
        [procedure] = [each for each in watched.case.clocks.procedures if each.id == id]
        stop = Stop(procedure.begun_on, procedure.ended_on, procedure.days)
        taken = stop.taken(facts.calendar, watched.entry.at.date())
        if taken - procedure.days >= thresholds["days"]:
            return Hit(
                (_begun(watched, id),),
                {"kind": procedure.kind, "applied_for": procedure.days, "taken": taken},
            )
    return None


def _procedures_of(watched: Watched) -> Iterator[str]:
    """Procedures that the entry ends, or warns of."""
    for act in watched.acts("ProcedureEnded"):
        yield act.data["procedure"]
    for act in watched.acts("WarningRaised"):
        clock, _, id = act.data["clock"].partition(".")
        if clock == "procedure":
            yield id


def _begun(watched: Watched, procedure: str) -> int:
    for entry in watched.entries:
        for act in entry.acts:
            if act.type == "ProcedureBegun" and act.data["procedure"] == procedure:
                return entry.seq
    return watched.entry.seq


def step_late(watched: Watched, facts: Facts, thresholds: Thresholds) -> Hit | None:
    """Whether an office's step took so many working days too long, though the case was decided as
    promised.
    """
    case, calendar = watched.case, facts.calendar
    if case.clocks.accepted_on is None:
        return None
    promised, _ = casework.decision_terms(case, calendar)
    if watched.entry.at.date() > promised.last_day(calendar):
        return None
    late = {}
    for visit in case.visits.values():
        days = _late_by(case, visit, calendar)
        if days >= thresholds["days"]:
            late[visit.answer] = days
    if not late:
        return None
    why = {
        "days": max(late.values()),
        "steps": len(late),
    }
    return Hit(
        tuple(sorted(late)),
        why,
    )


def _late_by(case: Case, visit: Visit, calendar: WorkingCalendar) -> int:
    """Working days by which a closed step of an office was late."""
    if visit.closed_at is None or case.step(visit).language.actor != OFFICE:
        return 0
    term = casework.step_term(
        case,
        visit,
        calendar,
    )
    if term is None:
        return 0
    return _days_after(
        term,
        visit.closed_at.date(),
        calendar,
    )


def _days_after(term: Term, day: date, calendar: WorkingCalendar) -> int:
    """Working days from the last day of a term to a day after it."""
    last = term.last_day(calendar)
    if day <= last:
        return 0
    return calendar.working_days_between(last, day)


def delivered_late(watched: Watched, facts: Facts, thresholds: Thresholds) -> Hit | None:
    """Whether what was decided reached its party so many working days too late, or has not yet."""
    case = watched.case
    decided = case.clocks.decided_at
    if decided is None or "delivery_days" not in case.rules.limits:
        return None
    term = Term(
        case.rules.limits["delivery_days"],
        decided.date(),
        unit=case.rules.unit_of("delivery_days"),
    )
    days = _days_after(term, watched.entry.at.date(), facts.calendar)
    if _is_warned_of_delivery(watched):
        days = max(days, 1)
    elif not watched.acts("ResultDelivered") and _is_handed_over(case):
        return None
    if days < thresholds["days"]:
        return None
    decision = watched.seq_of(*DECIDED, "CaseGrantedTacitly")
    return Hit(
        (decision,),
        {"days": days},
    )


def _is_warned_of_delivery(watched: Watched) -> bool:
    for act in watched.acts("WarningRaised"):
        clock, _, visit = act.data["clock"].partition(".")
        known = watched.case.visits.get(visit)
        if clock == "step" and known and act.data["level"] == "yellow":
            return watched.case.step(known).kind in CARRIED_OUT
    return False


def _is_handed_over(case: Case) -> bool:
    """Whether a step of its own delivers the result, so that signing it is not the end."""
    steps = case.flow.steps.values()
    return any(step.kind == "deliver" for step in steps)


def ended_before_red(watched: Watched, facts: Facts, thresholds: Thresholds) -> Hit | None:
    """Whether an officer decided in the last minutes of the statutory limit."""
    if watched.case.clocks.accepted_on is None or not watched.entry.actor.post:
        return None
    _, statutory = casework.decision_terms(watched.case, facts.calendar)
    left = statutory.expires_at(facts.calendar) - watched.entry.at
    most = timedelta(minutes=thresholds["minutes"])
    if not timedelta() < left <= most:
        return None
    minutes = int(left.total_seconds() // 60)
    return Hit(
        (watched.entry.seq,),
        {"minutes_left": minutes},
    )
