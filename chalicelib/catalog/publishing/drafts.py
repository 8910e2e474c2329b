"""What people do to drafts, each of it once: write, submit, review, publish, give up."""

from collections.abc import Sequence
from datetime import date

from chalicelib.catalog import items
from chalicelib.catalog.acts.drafting import (
    DRAFTS,
    BeginDraft,
    DiscardDraft,
    DraftCommand,
    PublishDraft,
    ReviewDraft,
    ReviseDraft,
    SubmitDraft,
)
from chalicelib.catalog.acts.drafts import Draft
from chalicelib.catalog.acts.item_acts import Document
from chalicelib.catalog.publishing.permissions import may_begin, may_handle_draft
from chalicelib.catalog.publishing.repository import stream_of
from chalicelib.catalog.publishing.validation import faults
from chalicelib.kernel import ids
from chalicelib.kernel.aggregates import Authorization, CommandFactory, CommandResult
from chalicelib.kernel.caller import Caller
from chalicelib.kernel.commands import execute


def begin(caller: Caller, document: Document, note: str) -> CommandResult[Draft]:
    """A draft under an id derived from caller and key, so that asking again finds the same. Raises
    KeyReused.
    """
    draft_id = ids.keyed_hash("draft", caller.principal.person, caller.request.key)

    def command(state: Draft, authorization: Authorization) -> BeginDraft:
        return BeginDraft(
            document,
            items.newest(document["id"]).version,
            note,
        )

    return execute(
        DRAFTS,
        stream_of(draft_id),
        command,
        may_begin(caller, document),
        caller.request,
        known=(),
    )


def revise(caller: Caller, draft_id: str, document: Document, note: str) -> CommandResult[Draft]:
    """Another text, written on what is published now. Raises Invalid for another item's."""
    match = caller.edited_version

    def command(state: Draft, authorization: Authorization) -> ReviseDraft:
        return ReviseDraft(
            match,
            document,
            items.newest(state.item).version,
            note,
        )

    return _execute(caller, draft_id, command)


def submit(caller: Caller, draft_id: str) -> CommandResult[Draft]:
    """Hand in for review what could be published: the author hears of every fault now. Raises
    DraftNotSound.
    """
    match = caller.edited_version

    def command(state: Draft, authorization: Authorization) -> SubmitDraft:
        return SubmitDraft(
            match,
            items.newest(state.item),
            faults(state),
        )

    return _execute(caller, draft_id, command)


def review(
    caller: Caller, draft_id: str, outcome: str, reasons: Sequence[str]
) -> CommandResult[Draft]:
    """Approve or return."""
    command = ReviewDraft(caller.edited_version, outcome, tuple(reasons))
    return _execute(caller, draft_id, command)


def publish(caller: Caller, draft_id: str, day: date | None) -> CommandResult[Draft]:
    """The next version, from a day on or at once. Raises DraftNotSound with every reason against
    it.
    """
    match = caller.edited_version

    def command(state: Draft, authorization: Authorization) -> PublishDraft:
        return PublishDraft(
            match,
            items.newest(state.item),
            day,
            faults(state),
        )

    return _execute(caller, draft_id, command)


def discard(caller: Caller, draft_id: str, reason: str) -> CommandResult[Draft]:
    """Give the draft up."""
    command = DiscardDraft(caller.edited_version, reason)
    return _execute(caller, draft_id, command)


def _execute(
    caller: Caller,
    draft_id: str,
    command: DraftCommand | CommandFactory[Draft, DraftCommand],
) -> CommandResult[Draft]:
    return execute(
        DRAFTS,
        stream_of(draft_id),
        command,
        may_handle_draft(caller),
        caller.request,
    )
