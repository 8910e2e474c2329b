"""One journey for each item of the sample city: from its beginning to its end on the flow that it
published.
"""

from typing import Any

import pytest

from infra.local.client import City
from infra.seed import load
from tests.journeys.support.item_walks import Walk, begun, filed, item
from tests.journeys.support.stack import Stack

PLAIN = sorted(document["id"] for document in load.items() if "follows" not in document)
KINDS = {
    "permit",
    "penalty",
    "compulsion",
    "levy",
    "payment",
    "inspection",
    "confirmation",
    "reward",
    "ruling",
    "other",
}


@pytest.fixture(scope="module")
def city(own_stack: Stack) -> City:
    """A city of their own: public notices need the clock."""
    return own_stack.city


def conforms(case: Walk) -> bool:
    """Whether the public check finds that the closed case walked as published."""
    report = case.city.anybody().get(f"/record/{case.number}/conformance").expect(200)
    assert report["closed"] and not report["findings"], report.body
    return bool(report["conforms"])


def test_the_city_has_an_item_of_every_kind() -> None:
    assert len(load.items()) >= 16
    assert {document["kind"] for document in load.items()} == KINDS


@pytest.mark.parametrize("name", PLAIN)
def test_an_item_is_walked_to_its_end(city: City, name: str) -> None:
    promise: dict[str, Any] = {"on_promise": True} if "promise" in item(name) else {}
    case = begun(city, name, **promise)
    assert case.to_the_end() in ("granted", "ordered")
    assert conforms(case)
    assert case.record()["flow"]["hash"] == case.receipt["flow"]["hash"] == case.flow.hash


def test_a_permit_is_renewed(city: City) -> None:
    old = filed(city, "shop-sign")
    assert old.to_the_end() == "granted"
    renewal = filed(city, "shop-sign-renewal", about=old.number)
    assert renewal.record()["course"]["about"] == {"relation": "renewal", "number": old.number}
    assert renewal.to_the_end() == "granted"
    assert conforms(renewal)
    assert {"relation": "renewal", "number": renewal.number} in old.record()["course"]["links"]


def test_a_refusal_is_appealed_against(city: City) -> None:
    old = filed(city, "shop-sign")
    old.complete("accept")
    old.complete("review")
    old.complete("approve", "refuse", reasons=["The sign covers a window."])
    appeal = filed(city, "reconsideration", about=old.number)
    assert appeal.to_the_end() == "granted"
    assert conforms(appeal)
    assert old.record()["course"]["links"] == [{"relation": "appeal", "number": appeal.number}]
