"""Days as the laws count them: a line for each case that came up in a real office."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.casework.acts import Case
from chalicelib.casework.acts.terms import decision_terms
from chalicelib.catalog import flows
from chalicelib.deadlines import NATURAL, WORKING, Stop, Term, in_working_days
from chalicelib.intake import filing
from tests.support.builders.cases import CALENDAR, Desk
from tests.support.city.items import sample

HEARING = Stop(date(2026, 9, 14), date(2026, 9, 18), days=10)


def day(text: str) -> date:
    return date.fromisoformat(text)


def accepted(desk: Desk, on: str) -> Case:
    """Its case, as accepted on a day."""
    clocks = replace(desk.case.clocks, accepted_on=day(on))
    return replace(desk.case, clocks=clocks)


@pytest.mark.parametrize(
    ("what", "days", "unit", "begins", "last"),
    [
        ("reconsideration, sixty days", 60, NATURAL, "2026-08-31", "2026-10-30"),
        ("penalty, ninety days", 90, NATURAL, "2026-09-01", "2026-11-30"),
        ("the last day is in the National Day holiday", 60, NATURAL, "2026-08-03", "2026-10-08"),
        ("the last day is a Sunday", 15, NATURAL, "2026-11-07", "2026-11-23"),
        ("the last day is a Saturday that is worked", 10, NATURAL, "2026-09-30", "2026-10-10"),
        ("the last day is New Year of a year without notice", 15, NATURAL, "2026-12-17", "2027-01-04"),
        ("one natural day before a weekend", 1, NATURAL, "2026-11-06", "2026-11-09"),
        ("five working days skip the weekend", 5, WORKING, "2026-11-05", "2026-11-12"),
    ],
)  # fmt: skip
def test_a_term_ends_on_the_day_that_its_law_says(
    what: str, days: int, unit: str, begins: str, last: str
) -> None:
    assert Term(days, day(begins), unit=unit).last_day(CALENDAR) == day(last)


@pytest.mark.parametrize(
    ("what", "days", "unit", "stops", "last"),
    [
        # 1 September to 30 September are thirty days of the calendar.
        ("no stop", 30, NATURAL, (), "2026-09-30"),
        ("a stop of four days moves the end into the holiday", 30, NATURAL, (HEARING,), "2026-10-08"),
        ("working days", 5, WORKING, (HEARING,), "2026-09-07"),
    ],
)  # fmt: skip
def test_a_stop_is_taken_from_natural_days_too(
    what: str, days: int, unit: str, stops: tuple[Stop, ...], last: str
) -> None:
    assert Term(days, day("2026-08-31"), stops, unit).last_day(CALENDAR) == day(last)


@pytest.mark.parametrize(
    ("item", "runs_from", "promised", "statutory"),
    [
        ("reconsideration", "2026-08-31", "2026-10-15", "2026-10-30"),
        ("street-penalty", "2026-09-01", "2026-11-02", "2026-11-30"),
        ("road-compulsion", "2026-09-01", "2026-09-09", "2026-09-10"),
        ("information-disclosure", "2026-09-01", "2026-09-21", "2026-09-29"),
        ("shop-sign", "2026-09-01", "2026-09-15", "2026-09-29"),
    ],
)
def test_an_item_of_the_sample_city_is_decided_in_the_time_of_its_law(
    item: str, runs_from: str, promised: str, statutory: str
) -> None:
    document = sample(item, version=1)
    bound = document["flow"]
    flow = flows.flow(bound["id"], bound["version"])
    filed = filing.filing_of(document, flow)
    desk = Desk(flow.id, limits=filed.limits, units=filed.units)
    terms = decision_terms(accepted(desk, runs_from), CALENDAR)
    assert [term.last_day(CALENDAR) for term in terms] == [day(promised), day(statutory)]


@given(st.integers(20, 120), st.dates(date(2008, 1, 1), date(2026, 6, 30)))
def test_natural_days_hold_the_working_days_that_a_promise_counts_on(
    days: int, begins: date
) -> None:
    last = Term(days, begins, unit=NATURAL).last_day(CALENDAR)
    held = CALENDAR.working_days_between(begins, last)
    assert held >= in_working_days(days, NATURAL)


def test_what_says_no_unit_is_counted_in_working_days() -> None:
    statutory = decision_terms(accepted(Desk(), "2026-09-01"), CALENDAR)[1]
    assert (statutory.unit, statutory.last_day(CALENDAR)) == (WORKING, day("2026-09-29"))


@pytest.mark.parametrize(
    ("what", "free"),
    [
        ("New Year", "2027-01-01"),
        ("Labour Day", "2028-05-01"),
        ("its second day", "2028-05-02"),
        ("National Day, a Friday", "2027-10-01"),
        ("National Day, a Monday to Wednesday", "2029-10-02"),
    ],
)
def test_a_holiday_with_a_fixed_date_is_free_before_the_notice_of_its_year(
    what: str, free: str
) -> None:
    assert not CALENDAR.is_working_day(day(free))
    assert CALENDAR.is_provisional(day(free))
