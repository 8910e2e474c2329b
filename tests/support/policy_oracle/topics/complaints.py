"""Plain rules: who complains, who sees it, and who is kept from it."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from chalicelib.kernel.authorization import Principal
from tests.support.policy_oracle.oracle import (
    DEPARTMENTS,
    POSTS,
    SOME_PEOPLE,
    SOME_POSTS,
    Topic,
    roles_of,
)

VIEW, HANDLE = "view_complaint", "handle_complaint"


def permits(who: Principal, kind: str, action: str, facts: Mapping[str, Any]) -> bool:
    """Everybody complains; who complained and who supervises see it."""
    if action == "file_complaint":
        return True
    if action != VIEW:
        return False
    supervises = bool(roles_of(who) & {"supervisor", "auditor"})
    return supervises or facts["complainant"] == who.person


def forbids(who: Principal, kind: str, action: str, facts: Mapping[str, Any]) -> bool:
    """Whom it is about is kept from it, but for seeing what they filed themselves."""
    if kind != "Complaint":
        return False
    if action == VIEW and facts["complainant"] == who.person:
        return False
    return (
        facts["department"] in {post.department for post in who.posts}
        or bool(who.post_ids & facts["posts"])
        or who.person in facts["persons"]
    )


TOPIC = Topic(
    actions={"City": ["file_complaint"], "Complaint": {VIEW, HANDLE}},
    facts={
        "Complaint": {
            "handler": POSTS,
            "complainant": st.sampled_from(["", "p-1", "o-1"]),  # empty: nameless
            "department": DEPARTMENTS,
            "posts": SOME_POSTS,
            "persons": SOME_PEOPLE,
            "decided_by": SOME_PEOPLE,
        }
    },
    permits=permits,
    forbids=forbids,
)
