"""An item speaks only of fields and materials that it has; every wrong name is told by its
place.
"""

import copy
from typing import Any

import pytest

from chalicelib.catalog.items import validation
from infra.seed import load

ITEMS = {item["id"]: item for item in load.items()}


def faults(item: dict[str, Any]) -> list[tuple[str, str]]:
    return [(fault.field, fault.message) for fault in validation.faults(item)]


@pytest.mark.parametrize("name", ITEMS)
def test_the_sample_items_speak_of_what_they_have(name: str) -> None:
    assert faults(ITEMS[name]) == []


def test_a_promise_that_replaces_what_is_not_asked_for() -> None:
    item = copy.deepcopy(ITEMS["food-licence"])
    item["promise"]["replaces"].append("horoscope")
    place = len(item["promise"]["replaces"]) - 1
    assert faults(item) == [(f"/promise/replaces/{place}", "material-unknown-here")]


def test_a_fee_by_a_field_that_nobody_fills_in() -> None:
    item = copy.deepcopy(ITEMS["road-excavation"])
    item["fee"]["rules"][0] = {
        "when": {"required": ["depth"], "properties": {"depth": {"minimum": 3}}},
        "amount_fen": 1,
        "per": [{"field": "height", "fen": 1}],
    }
    assert set(faults(item)) == {
        ("/fee/rules/0/when/properties/depth", "field-unknown"),
        ("/fee/rules/0/when/required/0", "field-unknown"),
        ("/fee/rules/0/per/0/field", "field-unknown"),
    }


def test_a_material_on_a_condition_that_cannot_be_met() -> None:
    item = copy.deepcopy(ITEMS["shop-sign"])
    item["materials"][0] |= {
        "required": False,
        "required_when": {"zh": "夜间发光", "en": "It glows at night"},
        "when": {"required": ["glows"], "properties": {"glows": {"const": True}}},
    }
    assert ("/materials/0/when/required/0", "field-unknown") in faults(item)


def test_what_cannot_be_read_is_left_to_the_schema() -> None:
    assert "/promise" in {field for field, _ in faults({**ITEMS["shop-sign"], "promise": 7})}
    assert faults({**ITEMS["shop-sign"], "fee": []})
