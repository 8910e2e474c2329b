"""What happens to a case by the passing of time alone: warnings, and what silence brings."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from chalicelib.casework.acts.state import Case, Visit
from chalicelib.casework.acts.values import Procedure
from chalicelib.catalog.flows import OFFICE
from chalicelib.deadlines import Stop, Term, WorkingCalendar
from chalicelib.kernel.values import dataclass

DEEMED, ELAPSED, TACIT = "deemed", "elapsed", "tacit"


@dataclass(frozen=True)
class Moment:
    """At ``at``, ``level`` (a warning's level, or what silence brings) falls due on ``clock``."""

    at: datetime
    level: str
    clock: str
    due: date
    visit: str = ""

    @property
    def id(self) -> str:
        """The warning's id: clock, level, due date."""
        return f"{self.clock}/{self.level}/{self.due.isoformat()}"


def moments(case: Case, calendar: WorkingCalendar) -> list[Moment]:
    """All that is still to happen to the case by time, earliest first."""
    if case.clocks.ended_at:
        return []
    found = [m for m in _all(case, calendar) if m.id not in case.clocks.warnings]
    return sorted(found, key=lambda m: (m.at, m.clock, m.level))


def next_moment(case: Case, calendar: WorkingCalendar) -> datetime | None:
    """When the case must be looked at next, if ever."""
    return next((m.at for m in moments(case, calendar)), None)


def decision_terms(case: Case, calendar: WorkingCalendar) -> tuple[Term, Term]:
    """The promised and the statutory term of the decision, from the day of acceptance, extended and
    stopped.
    """
    assert case.clocks.accepted_on is not None, "the decision's limit runs from acceptance"
    halts = tuple(stops(case, calendar))
    promised = _limit(case, "promised_days", case.clocks.accepted_on, halts)
    statutory = _limit(case, "statutory_days", case.clocks.accepted_on, halts)
    return _extended(promised, case), _extended(statutory, case)


def _limit(case: Case, name: str, starts_on: date, halts: tuple[Stop, ...] = ()) -> Term:
    """A limit of the case's item version, in the unit that it is counted in."""
    return Term(
        case.rules.limits[name],
        starts_on,
        halts,
        case.rules.unit_of(name),
    )


def _extended(term: Term, case: Case) -> Term:
    """An extension is counted in the unit of what it extends."""
    return replace(term, days=term.days + case.clocks.extended_days)


def stops(case: Case, calendar: WorkingCalendar) -> Iterator[Stop]:
    """The lawful stops of the decision's clock (Art. 45).

    One that still runs counts with all the days that it was applied for: no warning comes too
    early, and when it ends before them, the limit moves back.
    """
    yield from _procedures(case, calendar)
    for visit in case.visits.values():
        step = case.step(visit)
        if step.kind in case.rules.procedures:  # only where the item's own law names it
            begun = visit.opened_at.date()
            ended = (
                visit.closed_at.date()
                if visit.closed_at
                else calendar.add_working_days(begun, step.limit_days)
            )
            yield Stop(begun, ended, step.limit_days)


def _procedures(case: Case, calendar: WorkingCalendar) -> Iterator[Stop]:
    for procedure in case.clocks.procedures:
        ended = procedure.ended_on or procedure_term(procedure).last_day(calendar)
        yield Stop(procedure.begun_on, ended, procedure.days)


def kept_until(case: Case) -> datetime | None:
    """Until when private parts are kept; None while the case runs."""
    if not case.clocks.ended_at:
        return None
    closed = max(case.clocks.ended_at, case.clocks.revoked_at or case.clocks.ended_at)
    return years_after(closed, case.rules.retention_years)


def years_after(moment: datetime, years: int) -> datetime:
    """The same day and hour some years later; the 29 February is the day before."""
    day = 28 if (moment.month, moment.day) == (2, 29) else moment.day
    return moment.replace(year=moment.year + years, day=day)


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
    halts = (
        tuple(_procedures(case, calendar))
        if step.language.actor == OFFICE and not step.decided
        else ()
    )
    return Term(step.limit_days, visit.opened_at.date(), halts)


def _all(case: Case, calendar: WorkingCalendar) -> Iterator[Moment]:
    for visit in case.open_visits:
        yield from _of_visit(case, visit, calendar)
    for procedure in case.clocks.open_procedures:
        term = procedure_term(procedure)
        yield from _warnings(f"procedure.{procedure.id}", term, ("reminder", "yellow"), calendar)
    if case.clocks.accepted_on and not case.clocks.decided_at:
        yield from _of_decision(case, calendar)


def _of_visit(case: Case, visit: Visit, calendar: WorkingCalendar) -> Iterator[Moment]:
    step = case.step(visit)
    if step.kind == "accept":
        yield from _acceptance(case, visit, calendar)
    elif step.kind == "supplement" and "supplement_days" in case.rules.limits:
        term, clock = supplement_term(case, visit), f"supplement.{visit.since}"
        yield from _warnings(
            clock,
            term,
            ("reminder",),
            calendar,
            visit.id,
        )
        yield from _elapsing(case, visit, clock, term, calendar)
    elif term_ := step_term(case, visit, calendar):
        in_time = step.language.actor == OFFICE or step.kind == "issue"
        levels = ("reminder", "yellow") if in_time else ("reminder",)
        yield from _warnings(
            f"step.{visit.id}",
            term_,
            levels,
            calendar,
            visit.id,
        )
        yield from _elapsing(
            case,
            visit,
            f"step.{visit.id}",
            term_,
            calendar,
        )


def _elapsing(
    case: Case, visit: Visit, clock: str, term: Term, calendar: WorkingCalendar
) -> Iterator[Moment]:
    step = case.step(visit)
    if step.language.elapsed in step.outcomes:
        yield Moment(
            term.expires_at(calendar),
            ELAPSED,
            clock,
            term.last_day(calendar),
            visit.id,
        )


def _of_decision(case: Case, calendar: WorkingCalendar) -> Iterator[Moment]:
    promised, statutory = decision_terms(case, calendar)
    yield from _warnings(
        "decision",
        promised,
        ("reminder", "yellow"),
        calendar,
    )
    yield from _warnings("decision", statutory, ("red",), calendar)
    if case.submission.owed:
        yield from _warnings(
            "owed",
            owed_term(case),
            ("reminder",),
            calendar,
        )
    if may_be_tacit(case):
        last = _silence_grants_on(case, statutory.last_day(calendar))
        yield Moment(calendar.end_of(last), TACIT, "decision", last)


def may_be_tacit(case: Case) -> bool:
    """Whether silence grants what is applied for. Art. 50: only where it was applied for, in full,
    in the time before the expiry that the law demands.
    """
    if not (case.rules.tacit and case.flow.tacit):
        return False
    in_time_until = case.rules.in_time_until
    return in_time_until is None or case.clocks.received_on <= in_time_until


def _silence_grants_on(case: Case, limit: date) -> date:
    """Art. 50: a renewal that is not answered before the licence expires counts as granted. Nobody
    was silent before the application was accepted.
    """
    assert case.clocks.accepted_on is not None, "silence is that of an office that has accepted"
    expires_on = case.rules.expires_on
    if expires_on is None or expires_on < case.clocks.accepted_on:
        return limit
    return min(limit, expires_on)


def silent_since(case: Case, now: datetime, calendar: WorkingCalendar) -> date | None:
    """The last day of the statutory limit, where it passed without a decision; None where it did
    not, or where silence was an answer.
    """
    if case.clocks.accepted_on is None or may_be_tacit(case):
        return None
    _, statutory = decision_terms(case, calendar)
    answered_at = case.clocks.decided_at or case.clocks.ended_at or now
    if answered_at < statutory.expires_at(calendar):
        return None
    return statutory.last_day(calendar)


def _acceptance(case: Case, visit: Visit, calendar: WorkingCalendar) -> Iterator[Moment]:
    term = acceptance_term(case)
    yield from _warnings(f"acceptance.{visit.since}", term, ("reminder",), calendar, visit.id)
    yield Moment(
        term.expires_at(calendar),
        DEEMED,
        f"acceptance.{visit.since}",
        term.last_day(calendar),
        visit.id,
    )


def _warnings(
    clock: str, term: Term, levels: tuple[str, ...], calendar: WorkingCalendar, visit: str = ""
) -> Iterator[Moment]:
    for level in levels:
        at = term.reminder_at(calendar) if level == "reminder" else term.expires_at(calendar)
        yield Moment(
            at,
            level,
            clock,
            term.last_day(calendar),
            visit,
        )
