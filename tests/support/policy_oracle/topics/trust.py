"""Plain rules: administrator, auditor and security officer, whom nobody is two of."""

from collections.abc import Mapping
from typing import Any

from chalicelib.kernel.authorization import Principal
from tests.support.policy_oracle.oracle import Topic, roles_of

OFFICES_OF_TRUST = {"administrator", "auditor", "security"}
REGISTERS = {
    *("propose_register_change", "approve_register_change", "reject_register_change"),
    *("end_appointment", "end_delegation", "end_absence"),
}
# What their offices give to the three: none of it to who is two of them.
OF_TRUST = REGISTERS | {
    "ask_policies",
    "try_rule",
    "answer_rule_change",
    "propose_move",
    "set_webhook",
    "read_webhook",
    "end_webhook",
}


def permits(who: Principal, kind: str, action: str, facts: Mapping[str, Any]) -> bool:
    """Supervisors and auditors ask."""
    return action == "ask_policies" and bool(roles_of(who) & {"supervisor", "auditor"})


def forbids(who: Principal, kind: str, action: str, facts: Mapping[str, Any]) -> bool:
    """Two of the three act as none."""
    return action in OF_TRUST and len(roles_of(who) & OFFICES_OF_TRUST) > 1


TOPIC = Topic(actions={"City": ["ask_policies"]}, permits=permits, forbids=forbids)
