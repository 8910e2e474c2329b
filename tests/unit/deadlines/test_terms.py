"""Statutory terms: expiry, reminders and lawful stops of the clock, by example and by property."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.deadlines import Stop, Term, WorkingCalendar

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = WorkingCalendar(ZONE)
DAYS = st.dates(date(2005, 1, 1), date(2028, 12, 31))


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=ZONE)


@st.composite
def closed_stops(draw: st.DrawFn, start: date) -> tuple[Stop, ...]:
    def stop() -> Stop:
        begun = start + timedelta(days=draw(st.integers(-20, 60)))
        return Stop(
            begun, begun + timedelta(days=draw(st.integers(0, 40))), draw(st.integers(0, 30))
        )

    return tuple(stop() for _ in range(draw(st.integers(0, 3))))


@st.composite
def terms(draw: st.DrawFn) -> Term:
    start = draw(DAYS)
    return Term(draw(st.integers(1, 60)), start, draw(closed_stops(start)))


# --- by example


def test_five_working_days_over_national_day_end_after_the_made_up_saturday() -> None:
    term = Term(5, date(2026, 9, 29))  # 30 September, then 8, 9, 10 (a Saturday) and 12 October
    assert term.expires_at(CALENDAR).isoformat() == "2026-10-13T00:00:00+08:00"
    assert term.near_at(CALENDAR).isoformat() == "2026-10-12T00:00:00+08:00"


def test_twenty_working_days_over_the_spring_festival() -> None:
    # 9 to 14 February are six days, 24 to 28 five, 2 to 6 March five, 9 to 12 March four.
    assert Term(20, date(2026, 2, 8)).last_day(CALENDAR) == date(2026, 3, 12)


def test_the_day_of_the_event_is_not_counted_whatever_its_hour() -> None:
    early = CALENDAR.date_of(datetime(2026, 11, 23, 0, 1, tzinfo=ZONE))
    late = CALENDAR.date_of(datetime(2026, 11, 23, 23, 59, tzinfo=ZONE))
    assert (
        Term(1, early).last_day(CALENDAR) == Term(1, late).last_day(CALENDAR) == date(2026, 11, 24)
    )


def test_a_term_that_reaches_into_2027_is_provisional() -> None:
    assert not Term(5, date(2026, 11, 23)).due(CALENDAR).provisional
    due = Term(20, date(2026, 12, 14)).due(CALENDAR)
    assert due.provisional
    assert due.at.isoformat() == "2027-01-13T00:00:00+08:00"


def test_a_hearing_of_three_days_moves_the_end_by_three_days() -> None:
    hearing = Stop(date(2026, 11, 24), date(2026, 11, 27), days=10)
    assert Term(5, date(2026, 11, 23)).last_day(CALENDAR) == date(2026, 11, 30)
    assert Term(5, date(2026, 11, 23), (hearing,)).last_day(CALENDAR) == date(2026, 12, 3)


def test_a_stop_is_subtracted_only_as_far_as_it_was_applied_for() -> None:
    long = Stop(date(2026, 11, 24), date(2026, 12, 11), days=2)
    term = Term(5, date(2026, 11, 23), (long,))
    assert term.last_day(CALENDAR) == date(2026, 12, 2)
    assert term.overrun_stops(CALENDAR) == (long,)
    within = Stop(date(2026, 11, 24), date(2026, 11, 26), days=2)
    assert Term(5, date(2026, 11, 23), (within,)).overrun_stops(CALENDAR) == ()


def test_two_procedures_at_once_stop_the_clock_once() -> None:
    one = Stop(date(2026, 11, 24), date(2026, 11, 27), days=10)
    both = Term(5, date(2026, 11, 23), (one, Stop(date(2026, 11, 25), date(2026, 11, 27), days=10)))
    assert both.last_day(CALENDAR) == Term(5, date(2026, 11, 23), (one,)).last_day(CALENDAR)


def test_an_open_stop_counts_up_to_now() -> None:
    term = Term(5, date(2026, 11, 23), (Stop(date(2026, 11, 24), None, days=3),))
    assert term.last_day(CALENDAR, noon(date(2026, 11, 24))) == date(2026, 11, 30)
    assert term.last_day(CALENDAR, noon(date(2026, 11, 25))) == date(2026, 12, 1)
    assert term.last_day(CALENDAR, noon(date(2026, 12, 20))) == date(2026, 12, 3)
    assert term.overrun_stops(CALENDAR, noon(date(2026, 11, 27))) == ()
    assert term.overrun_stops(CALENDAR, noon(date(2026, 11, 30))) == term.stops
    with pytest.raises(ValueError, match="now"):
        term.expires_at(CALENDAR)


def test_a_stop_that_begins_after_expiry_revives_nothing() -> None:
    late = Stop(date(2026, 12, 7), date(2026, 12, 31), days=30)
    assert Term(5, date(2026, 11, 23), (late,)).last_day(CALENDAR) == date(2026, 11, 30)


@pytest.mark.parametrize(
    "build",
    [
        lambda: Term(0, date(2026, 11, 23)),
        lambda: Stop(date(2026, 11, 23), date(2026, 11, 22), 1),
        lambda: Stop(date(2026, 11, 23), None, -1),
    ],
)
def test_a_term_or_stop_that_cannot_be_is_refused(build: object) -> None:
    with pytest.raises(ValueError, match=r"term|stop"):
        build()  # type: ignore[operator]


# --- by property


@given(terms())
def test_a_term_expires_at_midnight_after_a_working_day(term: Term) -> None:
    expiry = term.expires_at(CALENDAR)
    assert (expiry.hour, expiry.minute, expiry.second) == (0, 0, 0)
    assert CALENDAR.is_working_day((expiry - timedelta(seconds=1)).date())
    assert expiry - term.near_at(CALENDAR) == timedelta(days=1)


@given(terms())
def test_stops_only_ever_postpone_and_by_no_more_than_was_applied_for(term: Term) -> None:
    plain = Term(term.days, term.starts_on).last_day(CALENDAR)
    last = term.last_day(CALENDAR)
    granted = sum(stop.days for stop in term.stops)
    assert plain <= last <= CALENDAR.add_working_days(plain, granted)


@given(terms())
def test_exactly_the_terms_days_run_outside_the_stops(term: Term) -> None:
    last = term.last_day(CALENDAR)
    run = 0
    day = term.starts_on
    while day < last:
        day += timedelta(days=1)
        stopped = any(
            stop.begun_on < day <= (stop.ended_on or day)
            and CALENDAR.working_days_between(stop.begun_on, day) <= stop.days
            for stop in term.stops
        )
        run += CALENDAR.is_working_day(day) and not stopped
    assert run == term.days


@given(terms(), st.integers(1, 30))
def test_a_longer_term_never_ends_earlier(term: Term, more: int) -> None:
    longer = Term(term.days + more, term.starts_on, term.stops)
    assert longer.expires_at(CALENDAR) > term.expires_at(CALENDAR)


@given(DAYS, st.integers(1, 30), st.integers(0, 30), st.integers(0, 90), st.integers(0, 30))
def test_an_open_stop_never_moves_the_end_back_as_time_goes_on(
    start: date, days: int, granted: int, elapsed: int, later: int
) -> None:
    term = Term(days, start, (Stop(start, None, granted),))
    today = start + timedelta(days=elapsed)
    assert term.last_day(CALENDAR, noon(today)) <= term.last_day(
        CALENDAR, noon(today + timedelta(days=later))
    )


@given(terms())
def test_a_term_is_provisional_exactly_when_its_last_day_is(term: Term) -> None:
    assert term.due(CALENDAR).provisional == CALENDAR.is_provisional(term.last_day(CALENDAR))
