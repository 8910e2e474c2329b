"""The public change log: what it names is what changed, and nothing else."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.catalog.items.changes import (
    ADDED,
    CHANGED,
    REMOVED,
    REORDERED,
    Change,
    applied,
    between,
)
from tests.support.city.items import sample, seed

NAMES = ("code", "id", "question", "law", "article", "zh", "en", "note", "a/b")
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(0, 2)
    | st.sampled_from(["a", "b", "招", "x/y", "~1", ""])
)


def nested(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(children, max_size=4) | st.dictionaries(
        st.sampled_from(NAMES), children, max_size=4
    )


VALUES = st.recursive(LEAVES, nested, max_leaves=14)


def same(one: Any, other: Any) -> bool:
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def only(before: Any, after: Any) -> Change:
    (change,) = between(before, after)
    assert same(applied(before, [change]), after)
    return change


@settings(max_examples=400)
@given(VALUES, VALUES)
def test_applying_the_log_to_one_value_gives_the_other(before: Any, after: Any) -> None:
    log = between(before, after)
    assert same(applied(before, log), after)
    assert bool(log) != same(before, after)
    assert len({(change.path, change.kind) for change in log}) == len(log)


@st.composite
def edited(draw: st.DrawFn) -> tuple[Any, Any]:
    """A sample item, and what a few edits at any depth make of it."""
    before = draw(st.sampled_from(seed()))
    after = json.loads(json.dumps(before))
    for _ in range(draw(st.integers(1, 4))):
        node = after
        while True:
            keys = list(node) if isinstance(node, dict) else list(range(len(node)))
            key = draw(st.sampled_from(keys)) if keys else None
            if (
                key is None
                or not isinstance(node[key], dict | list)
                or draw(st.integers(0, 3)) == 0
            ):
                break
            node = node[key]
        if isinstance(node, list) and draw(st.booleans()):
            node.reverse()
        elif key is not None and draw(st.booleans()):
            del node[key]
        elif key is not None:
            node[key] = draw(LEAVES)
    return before, after


@settings(max_examples=150)
@given(edited())
def test_the_log_of_an_edited_item_leads_from_one_version_to_the_other_and_back(
    pair: tuple[Any, Any],
) -> None:
    before, after = pair
    assert same(applied(before, between(before, after)), after)
    assert same(applied(after, between(after, before)), before)


def test_equal_versions_have_no_changes() -> None:
    assert between(sample(), sample()) == []


def test_one_changed_limit_is_one_change() -> None:
    limits = sample()["limits"] | {"promised_days": 8}
    assert only(sample(), sample(limits=limits)) == Change(
        ("limits", "promised_days"), CHANGED, 10, 8
    )


def test_a_new_material_is_one_change_wherever_it_stands() -> None:
    materials = sample()["materials"]
    lease = materials[1] | {"code": "lease"}
    change = only(sample(), sample(materials=[materials[0], lease, *materials[1:]]))
    assert change == Change(("materials", "lease"), ADDED, None, lease, 1)
    assert only(sample(materials=[lease, *materials]), sample()).kind == REMOVED


def test_an_element_is_named_by_its_own_key() -> None:
    def paths(**changed: Any) -> list[str]:
        return [change.pointer for change in between(sample(), sample(**changed))]

    first, *others = sample()["legal_basis"]
    law = "《城市市容和环境卫生管理条例》(国务院令第101号) 第十一条"
    assert paths(legal_basis=[first | {"note": {"zh": "注", "en": "Note"}}, *others]) == [
        f"/legal_basis/{law}/note"
    ]
    asked, *more = sample()["faq"]
    answer = asked["answer"] | {"en": "Yes."}
    question = asked["question"]["zh"]
    assert paths(faq=[asked | {"answer": answer}, *more]) == [f"/faq/{question}/answer/en"]
    point = sample()["service_points"][0] | {"phone": "0500-88001001"}
    assert paths(service_points=[point]) == ["/service_points/service-centre/phone"]
    assert paths(audiences=["individual"]) == ["/audiences/company"]


def test_a_reworded_condition_is_removed_and_added_in_its_place() -> None:
    old = sample()["conditions"]
    new = [old[0], {"zh": "新", "en": "New"}, *old[2:]]
    removed, added = between(sample(), sample(conditions=new))
    assert (removed.kind, removed.before) == (REMOVED, old[1])
    assert (added.kind, added.after, added.position) == (ADDED, new[1], 1)


def test_elements_that_change_places_are_one_change() -> None:
    materials = sample()["materials"]
    codes = [material["code"] for material in materials]
    change = only(sample(), sample(materials=materials[::-1]))
    assert change == Change(("materials",), REORDERED, codes, codes[::-1])


def test_a_list_whose_elements_have_no_key_of_their_own_is_one_element() -> None:
    assert only({"x": [1, 2]}, {"x": [1, 3]}) == Change(("x",), CHANGED, [1, 2], [1, 3])
    twice = [{"id": "a"}, {"id": "a", "n": 1}]
    assert only({"x": twice}, {"x": twice[:1]}).path == ("x",)


def test_true_is_not_one() -> None:
    assert only({"x": True}, {"x": 1}).kind == CHANGED


def test_slashes_and_tildes_in_names_do_not_break_the_pointer() -> None:
    assert Change(("a/b", "~c"), CHANGED).pointer == "/a~1b/~0c"
