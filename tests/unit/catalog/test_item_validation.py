"""A version that would break a promise is refused with every reason at once, in both languages,
whatever it holds.
"""

import copy
import string
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.catalog import items
from chalicelib.catalog.items import validation
from chalicelib.kernel import schemas, texts
from chalicelib.kernel.errors import Fault
from tests.support.city.items import sample, seed


def broken() -> dict[str, Any]:
    """An item that breaks every promise that publication looks after."""
    item = copy.deepcopy(sample())
    item["limits"] |= {"statutory_days": 8, "promised_days": 9}
    proof, drawing, licence = item["materials"][0], item["materials"][1], item["materials"][3]
    proof["copies"], drawing["accepts"] = 0, []
    assert licence["source"] == "government"
    licence["required"] = True
    del item["form"]["properties"]["business_name"]["title"]
    item["form"]["properties"]["sign_text"]["x-title-en"] = " "
    del item["form"]["properties"]["material"]["x-enum-titles"]["metal"]["en"]
    item["surprise"] = 1
    return item


REASONS = {
    "/limits/promised_days": "promise-above-law",
    "/materials/0/copies": "material-in-no-copy",
    "/materials/1/accepts": "material-of-no-type",
    "/materials/3/obtainable_from": "material-unobtainable",
    "/materials/3/required": "const-listed",
    "/form/properties/business_name/title": "form-label-missing",
    "/form/properties/sign_text/x-title-en": "form-label-missing",
    "/form/properties/material/x-enum-titles/metal/en": "form-choice-label-missing",
    "/posts/approver": "flow-post-vacant",
    "/posts/head": "item-post-vacant",
    "/surprise": "unknown-field",
}


def told(item: Any, *vacant: str) -> list[Fault]:
    return validation.faults(item, lambda post: [] if post in vacant else [f"o-of-{post}"])


def test_every_reason_is_named_at_once() -> None:
    found = told(broken(), "urb-approver", "urb-head")
    assert {fault.field: fault.message for fault in found} == REASONS
    assert len(found) == len(REASONS)


@pytest.mark.parametrize(
    ("warnings", "faults"),
    [
        ({"promised": {"reminder": 3, "yellow": 1}, "statutory": {"reminder": 2, "red": 0}}, {}),
        ({"supplement": {"reminder": 5}}, {}),
        ({"promised": {"yellow": 2}}, {"promised": "warnings-out-of-order"}),
        ({"statutory": {"yellow": 1, "red": 2}}, {"statutory": "warnings-out-of-order"}),
        ({"promised": {"reminder": 30}}, {"promised/reminder": "warning-before-limit"}),
        ({"promised": {"reminder": 0}}, {"promised/reminder": "minimum"}),
        ({"supplement": {"red": 0}}, {"supplement/red": "unknown-field"}),
        ({"lunch": {"red": 0}}, {"lunch": "unknown-field"}),
    ],
)
def test_an_item_says_when_its_limits_warn(warnings: Any, faults: dict[str, str]) -> None:
    item = copy.deepcopy(sample())
    item["limits"] |= {"statutory_days": 20, "promised_days": 10, "warnings": warnings}
    found = {fault.field: fault.message for fault in told(item)}
    assert found == {f"/limits/warnings/{at}": message for at, message in faults.items()}


def test_the_sample_city_is_sound() -> None:
    assert [fault for item in seed() for fault in validation.faults(item)] == []


def test_the_steps_may_not_take_longer_than_what_is_promised() -> None:
    limits = sample()["limits"] | {"promised_days": 1}
    assert [(f.field, f.message) for f in told(sample(limits=limits))] == [
        ("/limits/promised_days", "flow-promise-too-short")
    ]


@pytest.mark.parametrize(
    "flow", [{"id": "licence", "version": 77}, {"id": "nothing", "version": 1}]
)
def test_an_unknown_flow_is_named(flow: dict[str, Any]) -> None:
    assert [(f.field, f.message) for f in told(sample(flow=flow))] == [("/flow", "flow-unknown")]


@pytest.mark.parametrize(
    "name", ["../items/x", "licence.v1", "a/b", "", None, 3, ["licence"], "x" * 300]
)
def test_what_is_no_flows_name_is_never_looked_for(name: Any) -> None:
    assert "/flow/id" in {f.field for f in told(sample(flow={"id": name, "version": 1}))}


def test_only_posts_are_asked_for_and_each_once() -> None:
    asked = list[str]()
    posts = {
        "window": "urb-window",
        "head": "urb-window",
        "x": "y" * 5000,
        "a" * 50: "urb-window",
        "n": 3,
    }
    validation.faults(sample(posts=posts), lambda post: asked.append(post) or ["o-1"])  # type: ignore[func-returns-value]
    assert asked == ["urb-window"]
    asked.clear()
    validation.faults(
        {"posts": {f"r-{n}": f"p-{n}" for n in range(500)}}, lambda p: asked.append(p) or []
    )  # type: ignore[func-returns-value]
    assert len(asked) <= validation.MAX_POSTS


def test_every_reason_is_said_in_both_languages() -> None:
    for fault in told(broken(), "urb-approver", "urb-head"):
        for language in texts.LANGUAGES:
            asked = {
                part
                for _, part, _, _ in string.Formatter().parse(
                    texts.all_texts()[fault.message][language]
                )
            }
            assert {part for part in asked if part} <= fault.params.keys()


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 99) | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_no_document_crashes_it_and_what_it_lets_pass_the_schema_lets_pass(
    data: st.DataObject,
) -> None:
    item = copy.deepcopy(sample())
    for _ in range(data.draw(st.integers(1, 4))):
        place: Any = item
        while True:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            key = data.draw(st.sampled_from(keys))
            if not (isinstance(place[key], dict | list) and place[key]) or data.draw(st.booleans()):
                break
            place = place[key]
        place[key] = data.draw(JUNK)
    found = told(item)
    assert len(found) <= schemas.MAX_FAULTS
    if not found:
        items.check(item)
        assert list(schemas.named("item").iter_errors(item)) == []


@given(JUNK)
def test_what_is_no_item_is_told(junk: Any) -> None:
    assert told(junk)
