"""The term of a case as an account: each limit with the days counted, the stops, the extension and
the day on which it is due; from the terms that the running clock reads.
"""

from collections.abc import Sequence
from datetime import date, datetime

from chalicelib.casework.acts.limits import Limit, all_limits
from chalicelib.casework.acts.state import Case
from chalicelib.casework.acts.terms import Halt
from chalicelib.casework.acts.values import Extension, Recount
from chalicelib.deadlines import Run, WorkingCalendar, counting, levels
from chalicelib.kernel.values import dataclass

RUNNING, STOPPED, KEPT, BROKEN = "running", "stopped", "kept", "broken"


@dataclass(frozen=True)
class StopLine:
    """One stop of a limit's clock, as the account states it.

    ``days`` were applied for, ``taken`` is what it has taken so far and ``subtracted`` what the
    limit is given for it, both in working days: of one that runs (``ended_on`` None) all that was
    applied for. ``ordered_by`` is a post, empty where a step of the flow stops the clock.
    """

    kind: str
    begun_on: date
    ended_on: date | None
    days: int
    taken: int
    subtracted: int
    ordered_by: str
    ground: str
    evidence: str

    @property
    def has_overrun(self) -> bool:
        """Whether it took longer than was applied for: that is never subtracted."""
        return self.taken > self.days


@dataclass(frozen=True)
class LimitLine:
    """One limit of a case. Days are counted in ``unit``; those of stops in working days.

    ``granted`` is what the item and the head gave together, of which ``extended`` by the head.
    ``counted`` are the runs of days spent so far, ``stopped`` the days not counted meanwhile,
    ``left`` what remains. ``state``: ``running``, ``stopped``, ``kept`` or ``broken``. ``posts``
    are those whose turn it is while it runs.
    """

    clock: str
    name: str
    step: str
    unit: str
    granted: int
    extended: int
    starts_on: date
    counted: tuple[Run, ...]
    spent: int
    stopped: int
    left: int
    stops: tuple[StopLine, ...]
    due_on: date
    ended_on: date | None
    state: str
    provisional: bool
    posts: tuple[str, ...]


@dataclass(frozen=True)
class TermAccount:
    """All limits of a case at a moment, in the order in which they began; the ``extension`` as it
    was asked for, the edition of the calendar that all days are counted on, and when limits moved
    with it.
    """

    on: date
    calendar: str
    limits: tuple[LimitLine, ...]
    extension: Extension | None
    recounts: tuple[Recount, ...] = ()

    def named(self, name: str) -> tuple[LimitLine, ...]:
        """The limits of one name, such as ``statutory``."""
        return tuple(line for line in self.limits if line.name == name)

    @property
    def is_provisional(self) -> bool:
        """Whether a running limit reaches days that no published notice settles."""
        return any(line.provisional and line.ended_on is None for line in self.limits)


def term_account(case: Case, calendar: WorkingCalendar, now: datetime) -> TermAccount:
    """The account of the case at ``now``. Pure."""
    lines = [_line(case, limit, calendar, now) for limit in all_limits(case, calendar)]
    return TermAccount(
        now.date(),
        calendar.edition,
        tuple(lines),
        case.clocks.extension,
        case.clocks.recounts,
    )


def _line(case: Case, limit: Limit, calendar: WorkingCalendar, now: datetime) -> LimitLine:
    ended_at = limit.ended_at or case.clocks.ended_at
    until = calendar.date_of(ended_at or now)
    term = limit.term
    due = term.due(calendar)
    runs = counting.counted(term, calendar, until)
    spent = counting.total(runs)
    stops = _stops(limit, calendar, until)
    return LimitLine(
        clock=limit.clock,
        name=limit.name,
        step=case.visits[limit.visit].step if limit.visit else "",
        unit=term.unit,
        granted=term.days,
        extended=case.clocks.extended_days if limit.is_extended else 0,
        starts_on=term.starts_on,
        counted=runs,
        spent=spent,
        stopped=counting.stopped(term, calendar, until),
        left=max(term.days - spent, 0),
        stops=stops,
        due_on=term.last_day(calendar),
        ended_on=until if ended_at else None,
        state=_state(limit, stops, due.at, ended_at, now),
        provisional=due.provisional,
        posts=_posts(case, limit) if ended_at is None else (),
    )


def _state(
    limit: Limit,
    stops: Sequence[StopLine],
    over_at: datetime,
    ended_at: datetime | None,
    now: datetime,
) -> str:
    if limit.name == levels.PUBLICITY and ended_at:  # a period that runs its length, nobody's duty
        return KEPT
    if (ended_at or now) >= over_at:
        return BROKEN
    if ended_at:
        return KEPT
    is_stopped = any(stop.ended_on is None and not stop.has_overrun for stop in stops)
    return STOPPED if is_stopped else RUNNING


def _stops(limit: Limit, calendar: WorkingCalendar, until: date) -> tuple[StopLine, ...]:
    """Those that touch the limit: begun before it was over, and ended after it began."""
    lines = []
    for halt in limit.halts:
        last = halt.stop.last_day(calendar, until)
        if halt.stop.begun_on <= until and last > limit.term.starts_on:
            lines.append(_stop(halt, calendar, until))
    return tuple(lines)


def _stop(halt: Halt, calendar: WorkingCalendar, until: date) -> StopLine:
    begun_on = halt.stop.begun_on
    ended_on = halt.ended_on or until
    subtracted_until = halt.stop.last_day(calendar, until)
    procedure = halt.procedure
    return StopLine(
        kind=halt.kind,
        begun_on=begun_on,
        ended_on=halt.ended_on,
        days=halt.stop.days,
        taken=calendar.working_days_between(begun_on, ended_on),
        subtracted=calendar.working_days_between(begun_on, subtracted_until),
        ordered_by=procedure.ordered_by if procedure else "",
        ground=procedure.ground if procedure else "",
        evidence=procedure.evidence if procedure else "",
    )


def _posts(case: Case, limit: Limit) -> tuple[str, ...]:
    visits = [visit for visit in case.open_visits if limit.visit in ("", visit.id)]
    posts = {case.post_of(visit) for visit in visits}
    return tuple(sorted(posts - {""}))
