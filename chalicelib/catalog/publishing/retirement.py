"""Retiring an item: a proposal and its confirmation, both in the item's own stream."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from chalicelib.catalog import items
from chalicelib.catalog.acts import effects, retiring
from chalicelib.catalog.acts.retiring import Proposal
from chalicelib.kernel import clock, journal, stores
from chalicelib.kernel.errors import KeyReused, NotFound, StaleEdit, Unavailable
from chalicelib.kernel.journal import Act, Actor, AppendConflict, Entry, Request

TRIES = 5


@dataclass(frozen=True)
class Item:
    """An item as those see it who retire it."""

    id: str
    authority: str
    proposal: Proposal | None
    is_retired: bool
    seq: int

    @property
    def proposer(self) -> str:
        """Who has proposed the retirement that waits; empty for none."""
        return self.proposal.proposer if self.proposal else ""


Permit = Callable[[Item], Actor]
Decide = Callable[[Item, Actor, datetime], Act]


def propose(item: str, day: date, reasons: list[str], permit: Permit, request: Request) -> Entry:
    """Propose that the item be retired from a day on. Raises Invalid, Conflict."""

    def decide(known: Item, actor: Actor, now: datetime) -> Act:
        return retiring.propose(effects.begins(day, now) or now, reasons, known.is_retired)

    return _perform(item, permit, request, None, decide)


def confirm(item: str, match: int, permit: Permit, request: Request) -> Entry:
    """Confirm what another person has proposed, as the caller has read it. Raises StaleEdit,
    Conflict, OwnProposal.
    """
    return _perform(
        item,
        permit,
        request,
        match,
        lambda i, by, now: retiring.confirm(i.proposal, by.person, now),
    )


def _perform(
    item: str, permit: Permit, request: Request, match: int | None, decide: Decide
) -> Entry:
    stream = items.stream_of(item)
    for _ in range(TRIES):
        entries = stores.journal().read(stream)
        if done := journal.answered(entries, request.key):
            permit(_read(item, entries[: done.seq - 1]))
            if done.request != request:
                raise KeyReused
            return done
        known, now = _read(item, entries), clock.now()
        actor = permit(known)
        if match not in (None, known.seq):
            raise StaleEdit
        act = decide(known, actor, now)
        entry = journal.new_entry(
            stream, known.seq + 1, [act], at=now, actor=actor, request=request
        )
        try:
            stores.journal().append(entry)
            return entry
        except AppendConflict:
            continue
    raise Unavailable


def _read(item: str, entries: list[Entry]) -> Item:
    """Raises NotFound for what was never published."""
    brought = [effect for entry in entries if (effect := effects.of_entry(entry))]
    documents = [effect.document for effect in brought if effect.document]
    if not documents:
        raise NotFound
    ended = brought[-1].document is None
    return Item(item, documents[-1]["authority"], retiring.pending(entries), ended, entries[-1].seq)
