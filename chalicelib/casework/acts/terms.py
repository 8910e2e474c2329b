"""The terms of a case: how long each of its limits is, from which day, and what stops it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from chalicelib.casework.acts.state import Case, Visit
from chalicelib.casework.acts.values import Procedure
from chalicelib.catalog.flows import OFFICE
from chalicelib.deadlines import Stop, Term, WorkingCalendar
from chalicelib.kernel.values import dataclass


@dataclass(frozen=True)
class Halt:
    """A stop of the clock and whence it comes: the ``procedure``, or the ``visit`` to a step that
    stops it. ``ended_on`` is None while it runs, for which ``stop`` counts all that was applied
    for.
    """

    kind: str
    stop: Stop
    ended_on: date | None
    procedure: Procedure | None = None
    visit: str = ""


def procedure_halts(case: Case, calendar: WorkingCalendar) -> Iterator[Halt]:
    """The special procedures of the case."""
    for procedure in case.clocks.procedures:
        ended_on = procedure.ended_on or procedure_term(procedure).last_day(calendar)
        stop = Stop(procedure.begun_on, ended_on, procedure.days)
        yield Halt(procedure.kind, stop, procedure.ended_on, procedure)


def decision_halts(case: Case, calendar: WorkingCalendar) -> Iterator[Halt]:
    """The lawful stops of the decision's clock (Art. 45).

    One that still runs counts with all the days that it was applied for: no warning comes too
    early, and when it ends before them, the limit moves back.
    """
    yield from procedure_halts(case, calendar)
    for visit in case.visits.values():
        kind = case.step(visit).kind
        if kind in case.rules.procedures:  # only where the item's own law names it
            yield _visit_halt(case, visit, kind, calendar)


def _visit_halt(case: Case, visit: Visit, kind: str, calendar: WorkingCalendar) -> Halt:
    days = case.step(visit).limit_days
    begun_on = visit.opened_at.date()
    closed_on = visit.closed_at.date() if visit.closed_at else None
    ended_on = closed_on or calendar.add_working_days(begun_on, days)
    return Halt(kind, Stop(begun_on, ended_on, days), closed_on, visit=visit.id)


def decision_terms(case: Case, calendar: WorkingCalendar) -> tuple[Term, Term]:
    """The promised and the statutory term of the decision, from the day of acceptance, extended and
    stopped.
    """
    assert case.clocks.accepted_on is not None, "the decision's limit runs from acceptance"
    stops = tuple(halt.stop for halt in decision_halts(case, calendar))
    promised = _limit(case, "promised_days", case.clocks.accepted_on, stops)
    statutory = _limit(case, "statutory_days", case.clocks.accepted_on, stops)
    return _extended(promised, case), _extended(statutory, case)


def _limit(case: Case, name: str, starts_on: date, stops: tuple[Stop, ...] = ()) -> Term:
    """A limit of the case's item version, in the unit that it is counted in."""
    return Term(
        case.rules.limits[name],
        starts_on,
        stops,
        case.rules.unit_of(name),
    )


def _extended(term: Term, case: Case) -> Term:
    """An extension is counted in the unit of what it extends."""
    return replace(term, days=term.days + case.clocks.extended_days)


def procedure_term(procedure: Procedure) -> Term:
    """What a special procedure was applied for."""
    return Term(procedure.days, procedure.begun_on)


def acceptance_term(case: Case) -> Term:
    """The term within which the case is accepted, refused acceptance, or its defects are told (Art.
    32).
    """
    return _limit(case, "acceptance_days", case.clocks.received_on)


def supplement_term(case: Case, visit: Visit) -> Term:
    """What the applicant has to answer the supplement notice; the office's own clock stands still
    meanwhile.
    """
    return _limit(case, "supplement_days", visit.opened_at.date())


def owed_term(case: Case) -> Term:
    """What the applicant has to bring the materials that were missing at acceptance."""
    assert case.clocks.accepted_on is not None, "materials are owed from acceptance on"
    return _limit(case, "supplement_days", case.clocks.accepted_on)


def delivery_term(case: Case) -> Term | None:
    """From the decision until its result is with the party (Art. 44); of what is paid for, from the
    payment. None before that.
    """
    decided_at = case.clocks.decided_at
    if decided_at is None or "delivery_days" not in case.rules.limits:
        return None
    begins_at: datetime | None = decided_at
    for visit in case.visits.values():
        if case.step(visit).kind == "pay" and visit.opened_at >= decided_at:
            begins_at = visit.closed_at
    return _limit(case, "delivery_days", begins_at.date()) if begins_at else None


def step_term(case: Case, visit: Visit, calendar: WorkingCalendar) -> Term | None:
    """The term of one visit, if its step has one of its own; a special procedure is not the
    officer's delay.
    """
    step = case.step(visit)
    if step.kind == "issue":
        # Art. 44: delivered within 10 days
        return _limit(case, "delivery_days", visit.opened_at.date())
    if step.kind in ("accept", "supplement") or not step.limit_days:
        return None
    stops: tuple[Stop, ...] = ()
    if step.language.actor == OFFICE and not step.decided:
        stops = tuple(halt.stop for halt in procedure_halts(case, calendar))
    return Term(step.limit_days, visit.opened_at.date(), stops)
