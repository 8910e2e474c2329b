"""Plain rules: departments' systems within their scopes, the addresses at which they are told,
strong sign-in.
"""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from chalicelib.kernel.authorization import Principal
from tests.support.policy_oracle.oracle import DEPARTMENTS, Topic, heads, is_self, roles_of
from tests.support.policy_oracle.topics.cases import OF_THE_HEAD

WEBHOOKS = {"set_webhook", "read_webhook", "end_webhook"}
READING = {"list_tasks", "count_tasks", "view_task", "view_case"}
WANT_STRENGTH = {"complete_task"} | OF_THE_HEAD
ACTING = {"claim_task", "release_task", "complete_task"}


def permits(who: Principal, kind: str, action: str, facts: Mapping[str, Any]) -> bool:
    """Milestones by who works on the task; addresses by administrators, and by heads as far as they
    look and end.
    """
    if action == "report_milestone":
        return facts["post"] in who.post_ids
    if kind != "Webhook":
        return False
    return "administrator" in roles_of(who) or (action != "set_webhook" and heads(who, facts))


def forbids(who: Principal, kind: str, action: str, facts: Mapping[str, Any]) -> bool:
    """Systems do nothing beyond their scopes; some steps want a strong sign-in; nobody reports on
    their own case.
    """
    if who.is_system and not in_scope(who, action):
        return True
    if action == "report_milestone":
        return is_self(who, facts["applicant"], *facts["told"], *facts["barred"], *facts["recused"])
    return action in WANT_STRENGTH and facts["strong"] and not who.is_strong


def in_scope(who: Principal, action: str) -> bool:
    """Whether a system's token reaches so far."""
    return (
        action == "read_me"
        or (action in READING and "tasks:read" in who.scopes)
        or (action in ACTING and "tasks:act" in who.scopes)
        or (action == "report_milestone" and "milestones:write" in who.scopes)
    )


TOPIC = Topic(
    actions={"Task": ["report_milestone"], "Webhook": WEBHOOKS},
    facts={
        "Task": {"strong": st.booleans()},
        "Case": {"strong": st.booleans()},
        "Webhook": {"department": DEPARTMENTS},
    },
    permits=permits,
    forbids=forbids,
    person={
        "is_strong": st.booleans(),
        "is_system": st.sampled_from([False, False, True]),
        "scopes": st.frozensets(st.sampled_from(["tasks:read", "tasks:act", "milestones:write"])),
    },
)
