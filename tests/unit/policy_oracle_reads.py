"""Plain rules: who in an office may read a case, for what, and who may see that they did."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from chalicelib.casework.reads import PURPOSES
from chalicelib.kernel.guard import Principal
from tests.unit.policy_oracle import Topic, offices_of, roles_of


def permits(who: Principal, kind: str, action: str, facts: Mapping[str, Any]) -> bool:
    """Posts of the case for anything that they say, the department's head for a purpose, supervisors to supervise."""
    if action == "read_access_log":
        return who.may_act_for(facts["party"], facts["item"])
    if action != "view_case":
        return False
    purpose = facts["purpose"]
    return (
        (bool(who.post_ids & facts["posts"]) and purpose != "")
        or ((facts["authority"], "head") in offices_of(who) and purpose in PURPOSES)
        or ("supervisor" in roles_of(who) and purpose in ("supervision", "complaint"))
    )


TOPIC = Topic(
    actions={"Party": ["read_access_log"]},
    facts={"Case": {"purpose": st.sampled_from(["", "act", "task", *PURPOSES])}},
    permits=permits,
)
