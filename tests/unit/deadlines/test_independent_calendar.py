"""Working time against a library that has nothing to do with ours, over all the years both know."""

from datetime import date, timedelta
from random import Random

import holidays
import pytest

from chalicelib.deadlines import NATURAL, WORKING, Stop, Term, counting
from tests.support.builders.cases import CALENDAR

FIRST, LAST = date(2007, 1, 1), date(2026, 12, 24)  # the last week waits for the next notice
CHINA = holidays.country_holidays("CN", years=range(2004, 2028))
ONE_DAY = timedelta(days=1)


def walked(starts_on: date, days: int, unit: str, stops: tuple[Stop, ...]) -> date:
    """The last day of a term, day by day, by the other library."""
    stopped = {day for stop in stops for day in days_of(stop)}
    day, left = starts_on, days
    while left > 0 or day in stopped or not CHINA.is_working_day(day):
        day += ONE_DAY
        is_counted = unit == NATURAL or CHINA.is_working_day(day)
        left -= is_counted and day not in stopped
    return day


def days_of(stop: Stop) -> list[date]:
    """The days that a stop takes, at most the working days that it was applied for."""
    days, day, worked = [], stop.begun_on, 0
    while worked < stop.days and stop.ended_on and day < stop.ended_on:
        day += ONE_DAY
        worked += CHINA.is_working_day(day)
        days.append(day)
    return days


@pytest.mark.parametrize("year", range(FIRST.year, LAST.year + 1))
def test_every_day_is_worked_or_not_as_the_other_library_says(year: int) -> None:
    day, last = date(year, 1, 1), min(date(year, 12, 31), LAST)
    differing = []
    while day <= last:
        if CALENDAR.is_working_day(day) != CHINA.is_working_day(day):
            differing.append(day)
        day += ONE_DAY
    assert differing == []


@pytest.mark.parametrize("unit", [WORKING, NATURAL])
@pytest.mark.parametrize("days", [1, 5, 20, 45])
def test_a_term_that_begins_on_any_day_ends_where_the_other_library_says(
    unit: str, days: int
) -> None:
    day = FIRST
    while day < date(2026, 8, 1):
        assert Term(days, day, unit=unit).last_day(CALENDAR) == walked(day, days, unit, ())
        day += ONE_DAY


def test_random_stops_are_taken_from_it_alike() -> None:
    chance = Random(12)
    for _ in range(1500):
        starts_on = FIRST + timedelta(days=chance.randrange(7000))
        stops = []
        for _ in range(chance.randrange(4)):
            begun_on = starts_on + timedelta(days=chance.randrange(-5, 40))
            ended_on = begun_on + timedelta(days=chance.randrange(60))
            stops.append(Stop(begun_on, ended_on, chance.randrange(30)))
        unit = chance.choice([WORKING, NATURAL])
        term = Term(chance.randrange(1, 60), starts_on, tuple(stops), unit)
        last = term.last_day(CALENDAR)
        assert last == walked(starts_on, term.days, unit, tuple(stops))
        assert counting.total(counting.whole(term, CALENDAR)) == term.days
