"""What a changed calendar makes of a case's limits: pure."""

from collections.abc import Mapping
from datetime import date

from chalicelib.casework.acts.commands import RecountLimits
from chalicelib.casework.acts.context import ActContext
from chalicelib.casework.acts.declaration import Payload
from chalicelib.casework.acts.declared.recounting import LimitsRecounted
from chalicelib.casework.acts.limits import running_limits
from chalicelib.casework.acts.state import Case
from chalicelib.casework.acts.values import MovedLimit
from chalicelib.deadlines import WorkingCalendar

NOTICE, DAY_OFF = "notice", "day_off"


def recount(scene: ActContext, command: RecountLimits) -> list[Payload]:
    """The limits that are due on other days than by the calendar on which the case was counted
    last; nothing where none is, or where that is on record already.
    """
    case, calendar = scene.case, scene.calendar
    before = case.clocks.calendar or command.before
    if before in ("", calendar.edition):
        return []
    moved = _moved(case, calendar.as_of(before), calendar)
    if not moved:
        return []
    cause, named = _cause(before, calendar.edition)
    recounted = LimitsRecounted(
        before=before,
        calendar=calendar.edition,
        cause=cause,
        named=named,
        moved=moved,
    )
    return [recounted]


def _moved(case: Case, before: WorkingCalendar, now: WorkingCalendar) -> tuple[MovedLimit, ...]:
    was = _due_days(case, before)
    moved = []
    for place, due in _due_days(case, now).items():
        if due != was[place]:
            clock, name = place
            moved.append(MovedLimit(clock, name, was[place], due))
    return tuple(moved)


def _due_days(case: Case, calendar: WorkingCalendar) -> Mapping[tuple[str, str], date]:
    days = {}
    for limit in running_limits(case, calendar):
        days[limit.clock, limit.name] = limit.term.last_day(calendar)
    return days


def _cause(before: str, after: str) -> tuple[str, tuple[str, ...]]:
    """A new year's notice, and of which years; else the city's days that are off now or no more."""
    last_year, *own = before.split()
    year, *own_now = after.split()
    years = range(int(last_year) + 1, int(year) + 1)
    if years:
        return NOTICE, tuple(str(each) for each in years)
    return DAY_OFF, tuple(sorted(set(own) ^ set(own_now)))
