"""Days on which the city's offices rest beside the State Council's; pure."""

from collections.abc import Iterable, Mapping
from datetime import date

from chalicelib.authority.acts import declared
from chalicelib.kernel.acts import public
from chalicelib.kernel.errors import Fault, Invalid
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.values import dataclass

STREAM = "days-off#city"
DaysOff = Mapping[date, Mapping[str, str]]


@dataclass(frozen=True)
class DayOffSet:
    """A day is off, or, with ``is_off`` False, worked after all; ``name`` (``{zh, en}``) says
    why.
    """

    day: date
    name: Mapping[str, str]
    is_off: bool = public(default=True)

    def apply(self, days: DaysOff, entry: Entry) -> DaysOff:
        """The days off after it, by day."""
        others = {day: name for day, name in days.items() if day != self.day}
        return {**others, self.day: self.name} if self.is_off else others


ACTS = declared.declared(DayOffSet)


def fold(stream: str, entries: Iterable[Entry]) -> DaysOff:
    """The city's own days off, by day."""
    nothing: DaysOff = {}
    return declared.fold(nothing, entries, ACTS)


def decide(days: DaysOff, wanted: DayOffSet, today: date) -> DayOffSet | None:
    """Set a day to come; None where it is so already. Raises Invalid: what has begun has been
    counted.
    """
    if wanted.day <= today:
        raise Invalid(faults=[Fault("/data/day", "day-has-begun")])
    is_off = wanted.day in days
    return None if is_off == wanted.is_off else wanted
