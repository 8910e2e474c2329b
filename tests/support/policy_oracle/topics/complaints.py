"""Plain rules: who complains, who handles it, and who is kept from it."""

from collections.abc import Mapping
from typing import Any

from chalicelib.kernel.authorization import Principal
from tests.support.policy_oracle.oracle import (
    DEPARTMENTS,
    PEOPLE,
    POSTS,
    SOME_PEOPLE,
    SOME_POSTS,
    Topic,
    roles_of,
)

VIEW, HANDLE = "view_complaint", "handle_complaint"


def permits(who: Principal, kind: str, action: str, facts: Mapping[str, Any]) -> bool:
    """Everybody complains; who complained, who has it and who supervises see it; who has it handles
    it.
    """
    if action == "file_complaint":
        return True
    if kind != "Complaint":
        return False
    has_it = facts["handler"] in who.post_ids
    supervises = bool(roles_of(who) & {"supervisor", "auditor"})
    if action == VIEW:
        return has_it or supervises or facts["complainant"] == who.person
    return action == HANDLE and has_it


def forbids(who: Principal, kind: str, action: str, facts: Mapping[str, Any]) -> bool:
    """Whom it is about is kept from it, and who complained or decided from handling it."""
    if kind != "Complaint":
        return False
    is_own = facts["complainant"] == who.person
    if action == HANDLE and (is_own or who.person in facts["decided_by"]):
        return True
    is_about_them = (
        facts["department"] in {post.department for post in who.posts}
        or bool(who.post_ids & facts["posts"])
        or who.person in facts["persons"]
    )
    return is_about_them and not (is_own and action == VIEW)


TOPIC = Topic(
    actions={"City": ["file_complaint"], "Complaint": {VIEW, HANDLE}},
    facts={
        "Complaint": {
            "handler": POSTS,
            "complainant": PEOPLE,
            "department": DEPARTMENTS,
            "posts": SOME_POSTS,
            "persons": SOME_PEOPLE,
            "decided_by": SOME_PEOPLE,
        }
    },
    permits=permits,
    forbids=forbids,
)
