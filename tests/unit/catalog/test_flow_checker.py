"""The flow checker: every kind of broken flow is told by its step and rule, and nothing else with
it.
"""

import copy
import json
import string
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.catalog import flows, items
from chalicelib.catalog.flows.checker import check_flow
from chalicelib.kernel import texts
from chalicelib.kernel.errors import Invalid
from infra.build import check
from infra.seed import load
from tests.support.builders import broken_flows
from tests.support.builders.broken_flows import JOINT, LICENCE, OPINION, Template
from tests.support.builders.broken_full_flows import BROKEN_WHOLE
from tests.support.builders.full_flows import OFFICES, PENALTY, RENEWAL, WHOLE

BROKEN = broken_flows.BROKEN | BROKEN_WHOLE
SHOP_SIGN = next(item for item in load.items() if item["id"] == "shop-sign")
LIMITS = {"acceptance_days": 5, "promised_days": 10}
ALONE = {"window": ["o-1"], "reviewer": ["o-2"], "approver": ["o-3"]}


def told(flow: Any, **known: Any) -> list[tuple[str, str]]:
    return [(finding.step, finding.rule) for finding in check_flow(flow, **known)]


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_flow_is_told_by_step_and_rule_alone(name: str) -> None:
    base, mutate, step, rule = BROKEN[name]
    flow = copy.deepcopy(base)
    mutate(flow)
    posts = {role: [f"o-of-{role}"] for role in ("traffic-reviewer", *OFFICES)} | ALONE
    assert told(base, posts=posts, limits=LIMITS) == []
    assert told(flow, posts=posts, limits=LIMITS) == [(step, rule)]


@pytest.mark.parametrize("name", BROKEN)
def test_every_finding_speaks_both_languages(name: str) -> None:
    base, mutate, _, _ = BROKEN[name]
    flow = copy.deepcopy(base)
    mutate(flow)
    for finding in check_flow(flow, ALONE, LIMITS, "other.v1.json"):
        assert finding.message in texts.all_texts()
        for language in texts.LANGUAGES:
            text = texts.all_texts()[finding.message][language]
            asked = {part for _, part, _, _ in string.Formatter().parse(text) if part}
            assert asked <= finding.params.keys()
            assert texts.say(finding.message, language, **finding.params) != finding.message


def test_the_published_flows_and_the_sample_city_are_sound() -> None:
    assert check.published_flows() == ""
    assert check.sample_city() == ""


def test_the_build_names_file_step_and_rule(tmp_path: Path) -> None:
    flow = copy.deepcopy(LICENCE)
    flow["steps"]["review"]["outcomes"]["pass"] = "aprove"
    (tmp_path / "licence.v2.json").write_text(json.dumps(flow))
    (tmp_path / "twice.v1.json").write_text('{"id": "twice", "id": "twice"}')
    said = check.published_flows(tmp_path).splitlines()
    assert len(said) == 3
    assert said[0].startswith("licence.v2.json: the flow: file-name at /id: ")
    assert said[1].startswith(
        "licence.v2.json: review: target-unknown at /steps/review/outcomes/pass: "
    )
    assert said[2] == "twice.v1.json: The body uses a field name twice."


def test_the_file_is_named_by_id_and_version() -> None:
    assert told(LICENCE, file_name="licence.v1.json") == []
    assert told(LICENCE, file_name="licence.v2.json") == [("", "file-name")]


def test_all_faults_are_told_at_once() -> None:
    flow = copy.deepcopy(LICENCE)
    flow["steps"]["accept"]["limit_days"] = 9
    flow["steps"]["review"]["not_by"] = ["notary"]
    flow["steps"]["approve"]["title"] = {"zh": "决定"}
    found = {
        ("accept", "acceptance-too-long"),
        ("review", "not-by-unknown"),
        ("approve", "title-missing"),
    }
    assert found <= set(told(flow))


def test_a_role_that_nobody_holds() -> None:
    assert told(LICENCE, posts=ALONE | {"approver": []}) == [("approve", "post-vacant")]


def test_holders_that_are_not_known_are_not_judged() -> None:
    assert told(LICENCE, posts=dict.fromkeys(ALONE)) == []


def test_three_separated_steps_need_three_persons() -> None:
    two, three = frozenset({"o-1", "o-2"}), frozenset({"o-1", "o-2", "o-3"})
    assert told(LICENCE, posts=dict.fromkeys(ALONE, two)) == [("approve", "separation-not-met")]
    assert told(LICENCE, posts=dict.fromkeys(ALONE, three)) == []


def test_persons_are_given_so_that_it_works_out() -> None:
    posts = {"window": ["o-1", "o-2"], "reviewer": ["o-1"], "approver": ["o-2", "o-3"]}
    assert told(LICENCE, posts=posts) == []
    assert told(LICENCE, posts=posts | {"approver": ["o-2"]}) == [("approve", "separation-not-met")]


def test_twenty_opinions_with_too_few_officers_are_told_soon() -> None:
    flow = copy.deepcopy(JOINT)
    names = [f"office-{n}" for n in range(20)]
    branches = {
        n: {**OPINION, "post": "reviewer", "not_by": [m for m in names if m != n]} for n in names
    }
    flow["steps"]["opinions"]["branches"] = branches
    flow["steps"]["approve"]["not_by"] = ["accept", "review", *names][:20]
    posts = {"window": ["w"], "approver": ["a"], "reviewer": [f"o-{n}" for n in range(18)]}
    assert ("office-18", "separation-not-met") in told(flow, posts=posts)


def test_a_joint_review_takes_as_long_as_its_longest_branch() -> None:
    assert told(JOINT, limits={"promised_days": 6}) == []
    assert told(JOINT, limits={"promised_days": 5}) == [("approve", "promise-too-short")]
    assert told(JOINT, limits={"promised_days": 3}) == [("fire", "promise-too-short")]


def test_acceptance_keeps_the_items_own_limit() -> None:
    assert told(LICENCE, limits={"acceptance_days": 3}) == [("accept", "acceptance-too-long")]


def test_a_penalty_counts_from_its_first_step_to_its_order() -> None:
    assert told(PENALTY, limits={"promised_days": 10}) == []
    assert told(PENALTY, limits={"promised_days": 9}) == [("order", "promise-too-short")]
    assert told(PENALTY, limits={"promised_days": 4}) == [("investigate", "promise-too-short")]


def test_what_follows_the_decision_does_not_count_towards_the_promise() -> None:
    flow = copy.deepcopy(RENEWAL)
    flow["steps"]["deliver"]["limit_days"] = flow["steps"]["archive"]["limit_days"] = 300
    assert told(flow, limits={"promised_days": 4}) == []


def test_an_item_whose_silence_grants_needs_a_flow_that_knows_of_it() -> None:
    [found] = check_flow(LICENCE, limits={"tacit_approval": True})
    assert (found.step, found.rule, found.field) == ("", "tacit-missing", "/limits/tacit_approval")
    assert told(RENEWAL, limits={"tacit_approval": True}) == []
    assert told(RENEWAL, limits={"tacit_approval": False}) == []
    assert told(LICENCE, limits={"tacit_approval": False}) == []


def publish_check(
    monkeypatch: pytest.MonkeyPatch, folder: Path, flow: Template, item: Template, **more: Any
) -> list[Any]:
    """The faults that publication of ``item`` names when ``flow`` is the published licence."""
    (folder / "licence.v1.json").write_text(json.dumps(flow))
    monkeypatch.setattr(flows.templates, "FOLDER", folder)
    with pytest.raises(Invalid) as refused:
        items.check(item, **more)
    return [(fault.field, fault.message) for fault in refused.value.faults]


def test_publication_names_every_fault_and_its_field(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    items.check(SHOP_SIGN)
    flow, item = copy.deepcopy(LICENCE), copy.deepcopy(SHOP_SIGN)
    flow["steps"]["approve"]["not_by"] = ["accept"]
    item["limits"] |= {"promised_days": 3, "statutory_days": 2}
    del item["posts"]["reviewer"]
    assert publish_check(monkeypatch, tmp_path, flow, item) == [
        ("/flow/steps/approve/not_by", "flow-decision-not-separate"),
        ("/limits/promised_days", "flow-promise-too-short"),
        ("/posts/reviewer", "flow-post-unfilled"),
        ("/limits/promised_days", "promise-above-law"),
    ]


def test_publication_asks_who_holds_the_posts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    items.check(SHOP_SIGN, lambda post: [f"o-of-{post}"])
    found = publish_check(
        monkeypatch, tmp_path, LICENCE, SHOP_SIGN, holders=lambda post: ["o-alone"]
    )
    assert found == [
        ("/posts/reviewer", "flow-separation-not-met"),
        ("/posts/approver", "flow-separation-not-met"),
    ]


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) in a JSON value."""
    keys = (
        list(value)
        if isinstance(value, dict)
        else range(len(value))
        if isinstance(value, list)
        else ()
    )
    return [(value, key) for key in keys] + [place for key in keys for place in places(value[key])]


WORDS = [
    "accept",
    "review",
    "opinions",
    "fire",
    "approve",
    "issue",
    "join",
    "end:granted",
    "end:x",
    "a/b~c",
    "",
]
WORDS += [
    "decide",
    "order",
    "pay",
    "hear",
    "meeting",
    "publicity",
    "deliver",
    "archive",
    "ex_officio",
    "end:ordered",
]
WORD = st.sampled_from(WORDS)
PLAIN = (
    st.none()
    | st.booleans()
    | st.integers(-3, 400)
    | st.floats(allow_nan=False)
    | st.text(max_size=5)
)
JUNK = PLAIN | WORD | st.lists(WORD, max_size=3) | st.dictionaries(WORD, WORD, max_size=3)


@settings(max_examples=100, deadline=None)
@given(data=st.data(), base=st.sampled_from([LICENCE, JOINT, *WHOLE]), times=st.integers(1, 6))
def test_no_mutation_crashes_it_and_every_finding_can_be_said(
    data: st.DataObject, base: Template, times: int
) -> None:
    flow = copy.deepcopy(base)
    for _ in range(times):
        known = places(flow)
        container, key = known[data.draw(st.integers(0, len(known) - 1))]
        what = data.draw(st.sampled_from(["put", "drop", "swap"]))
        if what == "put":
            container[key] = data.draw(JUNK)
        elif what == "swap":
            other, at = known[data.draw(st.integers(0, len(known) - 1))]
            container[key] = copy.deepcopy(other[at])
        elif len(container) > 1:
            del container[key]
    found = check_flow(flow, ALONE, LIMITS, "licence.v1.json")
    assert len({finding.field for finding in found}) == len(found)
    for finding in found:
        assert texts.say(finding.message, "en", **finding.params)
    if not found:
        assert flows.read(flow).entry_steps(flow["start"]) == (flow["start"],)


@given(JUNK)
def test_what_is_no_flow_is_told(junk: Any) -> None:
    assert check_flow(junk, ALONE, LIMITS, "licence.v1.json")
