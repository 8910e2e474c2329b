"""What may be done to a draft as it stands, and which acts follow."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from chalicelib.catalog.acts import effects
from chalicelib.catalog.acts.draft_acts import (
    Document,
    DraftDiscarded,
    DraftPublished,
    DraftReviewed,
    DraftRevised,
    DraftSubmitted,
    ItemDrafted,
)
from chalicelib.catalog.acts.drafts import APPROVED, IN_HAND, IN_REVIEW, RETURN, Draft, fold
from chalicelib.catalog.acts.item_acts import ItemPublished
from chalicelib.catalog.acts.items import Newest
from chalicelib.catalog.errors import (
    DraftElsewhere,
    DraftNotSound,
    DraftOvertaken,
    DraftSaysNothing,
    OwnDraft,
)
from chalicelib.kernel import journal
from chalicelib.kernel.acts import to_act
from chalicelib.kernel.aggregates import ActOrigin, Aggregate, Decision
from chalicelib.kernel.errors import Fault, Invalid, StaleEdit
from chalicelib.kernel.journal import Act
from chalicelib.kernel.values import dataclass


@dataclass(frozen=True)
class DraftCommand:
    """What somebody wants to do to a draft."""


@dataclass(frozen=True)
class BeginDraft(DraftCommand):
    """Draft a new item, or the version that follows ``base``."""

    document: Document
    base: int
    note: str = ""


@dataclass(frozen=True)
class DraftEdit(DraftCommand):
    """Whoever does something to a draft that has begun has read it as of ``match``."""

    match: int


@dataclass(frozen=True)
class ReviseDraft(DraftEdit):
    """Write it anew, on what is published now."""

    document: Document
    base: int
    note: str = ""


@dataclass(frozen=True)
class SubmitDraft(DraftEdit):
    """Hand it in for review; ``faults`` are the reasons why it could not be published."""

    newest: Newest
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class ReviewDraft(DraftEdit):
    """Approve it or return it, also after an approval, with reasons."""

    outcome: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class PublishDraft(DraftEdit):
    """Make it the version that follows the ``newest``, from a day on or at once."""

    newest: Newest
    day: date | None = None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class DiscardDraft(DraftEdit):
    """Give it up."""

    reason: str = ""


def decide(draft: Draft, command: DraftCommand, origin: ActOrigin) -> Decision:
    """The act that the command comes to; of a publication, also the item's entry.

    Raises StaleEdit, DraftElsewhere, DraftOvertaken, DraftSaysNothing, DraftNotSound, OwnDraft,
    Invalid.
    """
    if isinstance(command, DraftEdit) and command.match != draft.seq:
        raise StaleEdit
    if isinstance(command, PublishDraft):
        return _publish(draft, command, origin)
    act = _act(draft, command, origin)
    return Decision([act])


def _act(draft: Draft, command: DraftCommand, origin: ActOrigin) -> Act:
    match command:
        case BeginDraft():
            return _begin(command)
        case ReviseDraft():
            return _revise(draft, command)
        case SubmitDraft():
            return _submit(draft, command)
        case ReviewDraft():
            return _review(draft, command, origin)
        case DiscardDraft():
            return _discard(draft, command)
    raise TypeError(command)


def _begin(command: BeginDraft) -> Act:
    document = command.document
    drafted = ItemDrafted(
        document["id"],
        document["authority"],
        command.base,
        document,
        command.note,
    )
    return to_act(drafted)


def _revise(draft: Draft, command: ReviseDraft) -> Act:
    """Not into the draft of another item."""
    _check_status(draft, IN_HAND)
    faults = _moved(draft, command.document)
    if faults:
        raise Invalid(faults=faults)
    revised = DraftRevised(command.base, command.document, command.note)
    return to_act(revised)


def _moved(draft: Draft, document: Mapping[str, Any]) -> list[Fault]:
    """What a draft keeps for good, where the document says otherwise."""
    faults = []
    for name, value in (("id", draft.item), ("authority", draft.authority)):
        if document[name] != value:
            faults.append(Fault(f"/document/{name}", "draft-keeps-this"))
    return faults


def _submit(draft: Draft, command: SubmitDraft) -> Act:
    _check_status(draft, IN_HAND)
    _check_news(draft, command.newest)
    _check_faults(command.faults)
    return to_act(DraftSubmitted())


def _review(draft: Draft, command: ReviewDraft, origin: ActOrigin) -> Act:
    returns = command.outcome == RETURN
    reviewable = (IN_REVIEW, APPROVED) if returns else (IN_REVIEW,)
    _check_status(draft, *reviewable)
    _check_another(draft, origin)
    if returns and not command.reasons:
        raise Invalid(faults=[Fault("/reasons", "required")])
    reviewed = DraftReviewed(command.outcome, command.reasons)
    return to_act(reviewed)


def _publish(draft: Draft, command: PublishDraft, origin: ActOrigin) -> Decision:
    starts = effects.begins(command.day, origin.now) if command.day else None
    _check_status(draft, APPROVED)
    _check_another(draft, origin)
    _check_news(draft, command.newest)
    _check_faults(command.faults)
    number = command.newest.version + 1
    version = ItemPublished(
        number,
        draft.document,
        starts,
        draft.id,
        draft.steps,
    )
    item_entry = journal.new_entry(
        f"item#{draft.item}",
        command.newest.seq + 1,
        [to_act(version)],
        at=origin.now,
        actor=origin.actor,
    )
    published = DraftPublished(number, starts)
    return Decision([to_act(published)], entries=[item_entry])


def _discard(draft: Draft, command: DiscardDraft) -> Act:
    _check_status(draft, IN_HAND, IN_REVIEW, APPROVED)
    discarded = DraftDiscarded(command.reason)
    return to_act(discarded)


def _check_status(draft: Draft, *statuses: str) -> None:
    if draft.status not in statuses:
        raise DraftElsewhere


def _check_another(draft: Draft, origin: ActOrigin) -> None:
    if origin.actor.person in draft.authors:
        raise OwnDraft


def _check_news(draft: Draft, newest: Newest) -> None:
    """A version that came meanwhile must not be undone unseen, and one that says the same is none.

    Once the item is retired, to say it again is news.
    """
    if draft.base != newest.version:
        raise DraftOvertaken
    if not newest.is_retired and draft.document == newest.document:
        raise DraftSaysNothing


def _check_faults(faults: tuple[Fault, ...]) -> None:
    if faults:
        raise DraftNotSound(faults=faults)


DRAFTS = Aggregate(fold, decide)
