"""The policies say exactly what the plain rules below say, and no to everything unclear."""

import json
from typing import Any

import cedarpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.authority.gate import CedarGate, policy_text, schema_text
from chalicelib.kernel.guard import CITY, Post, Principal, Resource

GATE = CedarGate()
PEOPLE = st.sampled_from(["p-1", "o-1", "o-2"])
POSTS = st.sampled_from(["urb-window", "urb-head", "dpf-window", "gov-admin"])
DEPARTMENTS = st.sampled_from(["URB", "DPF", "GOV"])
ROLES = st.sampled_from(["window", "reviewer", "approver", "opinion", "head", "supervisor", "administrator"])
held = st.builds(Post, POSTS, DEPARTMENTS, st.frozensets(ROLES, max_size=2))
principals = st.builds(Principal, PEOPLE, st.just(""), st.lists(held, max_size=2).map(tuple))

ANYBODY = {"read_me", "list_messages", "start_upload", "file_application", "list_own_cases"}
ACTIONS = {
    "City": [*sorted(ANYBODY), "list_tasks"],
    "Appointment": ["appoint", "end_appointment"],
    "Case": ["view_case", "supplement_case", "withdraw_case"],
    "Task": ["view_task", "claim_task", "release_task", "complete_task"],
    "Certificate": ["read_certificate"],
}
FACTS = {
    "City": st.just({}),
    "Appointment": st.fixed_dictionaries({"person": PEOPLE}),
    "Case": st.fixed_dictionaries(
        {"applicant": PEOPLE, "posts": st.frozensets(POSTS, max_size=2), "departments": st.frozensets(DEPARTMENTS)}
    ),
    "Task": st.fixed_dictionaries(
        {"post": POSTS, "department": DEPARTMENTS, "applicant": PEOPLE, "barred": st.frozensets(PEOPLE, max_size=2)}
    ),
    "Certificate": st.fixed_dictionaries({"holder": PEOPLE}),
}
questions = st.sampled_from(sorted(ACTIONS)).flatmap(
    lambda kind: st.tuples(st.just(kind), st.sampled_from(ACTIONS[kind]), FACTS[kind])
)
BOOKSHOP_TASK = {"post": "urb-window", "department": "URB", "applicant": "p-1", "barred": ["o-9"]}


def rule(who: Principal, kind: str, action: str, facts: dict[str, Any]) -> bool:
    """The same rules in plain Python: what the policies are checked against."""
    roles = {role for post in who.posts for role in post.roles}
    if kind == "City":
        return action in ANYBODY or bool(roles & {"window", "reviewer", "approver", "opinion", "head"})
    if kind == "Appointment":
        return "administrator" in roles and facts["person"] != who.person
    if kind == "Certificate":
        return bool(facts["holder"] == who.person)
    if kind == "Case":
        return facts["applicant"] == who.person or (action == "view_case" and bool(who.post_ids & facts["posts"]))
    if action == "view_task":
        heads = any(post.department == facts["department"] and "head" in post.roles for post in who.posts)
        return heads or facts["post"] in who.post_ids
    return facts["post"] in who.post_ids and who.person not in facts["barred"] and who.person != facts["applicant"]


@settings(max_examples=500, deadline=None)
@given(who=principals, question=questions)
def test_the_policies_say_what_the_plain_rules_say(who: Principal, question: tuple[str, str, dict[str, Any]]) -> None:
    kind, action, facts = question
    assert GATE.allows(who, action, Resource(kind, "x", facts)) is rule(who, kind, action, facts)


def officer(post: str = "urb-window", *roles: str, person: str = "o-1", department: str = "URB") -> Principal:
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
        ("complete_task", Resource("Task", "t", {k: v for k, v in BOOKSHOP_TASK.items() if k != "barred"})),
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
        posts=(Post("dpf-head", "DPF", frozenset({"head"})), Post("urb-reviewer", "URB", frozenset({"reviewer"}))),
    )
    assert not GATE.allows(two_posts, "view_task", Resource("Task", "t", BOOKSHOP_TASK))
    assert GATE.allows(two_posts, "view_task", Resource("Task", "t", BOOKSHOP_TASK | {"department": "DPF"}))


@pytest.mark.parametrize("person", ['o"1', "o\n1", "o\\1", "张伟", "o-1' OR 1", ""])
def test_a_strange_person_id_is_only_an_id(person: str) -> None:
    mine = Resource("Certificate", person or "x", {"holder": person})
    assert GATE.allows(Principal(person), "read_certificate", mine)
    assert not GATE.allows(Principal(person), "read_certificate", Resource("Certificate", "x", {"holder": "o-2"}))
