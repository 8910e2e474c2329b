"""Plain rules: what a department has delegated to a window post, item by item and outcome by
outcome.
"""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from chalicelib.kernel.authorization import Delegated, Principal
from tests.support.policy_oracle.oracle import POSTS, Topic
from tests.support.policy_oracle.topics.reads import OF_POSTS

ITEMS = st.sampled_from(["shop-sign", "mass-event"])
OUTCOMES = st.sampled_from(["approve", "refuse", "return"])
given = st.builds(
    Delegated,
    st.just("d"),
    POSTS,
    st.frozensets(ITEMS, max_size=2),
    st.frozensets(OUTCOMES, max_size=2),
)
places = st.builds(lambda post, item: {"post": post, "item": item}, POSTS, ITEMS)


def permits(who: Principal, kind: str, action: str, facts: Mapping[str, Any]) -> bool:
    """The inbox by post, case and task by item, completion by outcome."""
    delegations = [each for post in who.posts for each in post.delegations]
    if action == "list_tasks":
        return any(each.post == facts["post"] for each in delegations)
    if action == "view_case":
        here = [(place["post"], place["item"]) for place in facts["delegable"]]
        reached = any((each.post, item) in here for each in delegations for item in each.items)
        return reached and facts["purpose"] in OF_POSTS
    if action not in ("view_task", "claim_task", "release_task", "complete_task"):
        return False
    found = [
        each for each in delegations if each.post == facts["post"] and facts["item"] in each.items
    ]
    return any(action != "complete_task" or facts["outcome"] in each.outcomes for each in found)


TOPIC = Topic(
    facts={
        "Case": {"delegable": st.lists(places, max_size=2)},
        "Task": {"item": ITEMS, "outcome": OUTCOMES | st.just("")},
    },
    permits=permits,
    post={"delegations": st.lists(given, max_size=2).map(tuple)},
)
