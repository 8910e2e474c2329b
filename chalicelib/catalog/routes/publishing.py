"""The life of an item over HTTP: drafts for those who write and judge them, retirement, and all
acts for everybody.
"""

from datetime import date

from chalicelib.catalog import items
from chalicelib.catalog.acts.drafts import Draft
from chalicelib.catalog.acts.items import Item
from chalicelib.catalog.publishing import draft_list, drafts, pages, repository, retirement
from chalicelib.catalog.publishing.permissions import may_handle_draft
from chalicelib.catalog.publishing.validation import faults
from chalicelib.kernel import stores
from chalicelib.kernel.aggregates import CommandResult
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.http import OFFICE, PAGING, PUBLIC, Call, Door, Parameter, Reply

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
    document, note = _text(call)
    result = drafts.begin(call, document, note)
    return Reply(
        pages.draft_result(result),
        version=result.state.seq,
        headers={"Location": f"/item-drafts/{result.state.id}"},
    )


@door.on(
    "GET",
    "/item-drafts",
    action="list_item_drafts",
    audience=OFFICE,
    reply="item_drafts",
    query={
        "authority": Parameter(
            "one authority's code; else the caller's own, of the legal office all"
        ),
        **PAGING,
    },
    summary="Open drafts of an authority, the last changed first",
)
def list_drafts(call: Call) -> Reply:
    """Those that are neither published nor given up."""
    call.permit()
    authority = call.query.get("authority", "")
    cursor = call.query.get("cursor", "")
    return Reply(
        draft_list.read(
            call,
            authority,
            call.limit(),
            cursor,
        )
    )


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
    state, entries = repository.load(draft)
    may_handle_draft(call)(state)
    against = faults(state) if state.is_open else ()
    page = pages.full(state, entries, against, call.language)
    return Reply(page, version=state.seq)


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
    document, note = _text(call)
    return _draft(drafts.revise(call, draft, document, note))


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
    return _draft(drafts.submit(call, draft))


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
    outcome = call.body["outcome"]
    reasons = call.body.get("reasons", ())
    return _draft(drafts.review(call, draft, outcome, reasons))


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
    day = None
    if "from" in call.body:
        day = date.fromisoformat(call.body["from"])
    return _draft(drafts.publish(call, draft, day))


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
    reason = call.body.get("reason", "")
    return _draft(drafts.discard(call, draft, reason))


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
    return _item(
        retirement.propose(
            call,
            item,
            day,
            call.body["reasons"],
        )
    )


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
    return _item(retirement.confirm(call, item))


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


def _text(call: Call) -> tuple[items.Document, str]:
    """What is written, and the note with it."""
    note = call.body.get("note", "")
    return call.body["document"], note


def _draft(result: CommandResult[Draft]) -> Reply:
    page = pages.draft_result(result)
    return Reply(page, version=result.state.seq)


def _item(result: CommandResult[Item]) -> Reply:
    page = pages.retirement(result)
    return Reply(page, version=result.entry.seq)
