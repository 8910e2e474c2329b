"""The policies say exactly what the plain rules of the oracle say, and no to everything unclear."""

import json
from typing import Any

import cedarpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.authority.policies.engine import CedarEngine, policy_text, schema_text
from chalicelib.kernel.authorization import CITY, Post, Principal, Resource
from tests.support.policy_oracle import oracle, situations
from tests.support.policy_oracle.topics.cases import AT_THE_STEP, OF_THE_HEAD, WORK
from tests.support.policy_oracle.topics.mandates import BEGAN

GATE = CedarEngine()
BOOKSHOP_TASK = {
    "post": "urb-window", "department": "URB", "item": "shop-sign", "outcome": "accept", "applicant": "p-1",
    "told": ["p-1"], "barred": ["o-9"], "recused": [], "strong": False,
}  # fmt: skip
BOOKSHOP_CASE = {
    "applicant": "p-1", "told": ["p-1", "p-2"], "posts": ["urb-window", "urb-head"], "open_posts": ["urb-window"],
    "head": "urb-head", "authority": "URB", "purpose": "act", "item": "shop-sign", "acted": [], "recused": [], "delegable": [],
    "deciders": [], "extension_asked_by": "", "move_proposed_by": "", "strong": False,
}  # fmt: skip


@pytest.mark.parametrize("action", sorted(situations.kinds()))
def test_the_policies_say_what_the_plain_rules_say_on_both_sides_of_every_edge(action: str) -> None:
    for each in situations.of_action(action):
        assert GATE.allows(each.who, action, each.resource) is oracle.allowed(
            each.who, each.kind, action, each.facts
        )


@pytest.mark.parametrize("kind", oracle.actions())
def test_the_policies_say_what_the_plain_rules_say_wherever_one_looks(kind: str) -> None:
    @settings(max_examples=100, deadline=None)
    @given(
        who=oracle.principals(),
        action=st.sampled_from(oracle.actions()[kind]),
        facts=oracle.facts_of(kind),
    )
    def agree(who: Principal, action: str, facts: dict[str, Any]) -> None:
        assert GATE.allows(who, action, Resource(kind, "x", facts, since=BEGAN)) is bool(
            oracle.allowed(who, kind, action, facts)
        )

    agree()


def test_the_plain_rules_know_every_action_of_the_schema() -> None:
    known = {action: kind for kind, actions in oracle.actions().items() for action in actions}
    assert known == oracle.actions_of_the_schema()


def officer(
    post: str = "urb-window", *roles: str, person: str = "o-1", department: str = "URB"
) -> Principal:
    return Principal(person, posts=(Post(post, department, frozenset(roles or {"window"})),))


def test_the_policies_are_valid_under_their_schema() -> None:
    result = cedarpy.validate_policies(policy_text(), schema_text())
    assert result.validation_passed, [str(error) for error in result.errors]


def test_every_policy_has_an_id_of_its_own_and_a_title_in_both_languages() -> None:
    policies = json.loads(cedarpy.policies_to_json_str(policy_text()))["staticPolicies"]
    annotations = [policy["annotations"] for policy in policies.values()]
    assert len({notes["id"] for notes in annotations}) == len(annotations) > 8
    assert all(notes["title_zh"] and notes["title_en"] for notes in annotations)


def test_the_officer_of_the_post_may_complete_the_task() -> None:
    assert GATE.allows(officer(), "complete_task", Resource("Task", "t", BOOKSHOP_TASK))


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("complete_everything", Resource("Task", "t", BOOKSHOP_TASK)),
        ("", Resource("Task", "t", BOOKSHOP_TASK)),
        ("complete_task", CITY),
        ("appoint", CITY),
        ("complete_task", Resource("Nothing", "t", BOOKSHOP_TASK)),
        ("complete_task", Resource("Task", "t", {})),
        (
            "complete_task",
            Resource("Task", "t", {k: v for k, v in BOOKSHOP_TASK.items() if k != "barred"}),
        ),
        ("complete_task", Resource("Task", "t", BOOKSHOP_TASK | {"surprise": 1})),
        ("complete_task", Resource("Task", "t", BOOKSHOP_TASK | {"barred": None})),
        ("complete_task", Resource("Task", "t", BOOKSHOP_TASK | {"barred": "o-9"})),
    ],
)
def test_what_is_unclear_is_denied(action: str, resource: Resource) -> None:
    assert not GATE.allows(officer("urb-window", "window", "administrator"), action, resource)


def test_a_head_sees_the_tasks_of_the_own_department_only() -> None:
    two_posts = Principal(
        "o-1",
        posts=(
            Post("dpf-head", "DPF", frozenset({"head"})),
            Post("urb-reviewer", "URB", frozenset({"reviewer"})),
        ),
    )
    assert not GATE.allows(two_posts, "view_task", Resource("Task", "t", BOOKSHOP_TASK))
    assert GATE.allows(
        two_posts, "view_task", Resource("Task", "t", BOOKSHOP_TASK | {"department": "DPF"})
    )


@pytest.mark.parametrize("person", ['o"1', "o\n1", "o\\1", "张伟", "o-1' OR 1", ""])
def test_a_strange_person_id_is_only_an_id(person: str) -> None:
    mine = Resource("Certificate", person or "x", {"holder": person, "item": "shop-sign"})
    assert GATE.allows(Principal(person), "read_certificate", mine)
    theirs = Resource("Certificate", "x", {"holder": "o-2", "item": "shop-sign"})
    assert not GATE.allows(Principal(person), "read_certificate", theirs)


def test_the_head_of_a_case_and_who_works_on_it_have_each_their_own_powers() -> None:
    head, window = officer("urb-head", "head"), officer("urb-window", "window")
    case = Resource("Case", "c", BOOKSHOP_CASE)
    for action in sorted(OF_THE_HEAD):
        assert GATE.allows(head, action, case) and not GATE.allows(window, action, case)
    for action in sorted(AT_THE_STEP):
        assert GATE.allows(window, action, case) and not GATE.allows(head, action, case)
    for action in sorted(OF_THE_HEAD | AT_THE_STEP | {"propose_move"}):
        both = Principal("p-2", posts=(*head.posts, *window.posts))
        assert not GATE.allows(both, action, case), (
            "nobody exercises an office in a case that concerns them"
        )


def test_an_administrator_proposes_a_move_and_does_not_agree_to_it() -> None:
    case = Resource("Case", "c", BOOKSHOP_CASE)
    administrator = officer("gov-admin", "administrator", department="GOV")
    assert GATE.allows(administrator, "propose_move", case)
    assert not GATE.allows(administrator, "approve_move", case)


def test_a_head_assigns_tasks_of_the_own_department_and_works_on_none() -> None:
    task, head = Resource("Task", "t", BOOKSHOP_TASK), officer("urb-head", "head")
    assert GATE.allows(head, "assign_task", task)
    assert not GATE.allows(officer("dpf-head", "head", department="DPF"), "assign_task", task)
    assert not GATE.allows(officer(), "assign_task", task)
    for action in sorted(WORK):
        assert not GATE.allows(head, action, task)


def test_nobody_opens_a_case_against_themselves_nor_from_another_post() -> None:
    opening = {"post": "urb-window", "concerned": "p-1"}
    assert GATE.allows(officer(), "open_case", Resource("Opening", "street-penalty", opening))
    assert not GATE.allows(
        officer(person="p-1"), "open_case", Resource("Opening", "street-penalty", opening)
    )
    assert not GATE.allows(
        officer("dpf-window"), "open_case", Resource("Opening", "street-penalty", opening)
    )
