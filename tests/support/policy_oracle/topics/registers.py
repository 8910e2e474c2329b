"""Plain rules: changes of the registers take two persons, ends of their entries one."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from chalicelib.kernel.authorization import Principal
from tests.support.policy_oracle.oracle import (
    DEPARTMENTS,
    SELVES,
    SOME_SELVES,
    Topic,
    heads,
    is_self,
    roles_of,
)

ANSWERING = {"view_register_change", "approve_register_change", "reject_register_change"}
GAINING = {"propose_register_change", "approve_register_change"}
ENDING = {"end_appointment", "end_delegation", "end_absence"}


def permits(who: Principal, kind: str, action: str, facts: Mapping[str, Any]) -> bool:
    """Administrators propose, and windows whose document or account is whose; administrators and the department's head answer; these and security officers
    end.
    """
    roles = roles_of(who)
    if action == "propose_register_change":
        is_window = "window" in roles and facts["kind"] == "identity"
        return "administrator" in roles or is_window
    if action == "list_register_changes":
        return bool(roles & {"administrator", "head"})
    if action == "read_post_appointments":
        return bool(who.posts)
    if action in ANSWERING:
        return "administrator" in roles or heads(who, facts)
    return action in ENDING and (bool(roles & {"administrator", "security"}) or heads(who, facts))


def forbids(who: Principal, kind: str, action: str, facts: Mapping[str, Any]) -> bool:
    """Nobody about themselves, nor the proposer as the second person."""
    if action in GAINING and is_self(who, *facts["gaining"]):
        return True
    if action in ENDING and is_self(who, *facts["people"]):
        return True
    return action == "approve_register_change" and is_self(who, facts["proposer"])


TOPIC = Topic(
    actions={
        "City": ["list_register_changes", "read_post_appointments"],
        "RegisterChange": ANSWERING | GAINING,
        "RegisterEntry": ENDING,
    },
    facts={
        "RegisterChange": {
            "department": DEPARTMENTS,
            "gaining": SOME_SELVES,
            "proposer": SELVES,
            "kind": st.sampled_from(["appointment", "identity"]),
        },
        "RegisterEntry": {"department": DEPARTMENTS, "people": SOME_SELVES},
    },
    permits=permits,
    forbids=forbids,
)
