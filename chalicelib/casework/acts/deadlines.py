"""What happens to a case by the passing of time alone: warnings, and what silence brings."""

from collections.abc import Iterator
from datetime import date, datetime

from chalicelib.casework.acts.limits import (
    DEEMED,
    ELAPSED,
    TACIT,
    Limit,
    running_limits,
)
from chalicelib.casework.acts.state import Case
from chalicelib.casework.acts.terms import decision_terms
from chalicelib.deadlines import WorkingCalendar, levels
from chalicelib.kernel.values import dataclass


@dataclass(frozen=True)
class Moment:
    """At ``at``, ``level`` (a warning's level, or what silence brings) falls due on ``clock``, by
    the limit of that name.
    """

    at: datetime
    level: str
    clock: str
    due: date
    visit: str = ""
    limit: str = ""

    @property
    def id(self) -> str:
        """The warning's id: clock, level, due date."""
        return f"{self.clock}/{self.level}/{self.due.isoformat()}"


def moments(case: Case, calendar: WorkingCalendar) -> list[Moment]:
    """All that is still to happen to the case by time, earliest first."""
    coming: list[Moment] = []
    for limit in running_limits(case, calendar):
        coming += _of_limit(case, limit, calendar)
    coming = [moment for moment in coming if moment.id not in case.clocks.warnings]
    return sorted(coming, key=_in_order)


def _in_order(moment: Moment) -> tuple[datetime, bool, str, str]:
    """A limit that is broken says so before its silence is an answer."""
    is_silence = moment.level in (DEEMED, ELAPSED, TACIT)
    return moment.at, is_silence, moment.clock, moment.level


def next_moment(case: Case, calendar: WorkingCalendar) -> datetime | None:
    """When the case must be looked at next, if ever."""
    return next((m.at for m in moments(case, calendar)), None)


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


def _of_limit(case: Case, limit: Limit, calendar: WorkingCalendar) -> Iterator[Moment]:
    term = limit.term
    due = term.last_day(calendar)
    expires_at = calendar.end_of(due)
    for level, days_left in limit.levels.items():
        at = _warns_at(limit, days_left, due, calendar) if days_left else expires_at
        yield _moment(limit, at, level, due)
    if limit.silence:
        yield _moment(limit, expires_at, limit.silence, due)
    if limit.name == levels.STATUTORY and may_be_tacit(case):
        day = _silence_grants_on(case, due)
        yield _moment(limit, calendar.end_of(day), TACIT, day)


def _warns_at(limit: Limit, days_left: int, due: date, calendar: WorkingCalendar) -> datetime:
    if days_left == 1:  # as nearly every limit does: no day has to be counted back
        return calendar.start_of(due)
    return limit.term.near_at(calendar, days_left)


def _moment(limit: Limit, at: datetime, level: str, due: date) -> Moment:
    return Moment(
        at,
        level,
        limit.clock,
        due,
        limit.visit,
        limit.name,
    )


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
