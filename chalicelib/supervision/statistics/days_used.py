"""Working days that something took, those of lawful stops left out."""

from collections.abc import Iterable
from datetime import date, timedelta

from chalicelib.casework import Case, Visit, decision_terms
from chalicelib.deadlines import Stop, WorkingCalendar

_ONE_DAY = timedelta(days=1)


def of_decision(case: Case, until: date, calendar: WorkingCalendar) -> int:
    """Working days of the decision's clock from acceptance until a day."""
    assert case.clocks.accepted_on is not None, "the clock runs from acceptance"
    _, statutory = decision_terms(case, calendar)
    return between(
        case.clocks.accepted_on,
        until,
        statutory.stops,
        calendar,
    )


def of_visit(case: Case, visit: Visit, until: date, calendar: WorkingCalendar) -> int:
    """Working days of a visit until a day; a special procedure is not the officer's time."""
    stops = []
    if case.clocks.accepted_on:
        _, statutory = decision_terms(case, calendar)
        own_day = visit.opened_at.date()
        # A step that itself stops the clock takes its own time all the same.
        stops = [stop for stop in statutory.stops if not _is_of_visit(case, visit, stop, own_day)]
    return between(
        visit.opened_at.date(),
        until,
        stops,
        calendar,
    )


def _is_of_visit(case: Case, visit: Visit, stop: Stop, own_day: date) -> bool:
    is_stopping = case.step(visit).kind in case.rules.procedures
    return is_stopping and stop.begun_on == own_day


def between(
    begun: date,
    until: date,
    stops: Iterable[Stop],
    calendar: WorkingCalendar,
) -> int:
    """Working days after ``begun`` up to ``until`` on which no clock stood still."""
    total = calendar.working_days_between(begun, until)
    stopped = set()
    for stop in stops:
        day = max(stop.begun_on, begun) + _ONE_DAY
        last = min(stop.last_day(calendar, until), until)
        while day <= last:
            if calendar.is_working_day(day):
                stopped.add(day)
            day += _ONE_DAY
    return total - len(stopped)
