"""The working days of the State Council's yearly notices, make-up workdays included."""

from bisect import bisect_right
from collections.abc import Container
from datetime import date, datetime, time, timedelta
from functools import cached_property, lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from chalicelib.kernel.values import dataclass

# A new year's notice has moved working days of the old year's last week more than once
# (29 December 2018 became a make-up workday in the notice for 2019).
_OPEN_TAIL = timedelta(days=7)
# Days off that no notice has to name: month and day (Regulation on Public Holidays for National
# Annual Festivals and Memorial Days, State Council Decree No. 795, Art. 2). The festivals of the
# lunar calendar wait for the notice, as do the days that are moved around all of them.
_FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
_ONE_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True)
class _Notices:
    """What the published notices say: days off, make-up workdays, first and last whole day they
    settle.
    """

    off: Container[date]
    made_up: Container[date]
    first: date
    last: date


@lru_cache(maxsize=1)
def _notices() -> _Notices:
    """Read on first use: most requests count no days, and a cold start would pay for the import."""
    from chinese_calendar.constants import holidays, workdays

    first_year = min(holidays).year
    last_year = max(holidays).year
    return _Notices(
        off=holidays,
        made_up=workdays,
        first=date(first_year, 1, 1),
        last=date(last_year, 12, 31) - _OPEN_TAIL,
    )


DaysOff = frozenset[date]


class _Edition(NamedTuple):
    """By what days are counted: the last year whose notice is out, and the city's own days off."""

    last_year: int
    days_off: DaysOff

    @property
    def settled_until(self) -> date:
        """The last day that a notice settles."""
        return date(self.last_year, 12, 31) - _OPEN_TAIL

    def knows(self, day: date) -> bool:
        """Whether the notices that are out may say something of ``day``.

        The next notice is the first to move a day of the old year's last week.
        """
        is_latest = self.last_year >= _notices().last.year
        return day.year <= self.last_year if is_latest else day <= self.settled_until


@lru_cache(maxsize=64)
def _working_days(year: int, edition: _Edition) -> tuple[date, ...]:
    """All working days of a year in order; by weekends and fixed holidays alone where no notice is
    known.
    """
    start = date(year, 1, 1)
    length = date(year, 12, 31) - start
    days = [start + timedelta(days=n) for n in range(length.days + 1)]
    worked = [day for day in days if _is_worked(day, edition)]
    return tuple(worked)


def _is_worked(day: date, edition: _Edition) -> bool:
    if day in edition.days_off:
        return False
    is_weekend = day.weekday() >= _SATURDAY
    if not edition.knows(day):
        return not is_weekend and (day.month, day.day) not in _FIXED_HOLIDAYS
    notices = _notices()
    if day in notices.made_up:
        return True
    return not is_weekend and day not in notices.off


def _worked_until(day: date, edition: _Edition) -> int:
    """How many working days of its year have come, `day` included."""
    working_days = _working_days(day.year, edition)
    return bisect_right(working_days, day)


def _working_day(year: int, position: int, edition: _Edition) -> date:
    """The working day at a position counted from 0, which may lie in a later or earlier year."""
    while position >= len(_working_days(year, edition)):
        position -= len(_working_days(year, edition))
        year += 1
    while position < 0:
        year -= 1
        position += len(_working_days(year, edition))
    return _working_days(year, edition)[position]


class WorkingCalendar:
    """Working days in one time zone. Days are `date`s of that zone; instants are aware
    `datetime`s. `days_off`: when the offices of a city rest beside what the notices say;
    `last_year`: the last one whose notice is taken to be out, else the last that is.
    """

    def __init__(
        self,
        zone: ZoneInfo,
        days_off: DaysOff = frozenset(),
        last_year: int = 0,
    ) -> None:
        self.zone = zone
        self.days_off = days_off
        self._last_year = last_year

    def as_of(self, edition: str) -> "WorkingCalendar":
        """The calendar of the same zone as it stood in another `edition`."""
        last_year, *own = edition.split()
        days_off = frozenset(date.fromisoformat(day) for day in own)
        return WorkingCalendar(self.zone, days_off, int(last_year))

    @cached_property
    def _edition(self) -> _Edition:
        return _Edition(self._last_year or _notices().last.year, self.days_off)

    @property
    def edition(self) -> str:
        """The same for calendars that count alike: the last year with a notice, and the own days
        off.
        """
        own = sorted(day.isoformat() for day in self.days_off)
        return " ".join([str(self._edition.last_year), *own])

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on `day`."""
        return _is_worked(day, self._edition)

    def is_provisional(self, day: date) -> bool:
        """Whether no published notice settles `day` yet, so that it may still change.

        That is every day after the last known year, that year's last week (the next notice may move
        it), and days before the first known year.
        """
        is_settled = _notices().first <= day <= self._edition.settled_until
        return not is_settled

    def add_working_days(self, day: date, count: int) -> date:
        """The working day that is `count` working days after `day`, `day` itself not counted.

        A negative count goes back the same way; zero gives `day`, working day or not.
        """
        if count == 0:
            return day
        if count > 0:
            position = _worked_until(day, self._edition) + count - 1
            return _working_day(day.year, position, self._edition)
        before = day - _ONE_DAY
        position = _worked_until(before, self._edition) + count
        return _working_day(before.year, position, self._edition)

    def on_or_after(self, day: date) -> date:
        """The first working day from `day` on, `day` itself included."""
        before = day - _ONE_DAY
        return self.add_working_days(before, 1)

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; 0 when `end` is not after
        `start`.
        """
        if end <= start:
            return 0
        count = _worked_until(end, self._edition) - _worked_until(start, self._edition)
        for year in range(start.year, end.year):
            count += len(_working_days(year, self._edition))
        return count

    def date_of(self, moment: datetime) -> date:
        """The day of this zone on which `moment` falls; a naive datetime is refused with
        ValueError.
        """
        if moment.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        local = moment.astimezone(self.zone)
        return local.date()

    def start_of(self, day: date) -> datetime:
        """Midnight at which `day` begins in this zone."""
        return datetime.combine(day, time(), tzinfo=self.zone)

    def end_of(self, day: date) -> datetime:
        """24:00 of `day`: the midnight at which the next day begins."""
        next_day = day + _ONE_DAY
        return self.start_of(next_day)
