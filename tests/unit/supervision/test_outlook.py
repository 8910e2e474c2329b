"""At risk, usual times and loads: what is foreseen of the counters, before any limit breaks."""

from datetime import date, timedelta
from typing import Any

import pytest

from chalicelib.supervision.outlook import forecast, listing, loads, usual_times
from chalicelib.supervision.outlook.forecast import outlook
from chalicelib.supervision.outlook.usual_times import Usual
from chalicelib.supervision.statistics import histograms
from tests.support.builders.case_walks import days_pass, go, led
from tests.support.builders.cases import CALENDAR, MONDAY, Desk
from tests.unit.supervision.counting import City, in_city

pytestmark = pytest.mark.usefixtures("registers")
TODAY = MONDAY.date()
REVIEW, APPROVE = ("review", "urb-reviewer"), ("approve", "urb-approver")
ACCEPTED = led("heard-licence", "accept")  # promised in 10 working days, by law in 20


def after(days: int) -> date:
    """So many working days after the filing."""
    return CALENDAR.add_working_days(TODAY, days) if days else TODAY


@pytest.mark.parametrize(
    ("name", "review", "approve", "days", "level"),
    [
        ("half of them need all days but one", Usual(5, 6), Usual(4, 4), 0, ""),
        ("half of them need just the days", Usual(6, 6), Usual(4, 4), 0, ""),
        ("80 of 100 need one day more", Usual(6, 7), Usual(4, 4), 0, forecast.POSSIBLE),
        ("half of them need one day more", Usual(7, 7), Usual(4, 4), 0, forecast.LIKELY),
        ("what lay counts as worked on", Usual(6, 6), Usual(4, 4), 3, ""),
        ("what lay too long is seen", Usual(2, 2), Usual(4, 4), 7, forecast.LIKELY),
        ("nobody knows what is usual", None, None, 9, ""),
    ],
)
def test_a_case_is_at_risk_when_its_steps_usually_take_longer_than_what_is_left(
    name: str, review: Usual | None, approve: Usual | None, days: int, level: str
) -> None:
    known = {REVIEW: review, APPROVE: approve}
    times = {place: usual for place, usual in known.items() if usual}
    found = outlook(ACCEPTED.case, times, after(days), CALENDAR)
    assert found is not None
    assert (found.limit, found.days_left, found.level) == ("promised", 10 - days, level), name


def test_the_step_where_time_went_is_named() -> None:
    times = {REVIEW: Usual(2, 2), APPROVE: Usual(4, 4)}
    found = outlook(ACCEPTED.case, times, after(7), CALENDAR)
    assert found and found.slowest
    assert found.slowest == forecast.Stage("review", "urb-reviewer", 7, 2)


@pytest.mark.parametrize(
    "desk",
    [
        Desk(),
        led("heard-licence", "accept.supplement"),
        led("heard-licence", "accept", "review", "approve"),
        led("heard-licence", "accept.not_accept"),
    ],
    ids=["not accepted yet", "waits for the applicant", "decided", "ended"],
)
def test_what_waits_for_no_decision_has_no_outlook(desk: Desk) -> None:
    assert outlook(desk.case, {REVIEW: Usual(99, 99)}, after(3), CALENDAR) is None


def test_after_the_promise_it_is_the_law_s_limit_that_counts() -> None:
    found = outlook(ACCEPTED.case, {REVIEW: Usual(2, 2)}, after(11), CALENDAR)
    assert found and (found.limit, found.days_left) == ("statutory", 9)
    assert outlook(ACCEPTED.case, {}, after(21), CALENDAR) is None


def test_a_step_that_stops_the_clock_and_the_stop_itself_take_no_days() -> None:
    desk = led("heard-licence", "accept", procedures=["hearing"])
    found = outlook(desk.case, {REVIEW: Usual(3, 3), APPROVE: Usual(3, 3)}, TODAY, CALENDAR)
    assert found and (found.median, found.days_left) == (6, 10)


def test_branches_of_a_joint_review_take_the_time_of_the_longest() -> None:
    desk = led("investment", "accept")
    steps = [visit.step for visit in desk.case.open_visits]
    assert len(steps) > 2
    posts = desk.case.rules.posts
    times = {
        (step, posts[desk.case.flow.steps[step].post]): Usual(n, n) for n, step in enumerate(steps)
    }
    found = outlook(desk.case, times, TODAY, CALENDAR)
    assert found and found.median == len(steps) - 1


# ---- the list ------------------------------------------------------------------------------------


def risky(city: City, review: Usual) -> None:
    """What is usual of the item's review and approval."""
    steps = [
        {"step": step, "post": post, "count": 9, "median": of.median, "slow": of.slow}
        for (step, post), of in {REVIEW: review, APPROVE: Usual(4, 4)}.items()
    ]
    row = usual_times.Row(usual_times.LIST, "shop-sign", 1, {"until": "-", "steps": steps})
    city.views.put(row)


def listed(department: str = "URB", level: str = "") -> list[tuple[str, Any]]:
    rows, _ = listing.page(department, level, 100, None)
    return [(row["number"], row["level"]) for row in rows]


def test_a_case_is_listed_with_its_limit_and_leaves_the_list_with_its_decision() -> None:
    city = City()
    desk = led("heard-licence", "accept")
    with in_city(city):
        risky(city, Usual(7, 7))
        assert listing.evaluate(desk.case, TODAY)
        assert not listing.evaluate(desk.case, TODAY), "nothing has changed"
        assert listed() == listed("") == [("URB-2026-W-000001", "likely")]
        assert listed("DPF") == listed(level="possible") == []
        assert listing.listed_on("case#abc") == TODAY
        go(desk, "review", "approve")
        assert listing.evaluate(desk.case, TODAY)
        assert listed() == []
        assert listing.listed_on("case#abc") == TODAY, "it had been foreseen"


def test_who_left_the_list_in_time_had_not_been_foreseen() -> None:
    city = City()
    with in_city(city):
        risky(city, Usual(7, 7))
        listing.evaluate(ACCEPTED.case, TODAY)
        risky(city, Usual(1, 1))
        assert listing.evaluate(ACCEPTED.case, after(1))
        assert listed() == []
        assert listing.listed_on("case#abc") is None
        risky(city, Usual(7, 7))
        listing.evaluate(ACCEPTED.case, after(2))
        assert listing.listed_on("case#abc") == after(2)


@pytest.mark.parametrize(
    ("is_listed", "days", "name"),
    [
        (True, 20, "at_risk_broken"),
        (True, 1, "at_risk_kept"),
        (False, 20, "unlisted_broken"),
        (False, 1, "unlisted_kept"),
    ],
)
def test_the_forecast_s_own_rate_is_counted_with_the_decision(
    is_listed: bool, days: int, name: str
) -> None:
    city = City()
    desk = led("heard-licence", "accept")
    days_pass(desk, days)
    with in_city(city):
        risky(city, Usual(7 if is_listed else 1, 7 if is_listed else 1))
        listing.evaluate(desk.case, TODAY)
        go(desk, "review", "approve")
        city.take(desk)
        city.count()
        names = {
            counter
            for (list_name, _), counted in city.counted().items()
            for counter in counted
            if "listed" in counter or counter.startswith("at_risk")
        }
    assert names == {name}


def test_what_is_usual_is_made_of_the_last_90_days() -> None:
    city = City()
    for number, days in enumerate((1, 2, 3, 4, 14)):
        desk = led("heard-licence", "accept")
        days_pass(desk, days)
        city.take(go(desk, "review"), f"c{number}")
    with in_city(city):
        city.count()
        assert usual_times.refresh("shop-sign", TODAY + timedelta(days=60))
        assert not usual_times.refresh("shop-sign", TODAY + timedelta(days=60))
        times = usual_times.of_item("shop-sign")
        assert times[REVIEW] == Usual(3, 4)
        assert times["accept", "urb-window"] == Usual(0, 0)
        usual_times.refresh("shop-sign", TODAY + timedelta(days=103))
        assert usual_times.of_item("shop-sign") == {}, "one visit is left, of which nothing is told"


def test_quantiles_are_the_least_days_within_which_so_many_were_done() -> None:
    histogram = {1: 5, 2: 2, 9: 3}
    assert histograms.quantile(histogram, 50) == 1
    assert histograms.quantile(histogram, 80) == 9
    assert histograms.quantile({}, 50) is None
    assert histograms.bucket("days", 900) == "days:120"


@pytest.mark.parametrize(
    ("counted", "expected"),
    [
        ({}, (0, 0.0, 0.0, 0)),
        ({"open": 4}, (4, 0.0, 0.0, None)),
        ({"open": 10, "in:2026-03-30": 30, "out:2026-03-30": 20}, (10, 1.5, 1.0, 10)),
        ({"open": 1, "out:2026-03-30": 40, "out:2026-01-05": 900}, (1, 0.0, 2.0, 1)),
    ],
)
def test_a_post_is_behind_by_what_it_has_open_at_its_speed(counted: Any, expected: Any) -> None:
    today = date(2026, 3, 30)  # twenty working days in four weeks
    assert tuple(loads.load(counted, today, CALENDAR).values()) == expected
