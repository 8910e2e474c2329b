"""Who may write, judge and retire items: how they look to the policies, and by which office
somebody acts.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from chalicelib.catalog.acts.drafting import Draft, fold
from chalicelib.catalog.errors import OwnDraft, OwnProposal
from chalicelib.catalog.publishing.drafts import load, present_authority
from chalicelib.catalog.publishing.retirement import Item
from chalicelib.kernel.authorization import Resource
from chalicelib.kernel.errors import Fault, Forbidden, Invalid
from chalicelib.kernel.http import Call
from chalicelib.kernel.journal import Actor

AUTHOR, PUBLISHER = "catalogue-author", "catalogue-publisher"
EITHER = frozenset({AUTHOR, PUBLISHER})
LEGAL_OFFICE = "GOV"  # it may handle every authority's items, as the policies say
ROLES = {
    **{
        name: {AUTHOR}
        for name in ("draft_item", "revise_item_draft", "submit_item_draft", "withdraw_item_draft")
    },
    **{
        name: {PUBLISHER}
        for name in ("review_item_draft", "publish_item_draft", "confirm_retirement")
    },
}


def draft_facts(draft: Draft) -> dict[str, Any]:
    """A draft as the policies see it."""
    return {
        "authority": draft.authority,
        "present": present_authority(draft),
        "authors": sorted(draft.authors),
    }


def draft_at(draft_id: str, moment: datetime) -> Resource:
    """A draft as the policies saw it at a moment gone by. Raises NotFound, or Invalid where there
    was none yet.
    """
    _, entries = load(draft_id)
    then = [entry for entry in entries if entry.at <= moment]
    if not then:
        raise Invalid(faults=[Fault("/resource/draft", "not-there-then")])
    return Resource("ItemDraft", draft_id, draft_facts(fold(then)))


def draft_permit(call: Call) -> Callable[[Draft], Actor]:
    """Permission to act on a draft, by the office that gives it."""

    def permit(draft: Draft) -> Actor:
        facts = draft_facts(draft)
        see = "" if call.route.action == "draft_item" else "view_item_draft"
        _ask(
            call,
            Resource("ItemDraft", draft.id, facts, see),
            OwnDraft,
            call.principal.person in draft.authors,
        )
        return call.actor(_post(call, draft.authority))

    return permit


def item_permit(call: Call) -> Callable[[Item], Actor]:
    """Permission to retire an item, by the office that gives it."""

    def permit(item: Item) -> Actor:
        facts = {"authority": item.authority, "proposer": item.proposer}
        _ask(
            call,
            Resource("Item", item.id, facts),
            OwnProposal,
            call.principal.person == item.proposer,
        )
        return call.actor(_post(call, item.authority))

    return permit


def _ask(call: Call, resource: Resource, own: type[Forbidden], is_own: bool) -> None:
    """Ask the policies; where the caller would judge their own doing that is said besides."""
    try:
        call.permit(resource)
    except Forbidden as forbidden:
        if is_own and ROLES.get(call.route.action) == {PUBLISHER}:
            raise own().because(forbidden.denial) from None
        raise


def _post(call: Call, department: str) -> str:
    """The post by which the caller acts: one of the item's authority before one of the legal
    office.
    """
    roles = ROLES.get(call.route.action, EITHER)
    fitting = {post.department: post.id for post in call.principal.posts if post.roles & roles}
    return fitting.get(department) or fitting[LEGAL_OFFICE]
