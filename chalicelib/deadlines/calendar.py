"""The working days of the State Council's yearly notices, make-up workdays included."""

from bisect import bisect_right
from collections.abc import Container
from datetime import date, datetime, time, timedelta
from functools import lru_cache
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


@lru_cache(maxsize=64)
def _working_days(year: int, days_off: DaysOff) -> tuple[date, ...]:
    """All working days of a year in order; by weekends and fixed holidays alone where no notice is
    known.
    """
    start = date(year, 1, 1)
    length = date(year, 12, 31) - start
    days = [start + timedelta(days=n) for n in range(length.days + 1)]
    worked = [day for day in days if _is_worked(day, days_off)]
    return tuple(worked)


def _is_worked(day: date, days_off: DaysOff) -> bool:
    notices = _notices()
    if day in days_off:
        return False
    if day in notices.made_up:
        return True
    if day.weekday() >= _SATURDAY or day in notices.off:
        return False
    is_settled = day.year <= notices.last.year
    return is_settled or (day.month, day.day) not in _FIXED_HOLIDAYS


def _worked_until(day: date, days_off: DaysOff) -> int:
    """How many working days of its year have come, `day` included."""
    working_days = _working_days(day.year, days_off)
    return bisect_right(working_days, day)


def _working_day(year: int, position: int, days_off: DaysOff) -> date:
    """The working day at a position counted from 0, which may lie in a later or earlier year."""
    while position >= len(_working_days(year, days_off)):
        position -= len(_working_days(year, days_off))
        year += 1
    while position < 0:
        year -= 1
        position += len(_working_days(year, days_off))
    return _working_days(year, days_off)[position]


class WorkingCalendar:
    """Working days in one time zone. Days are `date`s of that zone; instants are aware
    `datetime`s. `days_off`: when the offices of a city rest beside what the notices say.
    """

    def __init__(self, zone: ZoneInfo, days_off: DaysOff = frozenset()) -> None:
        self.zone = zone
        self.days_off = days_off

    @property
    def edition(self) -> str:
        """The same for calendars that count alike: the last year with a notice, and the own days
        off.
        """
        last_year = str(_notices().last.year)
        own = sorted(day.isoformat() for day in self.days_off)
        return " ".join([last_year, *own])

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on `day`."""
        return _is_worked(day, self.days_off)

    def is_provisional(self, day: date) -> bool:
        """Whether no published notice settles `day` yet, so that it may still change.

        That is every day after the last known year, that year's last week (the next notice may move
        it), and days before the first known year.
        """
        notices = _notices()
        is_settled = notices.first <= day <= notices.last
        return not is_settled

    def add_working_days(self, day: date, count: int) -> date:
        """The working day that is `count` working days after `day`, `day` itself not counted.

        A negative count goes back the same way; zero gives `day`, working day or not.
        """
        if count == 0:
            return day
        if count > 0:
            position = _worked_until(day, self.days_off) + count - 1
            return _working_day(day.year, position, self.days_off)
        before = day - _ONE_DAY
        position = _worked_until(before, self.days_off) + count
        return _working_day(before.year, position, self.days_off)

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
        count = _worked_until(end, self.days_off) - _worked_until(start, self.days_off)
        for year in range(start.year, end.year):
            count += len(_working_days(year, self.days_off))
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
