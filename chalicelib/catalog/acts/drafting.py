"""The life of a draft: which acts its state allows, and what follows from them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib.catalog.errors import DraftElsewhere, DraftOvertaken, DraftSaysNothing, OwnDraft
from chalicelib.kernel.clock import stamp
from chalicelib.kernel.errors import Fault, Invalid
from chalicelib.kernel.journal import Act, Entry

DRAFTED, REVISED, SUBMITTED = "ItemDrafted", "DraftRevised", "DraftSubmitted"
REVIEWED, PUBLISHED, DISCARDED = "DraftReviewed", "DraftPublished", "DraftDiscarded"
IN_HAND, IN_REVIEW, APPROVED, ENDED_WELL, ENDED = (
    "drafting",
    "submitted",
    "approved",
    "published",
    "discarded",
)
APPROVE, RETURN = "approve", "return"
OFFICE = "office"  # the private group: until it is published, a draft is its authority's own

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Draft:
    """A draft as its stream tells it.

    ``base`` is the newest version of the item when the document was written, 0 for none.
    ``authors`` are all who wrote or submitted it. ``steps`` are the acts so far, {act, at, post}
    and what is public of them.
    """

    id: str
    seq: int
    item: str
    authority: str
    base: int
    document: Document
    status: str
    authors: frozenset[str]
    steps: tuple[Mapping[str, Any], ...]

    @property
    def is_open(self) -> bool:
        """Whether anything can still become of it."""
        return self.status not in (ENDED_WELL, ENDED)


def begin(document: Document, base: int, note: str = "") -> Act:
    """A draft of a new item, or of the version that follows ``base``."""
    public = {"item": document["id"], "authority": document["authority"], "base": base}
    return Act(DRAFTED, public, _written(document, note))


def revise(draft: Draft, document: Document, base: int, note: str = "") -> Act:
    """Write it anew. Raises Invalid where it would become the draft of another item."""
    _at(draft, IN_HAND)
    fixed = {"id": draft.item, "authority": draft.authority}
    if faults := [
        Fault(f"/document/{k}", "draft-keeps-this")
        for k, value in fixed.items()
        if document[k] != value
    ]:
        raise Invalid(faults=faults)
    return Act(REVISED, {"base": base}, _written(document, note))


def submit(draft: Draft, newest: int, published: Document | None) -> Act:
    """Hand it in for review; ``published`` is what the item's ``newest`` version says."""
    _at(draft, IN_HAND)
    _is_news(draft, newest, published)
    return Act(SUBMITTED)


def review(draft: Draft, person: str, outcome: str, reasons: Sequence[str]) -> Act:
    """Approve it or return it, also after an approval, with reasons. Raises OwnDraft, Invalid."""
    _at(draft, IN_REVIEW, *((APPROVED,) if outcome == RETURN else ()))
    _by_another(draft, person)
    if outcome == RETURN and not reasons:
        raise Invalid(faults=[Fault("/reasons", "required")])
    return Act(
        REVIEWED, {"outcome": outcome}, {OFFICE: {"reasons": list(reasons)}} if reasons else {}
    )


def publish(
    draft: Draft, person: str, newest: int, published: Document | None, starts: datetime | None
) -> Act:
    """Make it the version that follows ``newest``, from ``starts`` on or at once. Raises
    OwnDraft.
    """
    _at(draft, APPROVED)
    _by_another(draft, person)
    _is_news(draft, newest, published)
    return Act(
        PUBLISHED, {"version": newest + 1, **({"in_force_from": stamp(starts)} if starts else {})}
    )


def discard(draft: Draft, reason: str = "") -> Act:
    """Give it up."""
    _at(draft, IN_HAND, IN_REVIEW, APPROVED)
    return Act(DISCARDED, {}, {OFFICE: {"reason": reason}} if reason else {})


def fold(entries: Iterable[Entry]) -> Draft:
    """The draft as the journal tells it; the first entry must be its beginning."""
    draft: Draft | None = None
    for entry in entries:
        for act in entry.acts:
            draft = _evolve(draft, act, entry)
    if draft is None:
        raise ValueError("a draft begins with its first entry")
    return draft


def _evolve(draft: Draft | None, act: Act, entry: Entry) -> Draft:
    told = {
        name: value
        for name, value in act.data.items()
        if name in ("outcome", "version", "in_force_from")
    }
    step = {"act": act.type, "at": stamp(entry.at), "post": entry.actor.post, **told}
    if draft is None:
        name, data, document = (
            entry.stream.partition("#")[2],
            act.data,
            act.private[OFFICE]["document"],
        )
        authors = frozenset({entry.actor.person})
        return Draft(
            name,
            entry.seq,
            data["item"],
            data["authority"],
            data["base"],
            document,
            IN_HAND,
            authors,
            (step,),
        )
    draft = replace(draft, seq=entry.seq, steps=(*draft.steps, step))
    if act.type == REVISED:
        draft = replace(draft, base=act.data["base"], document=act.private[OFFICE]["document"])
    if act.type in (REVISED, SUBMITTED):
        draft = replace(draft, authors=draft.authors | {entry.actor.person})
    return replace(draft, status=_status(act, draft.status))


def _status(act: Act, before: str) -> str:
    if act.type == REVIEWED:
        return APPROVED if act.data["outcome"] == APPROVE else IN_HAND
    return {SUBMITTED: IN_REVIEW, PUBLISHED: ENDED_WELL, DISCARDED: ENDED}.get(act.type, before)


def _written(document: Document, note: str) -> dict[str, dict[str, Any]]:
    return {OFFICE: {"document": dict(document), **({"note": note} if note else {})}}


def _at(draft: Draft, *statuses: str) -> None:
    if draft.status not in statuses:
        raise DraftElsewhere


def _by_another(draft: Draft, person: str) -> None:
    if person in draft.authors:
        raise OwnDraft


def _is_news(draft: Draft, newest: int, published: Document | None) -> None:
    """A version that came meanwhile must not be undone unseen, and one that says the same is
    none.
    """
    if draft.base != newest:
        raise DraftOvertaken
    if draft.document == published:
        raise DraftSaysNothing
