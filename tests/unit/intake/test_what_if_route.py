"""The what-if over HTTP: open to everybody, forgiving about what is not answered yet, strict about
what is.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib import catalog
from chalicelib.catalog import flows
from chalicelib.catalog.acts.item_acts import ItemPublished
from chalicelib.kernel import clock, journal, stores
from chalicelib.kernel.acts import to_act
from chalicelib.kernel.journal import Act, Actor
from tests.support.builders.forecasts import ITEMS, NOW, TODAY, ask, city, told
from tests.support.city.items import sample

FOOD = {"business_kind": "canteen", "contracted": True, "by_agent": False}


@pytest.fixture(autouse=True)
def _city(memory: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with city(monkeypatch):
        yield


def faults(answer: Any) -> dict[str, str]:
    """What is wrong, by field; a refusal of what was asked for."""
    assert answer.status == 422
    return {fault["field"]: fault["message"] for fault in answer.body["errors"]}


def materials(**body: Any) -> dict[str, dict[str, Any]]:
    """What a food licence needs, by material."""
    return {material["code"]: material for material in told("food-licence", **body)["materials"]}


@pytest.mark.parametrize("name", ITEMS)
def test_every_item_can_be_asked_about_without_a_word_of_ones_own(name: str) -> None:
    forecast = told(name)
    flow = flows.flow(ITEMS[name]["flow"]["id"], 1)
    assert forecast["flow"] == {"id": flow.id, "version": 1, "hash": flow.hash}
    assert (forecast["filing_date"], forecast["item"]["version"]) == (TODAY.isoformat(), 1)
    assert [m["code"] for m in forecast["materials"]] == [
        m["code"] for m in ITEMS[name]["materials"]
    ]
    assert {step["step"] for step in forecast["steps"]} <= set(flow.steps)
    assert all(step["office"] for step in forecast["steps"] if flow.steps[step["step"]].post)


def test_nothing_is_written(memory: Any) -> None:
    told("food-licence")
    entries, rows = dict(memory[0].entries), dict(memory[1].rows)
    told("food-licence", filing_date="2027-01-04", answers=FOOD, on_promise=True)
    assert (memory[0].entries, memory[1].rows) == (entries, rows)


def test_what_somebody_answers_is_not_logged(capsys: pytest.CaptureFixture[str]) -> None:
    told(
        "food-licence",
        answers={"safety_manager": "欧阳明月", "safety_manager_phone": "13912345678"},
    )
    refused = ask("food-licence", answers={"safety_manager_phone": "no phone of 欧阳明月"})
    assert list(faults(refused)) == ["/answers/safety_manager_phone"]
    line = capsys.readouterr()
    for shown in (line.out, line.err, str(refused.body)):
        assert "欧阳明月" not in shown and "13912345678" not in shown


@given(days=st.integers(-731, 731), contracted=st.booleans(), promised=st.booleans())
@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_same_question_has_the_same_answer(days: int, contracted: bool, promised: bool) -> None:
    asked = {"filing_date": (TODAY + timedelta(days=days)).isoformat(), "on_promise": promised}
    asked["answers"] = {**FOOD, "contracted": contracted}
    assert told("food-licence", **asked) == told("food-licence", **asked)


def test_a_material_says_why_it_is_needed_and_until_when_it_may_follow() -> None:
    contract = materials(answers=FOOD)["canteen-agreement"]
    assert (contract["needed"], contract["depends_on"]) == ("yes", [])
    assert contract["why"]["en"] == "The canteen is run by a contractor"
    assert contract["may_follow_until"] == "2026-03-23", (
        "ten working days after acceptance on 9 March"
    )
    assert materials(answers=FOOD)["premises-layout"]["may_follow_until"] is None
    assert materials()["canteen-agreement"]["depends_on"] == ["business_kind", "contracted"]


def test_what_the_government_holds_says_where_it_comes_from() -> None:
    licence = materials()["business-licence"]
    assert (licence["needed"], licence["source"], licence["obtainable_from"]["authority"]) == (
        "no",
        "government",
        "MSA",
    )


def test_a_promise_takes_the_place_of_materials() -> None:
    plain, promised = materials()["safety-rules"], materials(on_promise=True)["safety-rules"]
    assert (plain["needed"], plain["replaced_by_promise"]) == ("yes", True)
    assert (promised["needed"], promised["replaced_by_promise"]) == ("no", True)
    assert list(faults(ask("shop-sign", on_promise=True))) == ["/on_promise"]


def test_only_what_is_answered_is_checked_and_every_fault_is_named() -> None:
    wrong = {"staff": 0, "business_kind": "kiosk", "drone": True, "opening_day": "2026-13-01"}
    found = faults(ask("food-licence", answers={**FOOD, **wrong}))
    assert set(found) == {f"/answers/{name}" for name in wrong}
    every = faults(
        ask("shop-sign", on_promise=True, answers={"sign_text": 7}, filing_date="2001-01-01")
    )
    assert set(every) == {"/answers/sign_text", "/on_promise", "/filing_date"}


@pytest.mark.parametrize("days", [-732, 732, 36_500])
def test_a_day_more_than_two_years_away_is_refused(days: int) -> None:
    day = (TODAY + timedelta(days=days)).isoformat()
    assert faults(ask("shop-sign", filing_date=day)) == {
        "/filing_date": "The filing date is more than two years from today."
    }
    assert faults(ask("shop-sign", "zh-CN", filing_date=day)) == {
        "/filing_date": "申请日期与今天相差不能超过两年。"
    }


@pytest.mark.parametrize(
    "day", ["", "today", "20260302", "2026-02-30", "2026-W10-1", "0000-01-01", "2026-03-02\n", 1]
)
def test_what_is_no_day_is_refused(day: Any) -> None:
    assert list(faults(ask("shop-sign", filing_date=day))) == ["/filing_date"]


@pytest.mark.parametrize("body", [{"answers": []}, {"on_promise": "yes"}, {"form": {}}])
def test_a_body_of_another_shape_is_refused(body: dict[str, Any]) -> None:
    (field,) = body
    assert list(faults(ask("shop-sign", **body))) == [f"/{field}"]


def test_an_item_that_there_is_not_is_404() -> None:
    assert ask("no-such-item").status == 404
    assert ask("No Such Item").status == 404


def test_days_of_a_calendar_that_is_not_out_yet_are_provisional() -> None:
    assert not told("shop-sign", filing_date="2026-09-01")["due"]["provisional"]
    assert told("shop-sign", filing_date="2026-12-01")["due"]["provisional"]
    assert told("shop-sign", filing_date="2028-03-01")["due"]["provisional"]


def test_a_filing_on_a_later_day_goes_by_the_version_of_that_day() -> None:
    told("shop-sign")
    quicker = sample(limits=sample()["limits"] | {"promised_days": 4})
    later = to_act(ItemPublished(2, quicker, NOW + timedelta(days=30)))
    stores.journal().append(journal.new_entry("item#shop-sign", 2, [later], at=NOW, actor=Actor()))
    catalog.items.in_force.forget()
    now, then = (
        told("shop-sign", filing_date="2026-03-31"),
        told("shop-sign", filing_date="2026-04-02"),
    )
    assert (now["item"]["version"], then["item"]["version"]) == (1, 2)
    assert then["due"]["decide_by"] == "2026-04-16"


def test_a_filing_after_an_items_retirement_is_refused() -> None:
    told("shop-sign")
    ending = Act("ItemRetired", {"from": clock.stamp(NOW + timedelta(days=30))})
    stores.journal().append(journal.new_entry("item#shop-sign", 2, [ending], at=NOW, actor=Actor()))
    catalog.items.in_force.forget()
    assert told("shop-sign", filing_date="2026-03-31")["item"]["version"] == 1
    refusal = ask("shop-sign", filing_date="2026-04-02")
    assert (refusal.status, refusal.body["type"]) == (422, "urn:sunlit:problem:item-retired")


def test_before_the_first_version_the_present_one_is_told() -> None:
    assert told("shop-sign", filing_date="2025-06-03")["item"]["version"] == 1
