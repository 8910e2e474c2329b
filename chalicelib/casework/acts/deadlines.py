"""What happens to a case by the passing of time alone: warnings, and acceptance by default."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from chalicelib.casework.acts.state import Case, Visit
from chalicelib.deadlines import Term, WorkingCalendar

DEEMED = "deemed"


@dataclass(frozen=True)
class Moment:
    """At ``at``, ``level`` (a warning's level, or acceptance by default) falls due on ``clock``."""

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
    if case.ended_at:
        return []
    found = [m for m in _all(case, calendar) if m.id not in case.warnings]
    return sorted(found, key=lambda m: (m.at, m.clock, m.level))


def next_moment(case: Case, calendar: WorkingCalendar) -> datetime | None:
    """When the case must be looked at next, if ever."""
    return next((m.at for m in moments(case, calendar)), None)


def decision_terms(case: Case) -> tuple[Term, Term]:
    """The promised and the statutory term of the decision, from the day of acceptance."""
    assert case.accepted_on is not None, "the decision's limit runs from acceptance"
    return tuple(Term(case.limits[f"{kind}_days"], case.accepted_on) for kind in ("promised", "statutory"))  # type: ignore[return-value]


def acceptance_term(case: Case) -> Term:
    """The term within which the case is accepted, refused acceptance, or its defects are told (Art. 32)."""
    return Term(case.limits["acceptance_days"], case.received_on)


def supplement_term(case: Case, visit: Visit) -> Term:
    """What the applicant has to answer the supplement notice; the office's own clock stands still meanwhile."""
    return Term(case.limits["supplement_days"], visit.opened_at.date())


def step_term(case: Case, visit: Visit) -> Term | None:
    """The term of one visit, if its step has one of its own."""
    step = case.step(visit)
    if step.kind == "issue":
        return Term(case.limits["delivery_days"], visit.opened_at.date())  # Art. 44: delivered within 10 days
    if step.kind in ("accept", "supplement") or not step.limit_days:
        return None
    return Term(step.limit_days, visit.opened_at.date())


def _all(case: Case, calendar: WorkingCalendar) -> Iterator[Moment]:
    for visit in case.open_visits:
        if case.step(visit).kind == "accept":
            yield from _acceptance(case, visit, calendar)
        elif case.step(visit).kind == "supplement" and "supplement_days" in case.limits:
            yield from _warnings(
                f"supplement.{visit.since}", supplement_term(case, visit), ("reminder",), calendar, visit.id
            )
        elif term := step_term(case, visit):
            yield from _warnings(f"step.{visit.id}", term, ("reminder", "yellow"), calendar, visit.id)
    if case.accepted_on and not case.decided_at:
        promised, statutory = decision_terms(case)
        yield from _warnings("decision", promised, ("reminder", "yellow"), calendar)
        yield from _warnings("decision", statutory, ("red",), calendar)


def _acceptance(case: Case, visit: Visit, calendar: WorkingCalendar) -> Iterator[Moment]:
    term = acceptance_term(case)
    yield from _warnings(f"acceptance.{visit.since}", term, ("reminder",), calendar, visit.id)
    yield Moment(term.expires_at(calendar), DEEMED, f"acceptance.{visit.since}", term.last_day(calendar), visit.id)


def _warnings(
    clock: str, term: Term, levels: tuple[str, ...], calendar: WorkingCalendar, visit: str = ""
) -> Iterator[Moment]:
    for level in levels:
        at = term.reminder_at(calendar) if level == "reminder" else term.expires_at(calendar)
        yield Moment(at, level, clock, term.last_day(calendar), visit)
