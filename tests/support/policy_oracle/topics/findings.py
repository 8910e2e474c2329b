"""Plain rules: who sees and judges findings, and who changes a rule that watches."""

from collections.abc import Mapping
from typing import Any

from chalicelib.kernel.authorization import Principal
from tests.support.policy_oracle.oracle import PEOPLE, Topic, roles_of

ALLOWED = {
    "list_findings": {"supervisor", "auditor"},
    "view_finding": {"supervisor", "auditor"},
    "judge_finding": {"supervisor"},
    "propose_rule_change": {"supervisor"},
    "try_rule": {"supervisor", "administrator"},
    "answer_rule_change": {"supervisor", "administrator"},
}
ANSWER = "answer_rule_change"


def permits(who: Principal, kind: str, action: str, facts: Mapping[str, Any]) -> bool:
    """By role alone."""
    return bool(roles_of(who) & ALLOWED.get(action, set()))


def forbids(who: Principal, kind: str, action: str, facts: Mapping[str, Any]) -> bool:
    """Who has proposed does not answer."""
    return action == ANSWER and who.person == facts["proposer"]


TOPIC = Topic(
    actions={"City": set(ALLOWED) - {ANSWER}, "SupervisionRule": {ANSWER}},
    facts={"SupervisionRule": {"proposer": PEOPLE}},
    permits=permits,
    forbids=forbids,
)
