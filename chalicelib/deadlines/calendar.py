"""The working days of the State Council's yearly notices, make-up workdays included."""

from bisect import bisect_right
from collections.abc import Container
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

# A new year's notice has moved working days of the old year's last week more than once
# (29 December 2018 became a make-up workday in the notice for 2019).
_OPEN_TAIL = timedelta(days=7)


@dataclass(frozen=True, slots=True)
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
    """Read the notices on first use: most requests count no days, and cold starts pay for
    imports.
    """
    from chinese_calendar.constants import holidays, workdays

    last_year = max(holidays).year
    return _Notices(
        off=holidays,
        made_up=workdays,
        first=date(min(holidays).year, 1, 1),
        last=date(last_year, 12, 31) - _OPEN_TAIL,
    )


@lru_cache(maxsize=64)
def _working_days(year: int) -> tuple[date, ...]:
    """All working days of a year in order; by the weekend rule alone where no notice is known."""
    notices = _notices()
    start = date(year, 1, 1)
    days = (start + timedelta(days=n) for n in range((date(year, 12, 31) - start).days + 1))
    return tuple(
        d for d in days if d in notices.made_up or (d.weekday() < 5 and d not in notices.off)
    )


def _worked_until(day: date) -> int:
    """How many working days of its year have come, `day` included."""
    return bisect_right(_working_days(day.year), day)


class WorkingCalendar:
    """Working days in one time zone. Days are `date`s of that zone; instants are aware
    `datetime`s.
    """

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on `day`."""
        worked = _worked_until(day)
        return worked > 0 and _working_days(day.year)[worked - 1] == day

    def is_provisional(self, day: date) -> bool:
        """Whether no published notice settles `day` yet, so that it may still change.

        That is every day after the last known year, that year's last week (the next notice may move
        it), and days before the first known year.
        """
        return not _notices().first <= day <= _notices().last

    def add_working_days(self, day: date, count: int) -> date:
        """The working day that is `count` working days after `day`, `day` itself not counted.

        A negative count goes back the same way; zero gives `day`, working day or not.
        """
        if count == 0:
            return day
        before = day if count > 0 else day - timedelta(days=1)
        position = _worked_until(before) + (count - 1 if count > 0 else count)
        year = day.year if count > 0 else before.year
        while position >= len(_working_days(year)):
            position -= len(_working_days(year))
            year += 1
        while position < 0:
            year -= 1
            position += len(_working_days(year))
        return _working_days(year)[position]

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; 0 when `end` is not after
        `start`.
        """
        if end <= start:
            return 0
        whole_years = sum(len(_working_days(year)) for year in range(start.year, end.year))
        return whole_years + _worked_until(end) - _worked_until(start)

    def date_of(self, moment: datetime) -> date:
        """The day of this zone on which `moment` falls; a naive datetime is refused with
        ValueError.
        """
        if moment.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return moment.astimezone(self.zone).date()

    def start_of(self, day: date) -> datetime:
        """Midnight at which `day` begins in this zone."""
        return datetime.combine(day, time(), tzinfo=self.zone)

    def end_of(self, day: date) -> datetime:
        """24:00 of `day`: the midnight at which the next day begins."""
        return self.start_of(day + timedelta(days=1))
