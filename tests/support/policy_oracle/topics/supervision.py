"""Plain rules: who obliges offices to answer, who answers, and who rules on it."""

from collections.abc import Mapping
from typing import Any

from chalicelib.kernel.authorization import Principal
from tests.support.policy_oracle.oracle import (
    DEPARTMENTS,
    SOME_PEOPLE,
    SOME_POSTS,
    Topic,
    roles_of,
)

SEEING = {"list_matters", "view_matter"}
COUNTED = {"view_statistics", "list_cases_at_risk", "list_post_loads"}
RULING = {"order_supervision", "rule_matter"}


def permits(who: Principal, kind: str, action: str, facts: Mapping[str, Any]) -> bool:
    """Supervisors see all and rule, auditors see all, an office sees and answers its own."""
    roles = roles_of(who)
    if action in RULING:
        return "supervisor" in roles
    if action == "answer_matter":
        return bool(who.post_ids & facts["answering"])
    if kind == "Numbers":
        return bool(roles & {"supervisor", "auditor"}) or _heads(who, action, facts)
    if action not in SEEING:
        return False
    departments = {post.department for post in who.posts}
    return bool(roles & {"supervisor", "auditor"}) or facts["department"] in departments


def _heads(who: Principal, action: str, facts: Mapping[str, Any]) -> bool:
    """Heads see the numbers of their own department, but not the board."""
    headed = {post.department for post in who.posts if "head" in post.roles}
    return action in COUNTED and facts["department"] in headed


def forbids(who: Principal, kind: str, action: str, facts: Mapping[str, Any]) -> bool:
    """Who has answered does not rule."""
    return action == "rule_matter" and who.person in facts["answered_by"]


TOPIC = Topic(
    actions={
        "City": ["order_supervision"],
        "Matter": SEEING | {"answer_matter", "rule_matter"},
        "Numbers": COUNTED | {"view_board"},
    },
    facts={
        "Numbers": {"department": DEPARTMENTS},
        "Matter": {
            "department": DEPARTMENTS,
            "answering": SOME_POSTS,
            "answered_by": SOME_PEOPLE,
        },
    },
    permits=permits,
    forbids=forbids,
)
