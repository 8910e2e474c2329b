"""Plain rules: who in an office may read a case, for what, and who may see that they did."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from chalicelib.casework.use_cases.reads import PURPOSES
from chalicelib.kernel.authorization import Principal
from tests.support.policy_oracle.oracle import Topic, offices_of, roles_of

OF_SUPERVISORS = {"supervision", "complaint"}
OF_POSTS = {"act", "task", *PURPOSES} - OF_SUPERVISORS


def permits(who: Principal, kind: str, action: str, facts: Mapping[str, Any]) -> bool:
    """Posts of the case for anything that they say, the department's head for a purpose,
    supervisors to supervise.
    """
    if action == "read_access_log":
        return who.may_act_for(facts["party"], facts["item"])
    if action != "view_case":
        return False
    purpose = facts["purpose"]
    return (
        (bool(who.post_ids & facts["posts"]) and purpose in OF_POSTS)
        or (
            (facts["authority"], "head") in offices_of(who)
            and purpose in set(PURPOSES) - OF_SUPERVISORS
        )
        or ("supervisor" in roles_of(who) and purpose in OF_SUPERVISORS)
    )


def forbids(who: Principal, kind: str, action: str, facts: Mapping[str, Any]) -> bool:
    """A system has nothing to look up but its tasks."""
    return action == "view_case" and who.is_system and facts["purpose"] not in ("act", "task")


TOPIC = Topic(
    actions={"Party": ["read_access_log"]},
    facts={"Case": {"purpose": st.sampled_from(["", "act", "task", *PURPOSES])}},
    permits=permits,
    forbids=forbids,
)
