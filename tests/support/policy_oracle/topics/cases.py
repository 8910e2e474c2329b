"""Plain rules: citizens' own matters, cases, tasks and inboxes."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from chalicelib.kernel.authorization import Principal
from tests.support.policy_oracle.oracle import (
    DEPARTMENTS,
    PEOPLE,
    POSTS,
    SELVES,
    SOME_PEOPLE,
    SOME_POSTS,
    SOME_SELVES,
    Topic,
    heads,
    is_self,
    roles_of,
)

OF_THE_APPLICANT = {"view_case", "supplement_case", "withdraw_case", "pay_case", "collect_result"}
OF_THE_PARTIES = {"view_case", "state_views"}
AT_THE_STEP = {"begin_procedure", "end_procedure", "ask_extension"}
OF_THE_HEAD = {
    "answer_extension",
    "correct_case",
    "recuse_officer",
    "revoke_decision",
    "order_refund",
    "approve_move",
}
WORK = {"claim_task", "release_task", "hand_over_task", "convene_meeting", "complete_task"}
ANYBODYS = {"read_me", "start_upload", "oppose_case"}


def permits(who: Principal, kind: str, action: str, facts: Mapping[str, Any]) -> bool:
    """Own matters, own post, own department."""
    if action in ANYBODYS:
        return True
    if kind == "Case":
        return of_case(who, action, facts)
    is_mine = facts.get("post") in who.post_ids
    if kind == "Task":
        return (action in WORK | {"view_task"} and is_mine) or (
            action in ("view_task", "assign_task") and heads(who, facts)
        )
    if kind == "Inbox":
        return is_mine or heads(who, facts)
    if kind == "Opening":
        return is_mine
    return kind == "Certificate" and is_self(who, facts["holder"])


def of_case(who: Principal, action: str, facts: Mapping[str, Any]) -> bool:
    """Applicant, parties, who works on it now, its head, an administrator."""
    return (
        (action in OF_THE_APPLICANT and is_self(who, facts["applicant"]))
        or (action in OF_THE_PARTIES and is_self(who, *facts["told"]))
        or (action in AT_THE_STEP and bool(who.post_ids & facts["open_posts"]))
        or (action in OF_THE_HEAD and facts["head"] in who.post_ids)
        or (action == "propose_move" and "administrator" in roles_of(who))
    )


def forbids(who: Principal, kind: str, action: str, facts: Mapping[str, Any]) -> bool:
    """Nobody acts twice in a case that wants two, nor in their own matter."""
    if action in WORK:
        return is_self(who, facts["applicant"], *facts["told"], *facts["barred"], *facts["recused"])
    if action == "assign_task":
        return is_self(who, facts["applicant"], *facts["told"], *facts["recused"])
    if action in AT_THE_STEP | OF_THE_HEAD | {"propose_move"}:
        return is_self(who, *facts["told"], *facts["recused"], *their_own(action, facts))
    return action == "open_case" and is_self(who, facts["concerned"])


def their_own(action: str, facts: Mapping[str, Any]) -> set[str]:
    """Who would answer to themselves."""
    if action == "revoke_decision":
        return set(facts["deciders"])
    asked = {"answer_extension": "extension_asked_by", "approve_move": "move_proposed_by"}.get(
        action
    )
    return {facts[asked]} if asked else set()


TOPIC = Topic(
    actions={
        "City": ANYBODYS - {"oppose_case"},
        "Case": OF_THE_APPLICANT
        | OF_THE_PARTIES
        | AT_THE_STEP
        | OF_THE_HEAD
        | {"oppose_case", "propose_move"},
        "Opening": ["open_case"],
        "Inbox": ["list_tasks", "count_tasks"],
        "Task": WORK | {"view_task", "assign_task"},
        "Certificate": ["read_certificate"],
    },
    facts={
        "Case": {
            "applicant": SELVES | st.just(""),
            "told": SOME_SELVES,
            "posts": SOME_POSTS,
            "open_posts": SOME_POSTS,
            "head": POSTS | st.just(""),
            "authority": DEPARTMENTS,
            "recused": SOME_PEOPLE,
            "deciders": SOME_PEOPLE,
            "extension_asked_by": PEOPLE | st.just(""),
            "move_proposed_by": PEOPLE | st.just(""),
        },
        "Opening": {"post": POSTS, "concerned": SELVES | st.just("")},
        "Inbox": {"post": POSTS, "department": DEPARTMENTS},
        "Task": {
            "post": POSTS,
            "department": DEPARTMENTS,
            "applicant": SELVES,
            "barred": SOME_SELVES,
            "recused": SOME_PEOPLE,
        },
        "Certificate": {"holder": SELVES},
    },
    permits=permits,
    forbids=forbids,
)
