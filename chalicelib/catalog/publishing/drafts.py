"""Acting on a draft: fold, ask permission, decide, append; publication appends to the item in the
same transaction.
"""

import random
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from chalicelib import authority
from chalicelib.catalog import flows, items
from chalicelib.catalog.acts import drafting, effects
from chalicelib.catalog.acts.drafting import Document, Draft
from chalicelib.catalog.errors import DraftNotSound
from chalicelib.catalog.flows.step_kinds import DECISIONS
from chalicelib.kernel import clock, ids, journal, stores
from chalicelib.kernel.errors import Fault, Invalid, KeyReused, NotFound, StaleEdit, Unavailable
from chalicelib.kernel.journal import Act, Actor, AppendConflict, Entry, Request
from chalicelib.kernel.views import Row

TRIES = 5
ROW = "draft"
EVERYBODYS = "item-drafts"
_ID = re.compile(r"[a-z0-9]{1,40}")

Permit = Callable[[Draft], Actor]
"""Asks the policies about the draft as it is, and says as whom the caller acts."""


@dataclass(frozen=True)
class Asked:
    """One request: its identity, the caller's permission, and the version of the draft that the
    caller has read.
    """

    request: Request
    permit: Permit
    match: int = 0


@dataclass(frozen=True)
class Done:
    """An act on record: the draft right after it, and the entry that holds it."""

    draft: Draft
    entry: Entry


@dataclass(frozen=True)
class Move:
    """What is decided: the draft's act, and of a publication the item's entry."""

    act: Act
    beside: tuple[Entry, ...] = ()


Decide = Callable[[Draft, Actor, datetime], Move]


def load(draft_id: str) -> tuple[Draft, list[Entry]]:
    """The draft and its entries, read consistently. Raises NotFound."""
    entries = stores.journal().read(_stream(draft_id)) if _ID.fullmatch(draft_id) else []
    if not entries:
        raise NotFound
    return drafting.fold(entries), entries


def begin(document: Document, note: str, person: str, asked: Asked) -> Done:
    """A draft under an id derived from caller and key, so that asking again finds the same. Raises
    KeyReused.
    """
    draft_id = ids.keyed_hash("draft", person, asked.request.key)
    act = drafting.begin(document, items.newest(document["id"]).version, note)
    wanted = journal.new_entry(_stream(draft_id), 1, [act], at=clock.now(), actor=Actor(person))
    actor = asked.permit(drafting.fold([wanted]))
    for _ in range(TRIES):
        if known := stores.journal().get(_stream(draft_id), 1):
            return _again(known, [known], asked.request)
        entry = journal.new_entry(
            _stream(draft_id), 1, [act], at=clock.now(), actor=actor, request=asked.request
        )
        try:
            stores.journal().append(entry)
            return Done(drafting.fold([entry]), entry)
        except AppendConflict:
            continue  # the same request beside us
    raise Unavailable


def revise(draft_id: str, document: Document, note: str, asked: Asked) -> Done:
    """Another text, written on what is published now. Raises Invalid for another item's."""

    def decide(draft: Draft, actor: Actor, now: datetime) -> Move:
        return Move(drafting.revise(draft, document, items.newest(draft.item).version, note))

    return _perform(draft_id, asked, decide)


def submit(draft_id: str, asked: Asked) -> Done:
    """Hand in for review what could be published: the author hears of every fault now. Raises
    DraftNotSound.
    """

    def decide(draft: Draft, actor: Actor, now: datetime) -> Move:
        act = drafting.submit(draft, *_newest(items.newest(draft.item)))
        _check(draft)
        return Move(act)

    return _perform(draft_id, asked, decide)


def review(draft_id: str, outcome: str, reasons: Sequence[str], asked: Asked) -> Done:
    """Approve or return."""
    return _perform(
        draft_id,
        asked,
        lambda d, actor, _: Move(drafting.review(d, actor.person, outcome, reasons)),
    )


def publish(draft_id: str, day: date | None, asked: Asked) -> Done:
    """The next version, from a day on or at once. Raises DraftNotSound with every reason against
    it.
    """

    def decide(draft: Draft, actor: Actor, now: datetime) -> Move:
        known, starts = items.newest(draft.item), effects.begins(day, now) if day else None
        act = drafting.publish(draft, actor.person, *_newest(known), starts)
        _check(draft)
        origin = {"draft": draft.id, "steps": [dict(step) for step in draft.steps]}
        version = effects.publication(act.data["version"], draft.document, starts, **origin)
        stream = items.stream_of(draft.item)
        return Move(
            act, (journal.new_entry(stream, known.seq + 1, [version], at=now, actor=actor),)
        )

    return _perform(draft_id, asked, decide)


def discard(draft_id: str, reason: str, asked: Asked) -> Done:
    """Give the draft up."""
    return _perform(draft_id, asked, lambda d, *_: Move(drafting.discard(d, reason)))


def faults(draft: Draft) -> list[Fault]:
    """Every reason why the draft could not be published as it is, under ``/document``."""
    try:
        items.check(draft.document, _holders)
    except Invalid as invalid:
        return [Fault(f"/document{f.field}", f.message, f.params) for f in invalid.faults]
    return [
        Fault(f"/document/posts/{role}", "window-decides", {"role": role})
        for role in _windows(draft.document)
    ]


def _windows(document: Document) -> list[str]:
    """Roles that decide and are bound to a post that the registers show as a window which only
    accepts.
    """
    flow = flows.flow(document["flow"]["id"], document["flow"]["version"])
    deciding = {step.post for step in flow.steps.values() if step.kind in DECISIONS}
    return sorted(role for role in deciding if authority.only_accepts(document["posts"][role]))


def present_authority(draft: Draft) -> str:
    """Whose item it is now; of a new one, whose it would be."""
    published = items.newest(draft.item).document
    return str(published["authority"]) if published else draft.authority


def project(stream: str, age: float = 0.0) -> bool:
    """Bring a draft's row in the list of its authority up to date (a feed handler); True if it was
    behind.
    """
    entries = stores.journal().read(stream)
    row = stores.views().get(stream, ROW)
    shown = row.version if row else 0
    if not entries or shown >= entries[-1].seq:
        return False
    draft, at = drafting.fold(entries), entries[-1].at
    sort = (
        f"{at.astimezone(UTC).isoformat(timespec='milliseconds')}/{draft.id}"
        if draft.is_open
        else ""
    )
    data = {
        "item": draft.item,
        "authority": draft.authority,
        "status": draft.status,
        "changed_at": clock.stamp(at),
    }
    places = (list_of(draft.authority), EVERYBODYS) if draft.is_open else ("", "")
    made = Row(
        stream, ROW, draft.seq, data, inbox=places[0], inbox_at=sort, owner=places[1], owner_at=sort
    )
    return stores.views().put(made, expect=shown)


def list_of(department: str) -> str:
    """Where the open drafts of an authority stand in the index of inboxes."""
    return f"{EVERYBODYS}#{department}"


def _stream(draft_id: str) -> str:
    return f"draft#{draft_id}"


def _perform(draft_id: str, asked: Asked, decide: Decide) -> Done:
    """Do it once, however often it is asked for under the same request. Raises Problem."""
    for attempt in range(TRIES):
        draft, entries = load(draft_id)
        if done := journal.answered(entries, asked.request.key):
            asked.permit(drafting.fold(entries[: max(done.seq - 1, 1)]))
            return _again(done, entries, asked.request)
        actor = asked.permit(draft)
        if draft.seq != asked.match:
            raise StaleEdit
        now = clock.now()
        move = decide(draft, actor, now)
        entry = journal.new_entry(
            _stream(draft_id), draft.seq + 1, [move.act], at=now, actor=actor, request=asked.request
        )
        try:
            stores.journal().append(entry, *move.beside)
            return Done(drafting.fold([*entries, entry]), entry)
        except AppendConflict:
            time.sleep(random.random() * 0.02 * attempt)
    raise Unavailable


def _again(done: Entry, entries: Sequence[Entry], request: Request) -> Done:
    if done.request is None or done.request.body != request.body:
        raise KeyReused
    return Done(drafting.fold(entries[: done.seq]), done)


def _newest(known: items.Newest) -> tuple[int, Document | None]:
    """The newest version and what it says; nothing, once the item is retired: to say it again is
    news then.
    """
    return known.version, None if known.is_retired else known.document


def _check(draft: Draft) -> None:
    if found := faults(draft):
        raise DraftNotSound(faults=found)


def _holders(post: str) -> list[str]:
    return [holder.person for holder in authority.holders_of(post)]
