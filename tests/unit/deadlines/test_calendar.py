"""The working-day calendar against the published notices, by example and by property."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.deadlines import WorkingCalendar

SHANGHAI = WorkingCalendar(ZoneInfo("Asia/Shanghai"))
KNOWN_DAYS = st.dates(date(2004, 1, 1), date(2026, 12, 31))
DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))
COUNTS = st.integers(1, 400)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 9, 20), True),  # a Sunday made up for National Day
        (date(2026, 9, 25), False),  # Mid-Autumn, a Friday
        (date(2026, 9, 30), True),
        (date(2026, 10, 1), False),
        (date(2026, 10, 7), False),
        (date(2026, 10, 8), True),
        (date(2026, 10, 10), True),  # a Saturday made up for National Day
        (date(2026, 10, 11), False),
        (date(2026, 2, 14), True),  # a Saturday made up for the Spring Festival
        (date(2026, 2, 16), False),
        (date(2026, 2, 23), False),
        (date(2026, 2, 28), True),
    ],
)
def test_the_days_of_the_notice_for_2026(day: date, works: bool) -> None:
    assert SHANGHAI.is_working_day(day) is works


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2026, 9, 29), 1, date(2026, 9, 30)),
        (date(2026, 9, 29), 2, date(2026, 10, 8)),
        (date(2026, 9, 30), 3, date(2026, 10, 10)),  # 8, 9 and the made-up Saturday
        (date(2026, 10, 3), 5, date(2026, 10, 13)),  # filed on a day off
        (date(2026, 2, 13), 1, date(2026, 2, 14)),
        (date(2026, 2, 14), 5, date(2026, 2, 28)),  # 24, 25, 26, 27 and the made-up Saturday
        (date(2026, 10, 8), -1, date(2026, 9, 30)),
        (date(2026, 1, 4), -2, date(2025, 12, 30)),
        (date(2026, 10, 1), 0, date(2026, 10, 1)),
    ],
)
def test_adding_working_days_over_holidays(start: date, count: int, end: date) -> None:
    assert SHANGHAI.add_working_days(start, count) == end


def test_a_year_without_notice_knows_weekends_and_fixed_holidays_and_is_provisional() -> None:
    friday, national_day, sunday = date(2027, 10, 8), date(2027, 10, 1), date(2027, 10, 10)
    assert SHANGHAI.is_working_day(friday)
    assert not SHANGHAI.is_working_day(national_day)
    assert not SHANGHAI.is_working_day(sunday)
    assert SHANGHAI.is_provisional(national_day)
    assert SHANGHAI.is_provisional(date(2027, 1, 4))
    assert not SHANGHAI.is_provisional(date(2026, 10, 8))


def test_the_last_week_of_the_last_known_year_is_provisional() -> None:
    assert not SHANGHAI.is_provisional(date(2026, 12, 24))
    assert SHANGHAI.is_provisional(date(2026, 12, 25))
    assert not SHANGHAI.is_provisional(date(2025, 12, 31))


def test_a_working_day_is_counted_but_the_first_day_is_not() -> None:
    assert SHANGHAI.working_days_between(date(2026, 9, 30), date(2026, 10, 8)) == 1
    assert SHANGHAI.working_days_between(date(2026, 9, 30), date(2026, 10, 7)) == 0
    assert SHANGHAI.working_days_between(date(2026, 9, 30), date(2026, 9, 30)) == 0
    assert SHANGHAI.working_days_between(date(2026, 10, 8), date(2026, 9, 30)) == 0


def test_a_day_begins_at_midnight_of_the_zone() -> None:
    late = datetime(2026, 9, 30, 16, 30, tzinfo=UTC)
    assert SHANGHAI.date_of(late) == date(2026, 10, 1)
    assert SHANGHAI.end_of(date(2026, 9, 30)) == datetime(2026, 9, 30, 16, tzinfo=UTC)
    assert SHANGHAI.end_of(date(2026, 12, 31)).isoformat() == "2027-01-01T00:00:00+08:00"
    with pytest.raises(ValueError, match="zone"):
        SHANGHAI.date_of(datetime(2026, 9, 30))


@given(KNOWN_DAYS)
def test_every_known_day_is_as_published(day: date) -> None:
    assert SHANGHAI.is_working_day(day) == chinese_calendar.is_workday(day)


@given(DAYS, COUNTS)
def test_the_end_is_a_working_day_that_many_days_away(day: date, count: int) -> None:
    end = SHANGHAI.add_working_days(day, count)
    assert SHANGHAI.is_working_day(end)
    assert SHANGHAI.working_days_between(day, end) == count


@given(DAYS, COUNTS)
def test_going_back_undoes_going_forward(day: date, count: int) -> None:
    end = SHANGHAI.add_working_days(day, count)
    back = SHANGHAI.add_working_days(end, -count)
    assert back <= day
    assert SHANGHAI.working_days_between(back, day) == 0
    assert SHANGHAI.add_working_days(back, count) == end


@given(DAYS, st.integers(1, 60), st.integers(1, 60))
def test_two_terms_in_a_row_are_one_long_term(day: date, first: int, second: int) -> None:
    middle = SHANGHAI.add_working_days(day, first)
    assert SHANGHAI.add_working_days(middle, second) == SHANGHAI.add_working_days(
        day, first + second
    )


@given(DAYS, st.integers(0, 60))
def test_between_counts_day_by_day(day: date, length: int) -> None:
    days = [day + timedelta(days=n) for n in range(1, length + 1)]
    assert SHANGHAI.working_days_between(day, day + timedelta(days=length)) == sum(
        map(SHANGHAI.is_working_day, days)
    )


def test_the_notices_are_read_only_when_days_are_counted() -> None:
    probe = "import sys, chalicelib.deadlines; sys.exit('chinese_calendar' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", probe], check=False).returncode == 0
