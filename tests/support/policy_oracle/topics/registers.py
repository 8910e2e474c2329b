"""Plain rules: changes of the registers take two persons, ends of their entries one."""

from collections.abc import Mapping
from typing import Any

from chalicelib.kernel.authorization import Principal
from tests.support.policy_oracle.oracle import (
    DEPARTMENTS,
    PEOPLE,
    SOME_PEOPLE,
    Topic,
    heads,
    roles_of,
)

ANSWERING = {"view_register_change", "approve_register_change", "reject_register_change"}
GAINING = {"propose_register_change", "approve_register_change"}
ENDING = {"end_appointment", "end_delegation", "end_absence"}


def permits(who: Principal, kind: str, action: str, facts: Mapping[str, Any]) -> bool:
    """Administrators propose, they and the department's head answer; these and security officers
    end.
    """
    roles = roles_of(who)
    if action == "propose_register_change":
        return "administrator" in roles
    if action == "list_register_changes":
        return bool(roles & {"administrator", "head"})
    if action == "read_post_appointments":
        return bool(who.posts)
    if action in ANSWERING:
        return "administrator" in roles or heads(who, facts)
    return action in ENDING and (bool(roles & {"administrator", "security"}) or heads(who, facts))


def forbids(who: Principal, kind: str, action: str, facts: Mapping[str, Any]) -> bool:
    """Nobody about themselves, nor the proposer as the second person."""
    if action in GAINING and who.person in facts["gaining"]:
        return True
    if action in ENDING and who.person in facts["people"]:
        return True
    return action == "approve_register_change" and bool(facts["proposer"] == who.person)


TOPIC = Topic(
    actions={
        "City": ["list_register_changes", "read_post_appointments"],
        "RegisterChange": ANSWERING | GAINING,
        "RegisterEntry": ENDING,
    },
    facts={
        "RegisterChange": {"department": DEPARTMENTS, "gaining": SOME_PEOPLE, "proposer": PEOPLE},
        "RegisterEntry": {"department": DEPARTMENTS, "people": SOME_PEOPLE},
    },
    permits=permits,
    forbids=forbids,
)
