"""What a term has counted: runs of days between its stops, as anybody can count them again."""

from collections.abc import Iterator
from datetime import date, timedelta

from chalicelib.deadlines.calendar import WorkingCalendar
from chalicelib.deadlines.terms import WORKING, Term
from chalicelib.kernel.values import dataclass

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Run:
    """``days`` counted days, one after the other: the first is ``begins_on``, the last
    ``ends_on``.
    """

    begins_on: date
    ends_on: date
    days: int


def counted(term: Term, calendar: WorkingCalendar, until: date) -> tuple[Run, ...]:
    """The runs of days that the term has counted at the end of ``until``, as many as there are:
    also those after its last day.
    """
    runs = []
    for after, before in _gaps(term, calendar, until):
        days = _days_between(term, calendar, after, before)
        if days:
            runs.append(_run(term, calendar, after, days))
    return tuple(runs)


def whole(term: Term, calendar: WorkingCalendar) -> tuple[Run, ...]:
    """The runs of exactly the days that the term grants."""
    runs = []
    left = term.days
    last = term.last_day(calendar)
    for run in counted(term, calendar, last):
        days = min(run.days, left)
        left -= days
        if days == run.days:
            runs.append(run)
        elif days:
            before = _before(term, calendar, run.begins_on)
            runs.append(_run(term, calendar, before, days))
    return tuple(runs)


def total(runs: tuple[Run, ...]) -> int:
    """How many days they hold."""
    return sum(run.days for run in runs)


def stopped(term: Term, calendar: WorkingCalendar, until: date) -> int:
    """How many of the term's days were not counted until the end of ``until``: days that two stops
    share are one.
    """
    all_days = _days_between(term, calendar, term.starts_on, until)
    return all_days - total(counted(term, calendar, until))


def _gaps(term: Term, calendar: WorkingCalendar, until: date) -> Iterator[tuple[date, date]]:
    """Where no stop runs: after the one day, up to and including the other."""
    day = term.starts_on
    for stretch in term.stretches(calendar):
        yield day, min(stretch.begun, until)
        day = max(day, stretch.last)
    yield day, until


def _days_between(term: Term, calendar: WorkingCalendar, after: date, until: date) -> int:
    """Days of the term's unit after the one day, up to and including the other."""
    if term.unit == WORKING:
        return calendar.working_days_between(after, until)
    return max((until - after).days, 0)


def _run(term: Term, calendar: WorkingCalendar, after: date, days: int) -> Run:
    if term.unit == WORKING:
        begins_on = calendar.add_working_days(after, 1)
        ends_on = calendar.add_working_days(after, days)
        return Run(begins_on, ends_on, days)
    return Run(after + _ONE_DAY, after + timedelta(days=days), days)


def _before(term: Term, calendar: WorkingCalendar, day: date) -> date:
    if term.unit == WORKING:
        return calendar.add_working_days(day, -1)
    return day - _ONE_DAY
