"""What an item asks of somebody who has answered some of its questions, and what filing asks of who
answered all.
"""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.catalog.items import requirements
from chalicelib.intake import estimates, filing
from chalicelib.intake.estimates import DEPENDS, NO, YES, Fee
from chalicelib.kernel import clock, schemas
from tests.support.city.items import Document, sample, seed

ITEMS = {item["id"]: item for item in seed()}
ANSWERS = dict[str, Any]
every_item = pytest.mark.parametrize("name", ITEMS)
ASPHALT = {"type": "string", "enum": ["asphalt", "verge"]}
PER_M2 = {"amount_fen": 1000, "per": [{"field": "area", "fen": 10, "above": 5}]}


def whole_forms(item: Document) -> st.SearchStrategy[ANSWERS]:
    """Forms with all required answers; free texts as the item's example has them."""
    form = item["form"]
    answers = {
        name: _answers(field, form["examples"][0].get(name))
        for name, field in form["properties"].items()
    }
    known = {name: strategy for name, strategy in answers.items() if strategy is not None}
    required = {name: strategy for name, strategy in known.items() if name in form["required"]}
    return st.fixed_dictionaries(
        required, optional={n: s for n, s in known.items() if n not in required}
    )


def _answers(field: Document, example: Any) -> st.SearchStrategy[Any] | None:
    if "enum" in field:
        return st.sampled_from(field["enum"])
    if field["type"] == "boolean":
        return st.just(True) if field.get("const") else st.booleans()
    if field["type"] == "integer":
        ends = st.sampled_from([field["minimum"], field["maximum"]])
        return ends | st.integers(field["minimum"], min(field["maximum"], field["minimum"] + 40))
    if field["type"] == "array" and "enum" in field["items"]:
        most = min(field["maxItems"], len(field["items"]["enum"]))
        return st.lists(
            st.sampled_from(field["items"]["enum"]),
            min_size=field.get("minItems", 0),
            max_size=most,
            unique=True,
        )
    return None if example is None else st.just(example)


def parts(whole: ANSWERS) -> st.SearchStrategy[ANSWERS]:
    """Some of the answers of a form."""
    return st.sets(st.sampled_from(sorted(whole))).map(
        lambda names: {name: whole[name] for name in names}
    )


def told(item: Document, answers: ANSWERS, on_promise: bool = False) -> dict[str, str]:
    """Whether each material is needed, by its code."""
    return {
        need.material["code"]: need.needed
        for need in estimates.materials(item, answers, on_promise)
    }


def asked_at_filing(item: Document, form: ANSWERS, on_promise: bool) -> set[str]:
    """What filing this form without any material would refuse for, or keep as owed."""
    body = {"form": form, "on_promise": on_promise}
    checked = filing._checked("p-li-na", body, item, clock.now())
    missing = {
        f.field.rpartition("/")[2] for f in checked.faults if f.message == "material-required"
    }
    return missing | set(checked.owed)


def a_fee(
    *rules: Document, area: Document | None = None, required: tuple[str, ...] = ("road", "area")
) -> Document:
    """An item whose fee goes by these rules; it costs 7 fen where none applies."""
    fields = {"road": ASPHALT, "area": area or {"type": "integer", "minimum": 1, "maximum": 100}}
    form = {"properties": fields, "required": list(required)}
    return {"form": form, "fee": {"amount_fen": 7, "rules": list(rules)}}


@every_item
@given(st.data())
@settings(max_examples=10, deadline=None)
def test_filing_asks_for_the_materials_that_the_what_if_named(
    name: str, data: st.DataObject
) -> None:
    item = {**ITEMS[name], "version": 1}
    form = data.draw(whole_forms(item))
    on_promise = data.draw(st.booleans()) if "promise" in item else False
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(filing.catalog, "form_validator", lambda *_: schemas.Validator(item["form"]))
        asked = asked_at_filing(item, form, on_promise)
    found = told(item, form, on_promise)
    assert {code for code, needed in found.items() if needed == YES} == asked
    unsure = [
        need
        for need in estimates.materials(item, form, on_promise)
        if need.needed == DEPENDS and need.fields
    ]
    assert all(set(need.fields) - set(form) for need in unsure), (
        "only on what may still be answered"
    )


@every_item
@given(st.data())
@settings(max_examples=10, deadline=None)
def test_what_is_sure_with_some_answers_stays_so_with_all(name: str, data: st.DataObject) -> None:
    item = ITEMS[name]
    whole = data.draw(whole_forms(item))
    some = data.draw(parts(whole))
    early, late = told(item, some), told(item, whole)
    assert {code: late[code] for code, needed in early.items() if needed != DEPENDS} == {
        code: needed for code, needed in early.items() if needed != DEPENDS
    }
    for need in estimates.materials(item, some, False):
        assert not set(need.fields) & set(some)


@every_item
@given(st.data())
@settings(max_examples=10, deadline=None)
def test_the_fee_lies_between_what_was_told_before(name: str, data: st.DataObject) -> None:
    item = ITEMS[name]
    whole = data.draw(whole_forms(item))
    some = data.draw(parts(whole))
    fee, paid = estimates.fee(item, some), requirements.fee_fen(item, whole)
    assert fee.least_fen is not None and fee.most_fen is not None
    assert fee.least_fen <= paid <= fee.most_fen
    assert bool(fee.fields) == (fee.least_fen != fee.most_fen)
    if all(field in whole for field in estimates.fee(item, whole).fields):
        assert estimates.fee(item, whole) == Fee(paid, paid)


def test_a_material_depends_on_the_answers_that_its_condition_asks_for() -> None:
    canteen = {"business_kind": "canteen"}
    needed = {
        n.material["code"]: n for n in estimates.materials(sample("food-licence"), canteen, False)
    }
    assert (needed["canteen-agreement"].needed, needed["canteen-agreement"].fields) == (
        DEPENDS,
        ("contracted",),
    )
    assert told(sample("food-licence"), {"contracted": False})["canteen-agreement"] == NO, (
        "whatever kind it is"
    )
    assert told(sample("food-licence"), {"contracted": True, **canteen})["canteen-agreement"] == YES


def test_a_promise_replaces_what_the_item_says() -> None:
    without, with_it = (told(sample("food-licence"), {}, promised) for promised in (False, True))
    assert (without["premises-layout"], with_it["premises-layout"]) == (YES, NO)
    assert without["canteen-agreement"] == with_it["canteen-agreement"] == DEPENDS


def test_a_condition_that_is_given_in_words_alone_is_left_to_the_reader() -> None:
    needed = {n.material["code"]: n for n in estimates.materials(sample("mass-event"), {}, False)}
    assert (needed["qualification"].needed, needed["qualification"].fields) == (DEPENDS, ())
    assert needed["organizer-registration"].needed == NO, "nobody brings what the government holds"


def test_the_fee_of_a_road_is_known_when_kind_and_area_are() -> None:
    item = sample("road-excavation")
    assert estimates.fee(item, {"road_kind": "asphalt", "area_m2": 3}) == Fee(114_000, 114_000)
    some = estimates.fee(item, {"road_kind": "asphalt"})
    area = item["form"]["properties"]["area_m2"]
    assert some == Fee(38_000 * area["minimum"], 38_000 * area["maximum"], ("area_m2",))
    assert estimates.fee(item, {}).least_fen == 5_000 * area["minimum"], (
        "the cheapest kind, not nothing"
    )


def test_a_fee_is_tried_where_a_rule_changes() -> None:
    small = {
        "when": {"required": ["area"], "properties": {"area": {"maximum": 50}}},
        "amount_fen": 90_000,
    }
    assert estimates.fee(a_fee(small, PER_M2), {"road": "verge"}) == Fee(1_460, 90_000, ("area",))


def test_a_question_that_may_stay_open_is_tried_open() -> None:
    verge = {
        "when": {"required": ["road"], "properties": {"road": {"const": "verge"}}},
        "amount_fen": 50,
    }
    assert estimates.fee(a_fee(verge, required=("area",)), {}) == Fee(7, 50, ("road",))
    assert estimates.fee(a_fee({**PER_M2, "amount_fen": 0}, required=()), {}).least_fen == 0


def test_a_fee_that_hangs_on_nothing_more_names_no_question() -> None:
    same = {
        "when": {"required": ["road"], "properties": {"road": {"const": "verge"}}},
        "amount_fen": 7,
    }
    assert estimates.fee(a_fee(same), {}) == Fee(7, 7)
    assert estimates.fee(sample("shop-sign"), {}) == Fee(0, 0)


def test_a_fee_that_cannot_be_reckoned_yet_is_not_guessed() -> None:
    text = {
        "when": {"required": ["area"], "properties": {"area": {"const": "big"}}},
        "amount_fen": 50,
    }
    free = a_fee(text, area={"type": "string", "minLength": 1, "maxLength": 9, "pattern": "^.*$"})
    assert estimates.fee(free, {}) == Fee(None, None, ("area",))
    assert estimates.fee(free, {"area": "big"}) == Fee(50, 50)
    unknown = {
        "when": {"required": ["lost"], "properties": {"lost": {"const": 1}}},
        "amount_fen": 50,
    }
    assert estimates.fee(a_fee(unknown), {}) == Fee(7, 7), (
        "a question that the form does not ask is never answered"
    )


def test_what_a_fee_is_only_reckoned_from_is_tried_at_its_ends() -> None:
    fields = [f"part_{number}" for number in range(20)]
    whole = {f: {"type": "integer", "minimum": 1, "maximum": 9} for f in fields}
    rules = [{"amount_fen": 0, "per": [{"field": f, "fen": 1} for f in fields]}]
    item = {
        "form": {"properties": whole, "required": fields},
        "fee": {"amount_fen": 0, "rules": rules},
    }
    assert estimates.fee(item, {}) == Fee(20, 180, tuple(fields))


def test_too_many_ways_to_answer_are_not_tried_one_by_one() -> None:
    fields = [f"is_{number}" for number in range(9)]
    rules = [
        {"when": {"required": [f], "properties": {f: {"const": True}}}, "amount_fen": 5}
        for f in fields
    ]
    whole = {f: {"type": "boolean"} for f in fields}
    item = {
        "form": {"properties": whole, "required": fields},
        "fee": {"amount_fen": 0, "rules": rules},
    }
    assert estimates.fee(item, {}) == Fee(None, None, tuple(fields))
    assert estimates.fee(item, dict.fromkeys(fields[2:], False)) == Fee(0, 5, ("is_0", "is_1"))
