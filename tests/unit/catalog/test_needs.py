"""What an item asks of an application: materials and fee, from the form's answers alone."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.catalog.items import requirements
from tests.support.city.items import sample, seed

FOOD, ROAD, WASTE = sample("food-licence"), sample("road-excavation"), sample("waste-levy")
CANTEEN = {
    "required": ["kind", "size"],
    "properties": {"kind": {"const": "canteen"}, "size": {"minimum": 100}},
}


def asked(item: dict[str, Any], form: dict[str, Any], on_promise: bool = False) -> list[str]:
    return [material["code"] for material in requirements.materials(item, form, on_promise)]


def fee(form: dict[str, Any], *rules: dict[str, Any], plain: int = 700) -> int:
    return requirements.fee_fen({"fee": {"amount_fen": plain, "rules": list(rules)}}, form)


# Materials


def test_what_is_always_asked_is_asked_of_an_empty_form() -> None:
    assert asked(FOOD, {}) == ["premises-layout", "safety-rules"]


def test_an_answer_may_ask_for_more() -> None:
    assert asked(FOOD, {"by_agent": True}) == [
        "premises-layout",
        "safety-rules",
        "power-of-attorney",
    ]
    assert asked(FOOD, {"by_agent": False}) == ["premises-layout", "safety-rules"]


def test_several_answers_ask_only_together() -> None:
    canteen = {"business_kind": "canteen", "contracted": True}
    assert "canteen-agreement" in asked(FOOD, canteen)
    for form in (
        {"business_kind": "canteen"},
        {"contracted": True},
        canteen | {"contracted": False},
    ):
        assert "canteen-agreement" not in asked(FOOD, form)


def test_a_promise_replaces_what_the_item_says_and_nothing_else() -> None:
    form = {"by_agent": True}
    assert asked(FOOD, form, on_promise=True) == ["power-of-attorney"]


@pytest.mark.parametrize("item", seed(), ids=lambda item: str(item["id"]))
def test_what_the_government_holds_is_asked_of_nobody(item: dict[str, Any]) -> None:
    held = {m["code"] for m in item["materials"] if m["source"] == "government"}
    met = {m["code"] for m in item["materials"] if m["required"] or "when" in m}
    for form in forms(item):
        assert not held & set(asked(item, form)) and set(asked(item, form)) <= met


def test_what_the_government_holds_is_not_asked_for_though_an_answer_would() -> None:
    material = {"code": "x", "required": True, "source": "government", "waivable": True}
    met = {**material, "code": "y", "required": False, "when": CANTEEN}
    assert asked({"materials": [material, met]}, {"kind": "canteen", "size": 100}) == []


def forms(item: dict[str, Any]) -> list[dict[str, Any]]:
    """The empty form, and one that meets each condition of a material."""
    met = [material["when"] for material in item["materials"] if "when" in material]
    return [
        {},
        *({name: _meeting(rule) for name, rule in when["properties"].items()} for when in met),
    ]


def _meeting(rule: dict[str, Any]) -> Any:
    if "contains" in rule:
        return [rule["contains"]["const"]]
    return rule.get("const", (rule.get("enum") or [rule.get("minimum", rule.get("maximum"))])[0])


@pytest.mark.parametrize("item", seed(), ids=lambda item: str(item["id"]))
def test_every_conditional_material_of_the_sample_city_can_be_asked_for(
    item: dict[str, Any],
) -> None:
    conditional = {
        m["code"] for m in item["materials"] if "when" in m and m["source"] != "government"
    }
    assert conditional <= {code for form in forms(item) for code in asked(item, form)}


# Conditions


@pytest.mark.parametrize(
    ("form", "is_met"),
    [
        ({"kind": "canteen", "size": 100}, True),
        ({"kind": "canteen", "size": 99}, False),
        ({"kind": "shop", "size": 100}, False),
        ({"kind": "canteen"}, False),  # an answer that is not given meets nothing
        ({"size": 100}, False),
        ({"kind": "canteen", "size": "100"}, True),  # the form's own schema refuses a text here
        ({}, False),
    ],
)
def test_a_condition_is_met_by_answers_only(form: dict[str, Any], is_met: bool) -> None:
    assert requirements.meets(form, CANTEEN) is is_met


def test_the_answer_itself_is_not_touched() -> None:
    form = {"kind": "canteen", "size": 100}
    list(requirements.materials(FOOD, form)), requirements.fee_fen(ROAD, form)
    assert form == {"kind": "canteen", "size": 100}


# The fee, in fen


def test_without_rules_the_plain_amount_is_due() -> None:
    assert requirements.fee_fen({"fee": {"amount_fen": 700}}, {"size": 100}) == 700


def test_the_first_rule_that_is_met_gives_the_fee() -> None:
    small, large = {"when": {**CANTEEN}, "amount_fen": 900}, {"amount_fen": 100}
    assert fee({"kind": "canteen", "size": 100}, small, large) == 900
    assert fee({"kind": "shop"}, small, large) == 100
    assert fee({"kind": "shop"}, small) == 700  # no rule is met


def test_what_exceeds_a_measure_costs_by_the_piece_up_to_the_most() -> None:
    rule = {
        "amount_fen": 1000,
        "per": [{"field": "size", "fen": 50, "above": 10}],
        "most_fen": 2000,
    }
    assert [fee({"size": size}, rule) for size in (0, 10, 11, 30, 31, 9999)] == [
        1000,
        1000,
        1050,
        2000,
        2000,
        2000,
    ]
    assert fee({}, rule) == 1000


def test_several_measures_add_up() -> None:
    rule = {
        "amount_fen": 0,
        "per": [{"field": "residual_kg", "fen": 30}, {"field": "kitchen_kg", "fen": 18}],
    }
    assert fee({"residual_kg": 100, "kitchen_kg": 50}, rule) == 3900


@pytest.mark.parametrize(
    ("form", "fen"),
    [
        ({"payer_kind": "household", "hardship": True, "months": 12}, 0),
        ({"payer_kind": "household", "hardship": False, "months": 12}, 6000),
        ({"payer_kind": "household", "months": 12}, 6000),
        ({"payer_kind": "shop", "months": 1}, 3000),
        ({"payer_kind": "metered", "residual_kg": 100, "kitchen_kg": 50}, 3900),
        ({}, 0),
    ],
)
def test_the_sample_citys_waste_levy_is_as_its_rates_say(form: dict[str, Any], fen: int) -> None:
    assert requirements.fee_fen(WASTE, form) == fen


@pytest.mark.parametrize(
    ("kind", "fen"),
    [("asphalt", 38000), ("concrete", 32000), ("footway", 16000), ("verge", 5000), ("river", 0)],
)
def test_digging_up_a_road_costs_by_its_kind_and_area(kind: str, fen: int) -> None:
    assert requirements.fee_fen(ROAD, {"road_kind": kind, "area_m2": 12}) == 12 * fen


@given(
    size=st.integers(0, 10**6),
    amount=st.integers(0, 10**6),
    fen=st.integers(0, 10**4),
    above=st.integers(0, 10**3),
    most=st.integers(0, 10**9),
)
def test_a_fee_is_never_below_nothing_nor_above_its_most(
    size: int, amount: int, fen: int, above: int, most: int
) -> None:
    rule = {
        "amount_fen": amount,
        "per": [{"field": "size", "fen": fen, "above": above}],
        "most_fen": most,
    }
    assert 0 <= fee({"size": size}, rule) <= most
    assert fee({"size": size}, rule) <= fee({"size": size + 1}, rule)
