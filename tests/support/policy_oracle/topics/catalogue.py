"""Plain rules: who drafts, judges and retires items."""

from collections.abc import Mapping
from typing import Any

from chalicelib.kernel.authorization import Principal
from tests.support.policy_oracle.oracle import (
    DEPARTMENTS,
    PEOPLE,
    SOME_PEOPLE,
    Topic,
    is_self,
    offices_of,
    roles_of,
)

AUTHOR, PUBLISHER = "catalogue-author", "catalogue-publisher"
WRITING = {"draft_item", "revise_item_draft", "submit_item_draft", "withdraw_item_draft"}
JUDGING = {"review_item_draft", "publish_item_draft"}


def permits(who: Principal, kind: str, action: str, facts: Mapping[str, Any]) -> bool:
    """In one's own authority, and of an item that changes hands in both; from the legal office in
    every one.
    """
    offices = offices_of(who)

    def handles(role: str) -> bool:
        here = {(facts["authority"], role), (facts.get("present", facts["authority"]), role)}
        return ("GOV", role) in offices or here <= offices

    if action == "list_item_drafts":
        return bool(roles_of(who) & {AUTHOR, PUBLISHER})
    if kind == "ItemDraft":
        return (action not in JUDGING and handles(AUTHOR)) or (
            action not in WRITING and handles(PUBLISHER)
        )
    if kind == "Item":
        return handles(PUBLISHER) or (action == "propose_retirement" and handles(AUTHOR))
    return False


def forbids(who: Principal, kind: str, action: str, facts: Mapping[str, Any]) -> bool:
    """Nobody judges their own doing, and nobody is author and publisher of the same items."""
    own = (action in JUDGING and is_self(who, *facts["authors"])) or (
        action == "confirm_retirement" and is_self(who, facts["proposer"])
    )
    if kind not in ("ItemDraft", "Item") or action == "view_item_draft":
        return own
    reach = {"GOV", facts["authority"]}
    held = {role for department, role in offices_of(who) if department in reach}
    return own or {AUTHOR, PUBLISHER} <= held


TOPIC = Topic(
    actions={
        "City": ["list_item_drafts"],
        "ItemDraft": WRITING | JUDGING | {"view_item_draft"},
        "Item": ["propose_retirement", "confirm_retirement"],
    },
    facts={
        "ItemDraft": {"authority": DEPARTMENTS, "present": DEPARTMENTS, "authors": SOME_PEOPLE},
        "Item": {"authority": DEPARTMENTS, "proposer": PEOPLE},
    },
    permits=permits,
    forbids=forbids,
)
