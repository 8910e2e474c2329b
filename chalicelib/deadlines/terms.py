"""Statutory terms: days from an event, less the lawful stops of the clock.

A law counts either working days, or natural days: those of the calendar, rest days among them
(Administrative Licence Law, Art. 82; Administrative Penalty Law, Art. 85; Administrative
Reconsideration Law, Art. 88).
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from chalicelib.deadlines.calendar import WorkingCalendar
from chalicelib.kernel.values import dataclass

WORKING, NATURAL = "working", "natural"
UNITS = (WORKING, NATURAL)
UNIT_NAMES: Mapping[str, Mapping[str, str]] = {
    WORKING: {"zh": "个工作日", "en": "working days"},
    NATURAL: {"zh": "日", "en": "days"},
}
_ONE_DAY = timedelta(days=1)
# Since 2008 no stretch of up to four months has lost more working days to festivals.
_FESTIVALS = 8


def in_working_days(days: int, unit: str) -> int:
    """How many working days a limit of some months holds at least: five in each seven natural
    days, less what the festivals take.
    """
    if unit == NATURAL:
        return max(days * 5 // 7 - _FESTIVALS, 0)
    return days


@dataclass(frozen=True)
class Stop:
    """A special procedure during which the clock stands still (Administrative Licence Law, Art.
    45).

    `days` is how many working days were applied for: more is never subtracted. The day on which it
    begins still counts for the term, the day on which it ends does not. `ended_on` is None while it
    is open.
    """

    begun_on: date
    ended_on: date | None
    days: int

    def __post_init__(self) -> None:
        if self.days < 0:
            raise ValueError("a stop cannot have been applied for a negative number of days")
        if self.ended_on is not None and self.ended_on < self.begun_on:
            raise ValueError("a stop cannot end before it begins")

    def taken(self, calendar: WorkingCalendar, today: date) -> int:
        """Working days that the procedure has taken, up to `today` while it is open."""
        end = self._end(today)
        return calendar.working_days_between(self.begun_on, end)

    def overran(self, calendar: WorkingCalendar, today: date) -> bool:
        """Whether it took longer than was applied for: a finding of its own."""
        taken = self.taken(calendar, today)
        return taken > self.days

    def last_day(self, calendar: WorkingCalendar, today: date) -> date:
        """The last day that may be subtracted for it."""
        applied_for = calendar.add_working_days(self.begun_on, self.days)
        return min(self._end(today), applied_for)

    def _end(self, today: date) -> date:
        if self.ended_on is None:
            return max(self.begun_on, today)
        return self.ended_on


@dataclass(frozen=True)
class Due:
    """When a term expires. Provisional: it reaches days that no published calendar settles yet."""

    at: datetime
    provisional: bool


@dataclass(frozen=True)
class Term:
    """`days` of a `unit` after the event of `starts_on`; that day itself is not counted.

    Where the last of natural days is one on which nobody works, the first working day after it
    counts as the last (Civil Procedure Law, Art. 85). Of a stopped term no day of the stop counts.

    An open stop counts up to now, so every method takes `now` (aware); leave it out when no stop is
    open.
    """

    days: int
    starts_on: date
    stops: tuple[Stop, ...] = ()
    unit: str = WORKING

    def __post_init__(self) -> None:
        if self.days < 1:
            raise ValueError("a term has at least one day")
        if self.unit not in UNITS:
            raise ValueError(f"no unit of terms: {self.unit}")

    def last_day(self, calendar: WorkingCalendar, now: datetime | None = None) -> date:
        """The working day at whose end the term expires. Raises ValueError for an open stop without
        `now`.
        """
        if not self.stops:
            return self._unstopped(calendar)
        stretches = self.stretches(calendar, now)
        day = self.starts_on
        left = self.days
        while left:
            day = self._next(calendar, day)
            if not _is_stopped(day, stretches):
                left -= 1
        while _is_stopped(day, stretches) or not calendar.is_working_day(day):
            day += _ONE_DAY
        return day

    def _unstopped(self, calendar: WorkingCalendar) -> date:
        if self.unit == WORKING:
            return calendar.add_working_days(self.starts_on, self.days)
        last = self.starts_on + timedelta(days=self.days)
        return calendar.on_or_after(last)

    def _next(self, calendar: WorkingCalendar, day: date) -> date:
        """The day that is counted after ``day``."""
        if self.unit == WORKING:
            return calendar.add_working_days(day, 1)
        return day + _ONE_DAY

    def _previous(
        self, calendar: WorkingCalendar, day: date, stretches: "tuple[Stretch, ...]"
    ) -> date:
        """The day that was counted before ``day``."""
        while True:
            day = calendar.add_working_days(day, -1) if self.unit == WORKING else day - _ONE_DAY
            if not _is_stopped(day, stretches):
                return day

    def expires_at(self, calendar: WorkingCalendar, now: datetime | None = None) -> datetime:
        """24:00 of the last day: the first instant at which the term is over."""
        last = self.last_day(calendar, now)
        return calendar.end_of(last)

    def near_at(self, calendar: WorkingCalendar, days: int = 1) -> datetime:
        """When `days` of the term's days are left: 1 is the beginning of the last day, 0 the
        expiry. Never before the first day that is counted.
        """
        if days == 0:
            return self.expires_at(calendar)
        stretches = self.stretches(calendar)
        day = self.last_day(calendar)
        first = self._next(calendar, self.starts_on)
        for _ in range(days - 1):
            day = self._previous(calendar, day, stretches)
        return calendar.start_of(max(day, first))

    def due(self, calendar: WorkingCalendar, now: datetime | None = None) -> Due:
        """Expiry, and whether the calendar that it was counted on may still change."""
        last = self.last_day(calendar, now)
        return Due(
            at=calendar.end_of(last),
            provisional=calendar.is_provisional(last),
        )

    def overrun_stops(
        self, calendar: WorkingCalendar, now: datetime | None = None
    ) -> tuple[Stop, ...]:
        """The stops that took longer than was applied for."""
        today = self._today(calendar, now)
        overrun = [stop for stop in self.stops if stop.overran(calendar, today)]
        return tuple(overrun)

    def stretches(
        self, calendar: WorkingCalendar, now: datetime | None = None
    ) -> "tuple[Stretch, ...]":
        """When the clock stands still, in order; the stretches may overlap."""
        today = self._today(calendar, now)
        stretches = []
        for stop in self.stops:
            last = stop.last_day(calendar, today)
            stretches.append(Stretch(stop.begun_on, last))
        return tuple(sorted(stretches, key=_by_begin))

    def _today(self, calendar: WorkingCalendar, now: datetime | None) -> date:
        if now is not None:
            return calendar.date_of(now)
        if any(stop.ended_on is None for stop in self.stops):
            raise ValueError("an open stop counts up to now: pass it")
        return self.starts_on


def _is_stopped(day: date, stretches: "tuple[Stretch, ...]") -> bool:
    return any(stretch.holds(day) for stretch in stretches)


@dataclass(frozen=True)
class Stretch:
    """The days after ``begun`` up to and including ``last``."""

    begun: date
    last: date

    def holds(self, day: date) -> bool:
        """Whether the day is one of them."""
        return self.begun < day <= self.last


def _by_begin(stretch: Stretch) -> tuple[date, date]:
    return stretch.begun, stretch.last
