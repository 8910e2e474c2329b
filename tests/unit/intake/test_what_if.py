"""What if one filed: the dates are those of a real case that is walked on them."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.catalog import flows
from tests.support.builders.cases import CALENDAR
from tests.support.builders.forecasts import ITEMS, TODAY, Walked, city, dates, told

every_item = pytest.mark.parametrize("name", ITEMS)
days = st.dates(TODAY - timedelta(days=731), TODAY + timedelta(days=731))
on_random_days = settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(autouse=True)
def _city(memory: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with city(monkeypatch):
        yield


def after(day: date, count: int) -> date:
    """So many working days later, counted one by one."""
    while count:
        day += timedelta(days=1)
        count -= CALENDAR.is_working_day(day)
    return day


@every_item
@given(day=days)
@on_random_days
def test_the_dates_are_those_of_a_real_case_that_is_walked_on_them(name: str, day: date) -> None:
    forecast = told(name, filing_date=day.isoformat())
    walked = Walked(forecast)
    case = walked.to_the_end()
    assert case.status in ("granted", "ordered")
    assert dates(forecast) == walked.dates
    shown = {
        limit: forecast["due"][limit]
        for limit in ("accept_by", "runs_from", "decide_by", "statutory_by")
    }
    assert {limit: value for limit, value in shown.items() if value} == {
        limit: walked.due[limit] for limit in shown if limit in walked.due
    }
    assert case.clocks.decided_at and case.clocks.decided_at.date() <= date.fromisoformat(
        forecast["due"]["decide_by"]
    )
    assert (
        "red" not in case.clocks.warnings.values() and "yellow" not in case.clocks.warnings.values()
    )


@pytest.mark.parametrize(
    "name", ["shop-sign", "disability-benefit", "tender-filing", "household-confirmation"]
)
@given(day=days)
@on_random_days
def test_a_simple_flow_is_a_count_of_working_days(name: str, day: date) -> None:
    forecast, item = told(name, filing_date=day.isoformat()), ITEMS[name]
    limits, steps = item["limits"], flows.flow(item["flow"]["id"], 1).steps
    accepted = after(day, limits["acceptance_days"])
    reviewed = after(accepted, steps["review"].limit_days)
    decided = after(reviewed, steps["approve"].limit_days)
    counted = {
        "accept": (day, accepted),
        "review": (accepted, reviewed),
        "approve": (reviewed, decided),
    }
    for step, pair in counted.items():
        assert dates(forecast)[step] == tuple(map(date.isoformat, pair))
    due = forecast["due"]
    assert due["accept_by"] == due["runs_from"] == accepted.isoformat()
    assert due["decide_by"] == after(accepted, limits["promised_days"]).isoformat()
    assert due["statutory_by"] == after(accepted, limits["statutory_days"]).isoformat()
    delivered = after(
        decided, limits["delivery_days"] if "deliver" not in steps else steps["deliver"].limit_days
    )
    assert due["deliver_by"] == (None if name == "tender-filing" else delivered.isoformat())
    assert due["granted_by_silence_on"] == (
        due["statutory_by"] if limits["tacit_approval"] else None
    )
    last = max(step["due_on"] for step in forecast["steps"])
    assert due["ends_by"] == last
    assert due["provisional"] == any(
        map(CALENDAR.is_provisional, map(date.fromisoformat, [last, due["statutory_by"]]))
    )


def test_departments_of_a_joint_review_work_side_by_side() -> None:
    steps = {step["step"]: step for step in told("investment-approval")["steps"]}
    branches = [step for step in steps.values() if step["joint"]]
    assert {step["office"]["department"] for step in branches} == {"NRP", "HUC", "ECO", "FIR"}
    assert len({(step["joint"], step["opens_by"]) for step in branches}) == 1
    assert steps["review"]["opens_by"] == max(step["due_on"] for step in branches)


def test_a_public_notice_runs_out_before_the_decision() -> None:
    steps = {step["step"]: step for step in told("model-worker")["steps"]}
    notice = date.fromisoformat(steps["publicity"]["due_on"])
    assert steps["approve"]["opens_by"] == (notice + timedelta(days=1)).isoformat()
    assert steps["publicity"]["office"] is None
    assert "recheck" not in steps, "nobody is presumed to object"


def test_a_fine_is_foretold_with_the_hearing_of_who_is_concerned() -> None:
    forecast = told("street-penalty")
    assert [step["step"] for step in forecast["steps"]][:3] == ["investigate", "hear", "order"]
    paid = next(step for step in forecast["steps"] if step["kind"] == "pay")
    assert paid["amount"] == {"least_fen": 5000, "most_fen": 200_000}
    assert forecast["opens"] == "ex_officio"
    assert (forecast["due"]["accept_by"], forecast["due"]["runs_from"]) == (None, TODAY.isoformat())
    assert {material["may_follow_until"] for material in forecast["materials"]} == {None}


def test_what_is_paid_is_the_fee_of_the_answers() -> None:
    forecast = told("road-excavation", answers={"road_kind": "footway", "area_m2": 2})
    amount = {"least_fen": 32_000, "most_fen": 32_000}
    assert next(step for step in forecast["steps"] if step["kind"] == "pay")["amount"] == amount
    assert {**amount, "depends_on": []}.items() <= forecast["fee"].items()
    assert told("road-excavation")["fee"]["depends_on"] == ["road_kind", "area_m2"]


def test_where_nothing_is_to_be_paid_nobody_has_to_pay() -> None:
    forecast = told("waste-levy", answers={"payer_kind": "household", "hardship": True})
    assert forecast["fee"]["most_fen"] == 0
    assert [step["step"] for step in forecast["steps"]] == ["accept", "assess", "order", "archive"]
    maybe = told("waste-levy", answers={"payer_kind": "household"})
    assert "pay" in [step["step"] for step in maybe["steps"]], "it may come to that"
