"""A draft as its stream tells it: each act's part in what it is now."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace
from typing import Any

from chalicelib.catalog.acts import draft_acts
from chalicelib.catalog.acts.draft_acts import (
    Document,
    DraftAct,
    DraftDiscarded,
    DraftPublished,
    DraftReviewed,
    DraftRevised,
    DraftSubmitted,
    ItemDrafted,
)
from chalicelib.catalog.acts.item_acts import DraftStep
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.values import dataclass

IN_HAND, IN_REVIEW, APPROVED = "drafting", "submitted", "approved"
ENDED_WELL, ENDED = "published", "discarded"
APPROVE, RETURN = "approve", "return"


@dataclass(frozen=True)
class Draft:
    """A draft; while ``seq`` is 0 it has not begun.

    ``base`` is the newest version of the item when the document was written, 0 for none.
    ``authors`` are all who wrote or submitted it. ``steps`` are the acts so far.
    """

    id: str
    seq: int = 0
    item: str = ""
    authority: str = ""
    base: int = 0
    document: Document = field(default_factory=dict)
    status: str = ""
    authors: frozenset[str] = frozenset()
    steps: tuple[DraftStep, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether anything can still become of it."""
        return self.status not in (ENDED_WELL, ENDED)


def fold(stream: str, entries: Sequence[Entry]) -> Draft:
    """The draft as the journal tells it; of no entries, one that has not begun."""
    draft = Draft(stream.partition("#")[2])
    for entry in entries:
        for act in entry.acts:
            payload = draft_acts.read(act)
            transition = _TRANSITIONS[type(payload)]
            draft = transition(draft, payload, entry)
            step = _step(payload, entry)
            draft = replace(draft, steps=(*draft.steps, step))
        draft = replace(draft, seq=entry.seq)
    return draft


def _step(act: DraftAct, entry: Entry) -> DraftStep:
    step = DraftStep(type(act).__name__, entry.at, entry.actor.post)
    match act:
        case DraftReviewed(outcome=outcome):
            return replace(step, outcome=outcome)
        case DraftPublished(version, in_force_from):
            return replace(step, version=version, in_force_from=in_force_from)
        case _:
            return step


def _drafted(draft: Draft, act: ItemDrafted, entry: Entry) -> Draft:
    return replace(
        draft,
        item=act.item,
        authority=act.authority,
        base=act.base,
        document=act.document,
        status=IN_HAND,
        authors=frozenset({entry.actor.person}),
    )


def _revised(draft: Draft, act: DraftRevised, entry: Entry) -> Draft:
    return replace(
        draft,
        base=act.base,
        document=act.document,
        authors=draft.authors | {entry.actor.person},
    )


def _submitted(draft: Draft, act: DraftSubmitted, entry: Entry) -> Draft:
    authors = draft.authors | {entry.actor.person}
    return replace(draft, status=IN_REVIEW, authors=authors)


def _reviewed(draft: Draft, act: DraftReviewed, entry: Entry) -> Draft:
    is_approved = act.outcome == APPROVE
    return replace(draft, status=APPROVED if is_approved else IN_HAND)


def _published(draft: Draft, act: DraftPublished, entry: Entry) -> Draft:
    return replace(draft, status=ENDED_WELL)


def _discarded(draft: Draft, act: DraftDiscarded, entry: Entry) -> Draft:
    return replace(draft, status=ENDED)


_TRANSITIONS: Mapping[type, Callable[[Draft, Any, Entry], Draft]] = {
    ItemDrafted: _drafted,
    DraftRevised: _revised,
    DraftSubmitted: _submitted,
    DraftReviewed: _reviewed,
    DraftPublished: _published,
    DraftDiscarded: _discarded,
}
