"""Who may write, judge and retire items: how they look to the policies, and by which office
somebody acts.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.catalog.acts.drafts import Draft
from chalicelib.catalog.acts.item_acts import Document
from chalicelib.catalog.acts.items import Item
from chalicelib.catalog.errors import OwnDraft, OwnProposal
from chalicelib.catalog.publishing.repository import draft_then, present_authority
from chalicelib.kernel.aggregates import Authorization, Authorize
from chalicelib.kernel.authorization import Resource
from chalicelib.kernel.caller import Caller
from chalicelib.kernel.errors import Forbidden, NotFound

AUTHOR, PUBLISHER = "catalogue-author", "catalogue-publisher"
EITHER = frozenset({AUTHOR, PUBLISHER})
LEGAL_OFFICE = "GOV"  # it may handle every authority's items, as the policies say
ROLES = {
    "draft_item": {AUTHOR},
    "revise_item_draft": {AUTHOR},
    "submit_item_draft": {AUTHOR},
    "withdraw_item_draft": {AUTHOR},
    "review_item_draft": {PUBLISHER},
    "publish_item_draft": {PUBLISHER},
    "confirm_retirement": {PUBLISHER},
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
    draft = draft_then(draft_id, moment)
    return Resource("ItemDraft", draft_id, draft_facts(draft))


def may_begin(caller: Caller, document: Document) -> Authorize[Draft]:
    """Permission to begin a draft of a document, by the office that gives it."""

    def authorize(draft: Draft) -> Authorization:
        begun = replace(
            draft,
            item=document["id"],
            authority=document["authority"],
            authors=frozenset({caller.principal.person}),
        )
        caller.permit(Resource("ItemDraft", draft.id, draft_facts(begun)))
        return _by_office(caller, begun.authority)

    return authorize


def may_handle_draft(caller: Caller) -> Authorize[Draft]:
    """Permission to read a draft or to act on it, by the office that gives it."""

    def authorize(draft: Draft) -> Authorization:
        if not draft.seq:
            raise NotFound
        resource = Resource(
            "ItemDraft",
            draft.id,
            draft_facts(draft),
            see="view_item_draft",
        )
        is_own = not draft.authors.isdisjoint(caller.principal.identities)
        _ask(caller, resource, OwnDraft, is_own)
        return _by_office(caller, draft.authority)

    return authorize


def may_retire(caller: Caller) -> Authorize[Item]:
    """Permission to retire an item, by the office that gives it."""

    def authorize(item: Item) -> Authorization:
        if not item.version:
            raise NotFound
        facts = {"authority": item.authority, "proposer": item.proposer}
        is_own = item.proposer in caller.principal.identities
        _ask(
            caller,
            Resource("Item", item.id, facts),
            OwnProposal,
            is_own,
        )
        return _by_office(caller, item.authority)

    return authorize


def _ask(caller: Caller, resource: Resource, own: type[Forbidden], is_own: bool) -> None:
    """Ask the policies; where the caller would judge their own doing that is said besides."""
    judges = ROLES.get(caller.action) == {PUBLISHER}
    try:
        caller.permit(resource)
    except Forbidden as forbidden:
        if is_own and judges:
            raise own().because(forbidden.denial) from None
        raise


def _by_office(caller: Caller, department: str) -> Authorization:
    """By which post the caller acts: one of the item's authority before one of the legal office."""
    roles = ROLES.get(caller.action, EITHER)
    posts = {}
    for post in caller.principal.posts:
        if post.roles & roles:
            posts[post.department] = post.id
    post_id = posts.get(department) or posts[LEGAL_OFFICE]
    return Authorization(caller.actor(post_id))
