"""Plain rules: who has a complaint handles it, but for their own and what they decided before."""

from collections.abc import Mapping
from typing import Any

from chalicelib.kernel.authorization import Principal
from tests.support.policy_oracle.oracle import Topic


def permits(who: Principal, kind: str, action: str, facts: Mapping[str, Any]) -> bool:
    """Who holds the post that has it sees and handles it."""
    return kind == "Complaint" and facts["handler"] in who.post_ids


def forbids(who: Principal, kind: str, action: str, facts: Mapping[str, Any]) -> bool:
    """Nobody handles their own complaint, or decides the appeal against themselves."""
    if action != "handle_complaint":
        return False
    return facts["complainant"] == who.person or who.person in facts["decided_by"]


TOPIC = Topic(permits=permits, forbids=forbids)
