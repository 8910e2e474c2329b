"""The life of an item over HTTP: drafts for those who write and judge them, retirement, and all
acts for everybody.
"""

from datetime import date

from chalicelib.catalog import items
from chalicelib.catalog.publishing import drafts, pages, retirement
from chalicelib.catalog.publishing.drafts import Asked
from chalicelib.catalog.publishing.permissions import (
    EITHER,
    LEGAL_OFFICE,
    draft_permit,
    item_permit,
)
from chalicelib.kernel import paging as cursors
from chalicelib.kernel import stores
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.http import OFFICE, PUBLIC, Call, Door, Reply

door = Door()


@door.on(
    "POST",
    "/item-drafts",
    action="draft_item",
    audience=OFFICE,
    body="item_draft",
    reply="item_draft_done",
    status=201,
    summary="Draft an item, or the next version of one",
)
def begin(call: Call) -> Reply:
    """It may still be incomplete: what it lacks is named by the draft's page, and when it is
    submitted.
    """
    asked = Asked(call.request, draft_permit(call))
    done = drafts.begin(
        call.body["document"], call.body.get("note", ""), call.principal.person, asked
    )
    return Reply(
        pages.done(done),
        version=done.draft.seq,
        headers={"Location": f"/item-drafts/{done.draft.id}"},
    )


@door.on(
    "GET",
    "/item-drafts",
    action="list_item_drafts",
    audience=OFFICE,
    reply="item_drafts",
    query={
        "authority": "one authority's code; else the caller's own, of the legal office all",
        "cursor": "where the next page starts",
        "limit": "rows of a page, 1 to 100",
    },
    summary="Open drafts of an authority, the last changed first",
)
def list_drafts(call: Call) -> Reply:
    """Those that are neither published nor given up."""
    call.permit()
    mine = {post.department for post in call.principal.posts if post.roles & EITHER}
    wanted = call.query.get("authority", "" if LEGAL_OFFICE in mine else min(mine))
    if wanted not in mine and LEGAL_OFFICE not in mine:
        raise NotFound
    index, place = ("inbox", drafts.list_of(wanted)) if wanted else ("owner", drafts.EVERYBODYS)
    binding = ("item-drafts", call.principal.person, wanted)
    start = cursors.take(call.query.get("cursor", ""), *binding)
    page = stores.views().index(index, place, limit=call.limit(), start=start, newest_first=True)
    rows = stores.views().get_many(key for key, _ in page.keys)
    shown = [
        {"id": key[0].partition("#")[2], **rows[key].data} for key, _ in page.keys if key in rows
    ]
    return Reply({"drafts": shown, "next_cursor": cursors.give(page.next_start, *binding)})


@door.on(
    "GET",
    "/item-drafts/{draft}",
    action="view_item_draft",
    audience=OFFICE,
    reply="item_draft_page",
    summary="A draft, what it would change, and what stands against its publication",
)
def show_draft(call: Call, draft: str) -> Reply:
    """For the authors and publishers of its authority and of the legal office."""
    known, entries = drafts.load(draft)
    draft_permit(call)(known)
    faults = drafts.faults(known) if known.is_open else []
    return Reply(pages.full(known, entries, faults, call.language), version=known.seq)


@door.on(
    "POST",
    "/item-drafts/{draft}/revision",
    action="revise_item_draft",
    audience=OFFICE,
    body="item_draft",
    reply="item_draft_done",
    edit=True,
    summary="Write a draft anew",
)
def revise(call: Call, draft: str) -> Reply:
    """While it is in its authors' hands."""
    asked = Asked(call.request, draft_permit(call), call.match)
    return _told(drafts.revise(draft, call.body["document"], call.body.get("note", ""), asked))


@door.on(
    "POST",
    "/item-drafts/{draft}/submission",
    action="submit_item_draft",
    audience=OFFICE,
    reply="item_draft_done",
    edit=True,
    summary="Hand a draft in for review",
)
def submit(call: Call, draft: str) -> Reply:
    """Refused with every reason at once where it could not be published."""
    return _told(drafts.submit(draft, Asked(call.request, draft_permit(call), call.match)))


@door.on(
    "POST",
    "/item-drafts/{draft}/review",
    action="review_item_draft",
    audience=OFFICE,
    body="item_review",
    reply="item_draft_done",
    edit=True,
    summary="Approve a draft or return it, as another person than its authors",
)
def review(call: Call, draft: str) -> Reply:
    """The text that was read: If-Match is its version."""
    asked = Asked(call.request, draft_permit(call), call.match)
    return _told(drafts.review(draft, call.body["outcome"], call.body.get("reasons", ()), asked))


@door.on(
    "POST",
    "/item-drafts/{draft}/publication",
    action="publish_item_draft",
    audience=OFFICE,
    body="item_publication",
    reply="item_draft_done",
    edit=True,
    summary="Publish an approved draft as the item's next version, from a date on",
)
def publish(call: Call, draft: str) -> Reply:
    """Cases filed before that date stay on their version."""
    asked = Asked(call.request, draft_permit(call), call.match)
    return _told(drafts.publish(draft, _day(call), asked))


@door.on(
    "POST",
    "/item-drafts/{draft}/withdrawal",
    action="withdraw_item_draft",
    audience=OFFICE,
    body="withdrawal",
    reply="item_draft_done",
    edit=True,
    summary="Give a draft up",
)
def withdraw(call: Call, draft: str) -> Reply:
    """Until it is published."""
    asked = Asked(call.request, draft_permit(call), call.match)
    return _told(drafts.discard(draft, call.body.get("reason", ""), asked))


@door.on(
    "POST",
    "/items/{item}/retirement",
    action="propose_retirement",
    audience=OFFICE,
    body="item_retirement",
    reply="item_retirement_done",
    status=201,
    summary="Propose that an item be retired from a date on",
)
def propose_retirement(call: Call, item: str) -> Reply:
    """A later proposal replaces an earlier one."""
    day = date.fromisoformat(call.body["from"])
    entry = retirement.propose(item, day, call.body["reasons"], item_permit(call), call.request)
    return Reply(pages.retirement(item, entry), version=entry.seq)


@door.on(
    "POST",
    "/items/{item}/retirement/confirmation",
    action="confirm_retirement",
    audience=OFFICE,
    reply="item_retirement_done",
    edit=True,
    summary="Confirm the retirement that another person has proposed",
)
def confirm_retirement(call: Call, item: str) -> Reply:
    """As it was read: If-Match is the version of the item's acts."""
    entry = retirement.confirm(item, call.match, item_permit(call), call.request)
    return Reply(pages.retirement(item, entry), version=entry.seq)


@door.on(
    "GET",
    "/items/{item}/acts",
    action="read_item_acts",
    audience=PUBLIC,
    reply="item_acts",
    summary="How an item came about: every act on it, by which office and when",
)
def show_acts(call: Call, item: str) -> Reply:
    """The oldest first; a draft's acts become public with the version that it became."""
    entries = stores.journal().read(items.stream_of(item))
    if not entries:
        raise NotFound
    return Reply(pages.acts(item, entries), version=entries[-1].seq)


def _told(done: drafts.Done) -> Reply:
    return Reply(pages.done(done), version=done.draft.seq)


def _day(call: Call) -> date | None:
    return date.fromisoformat(call.body["from"]) if "from" in call.body else None
