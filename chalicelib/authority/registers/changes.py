"""Changes that give power: proposed, approved or rejected; an approval writes the register in the
same transaction.
"""

import random
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from chalicelib.authority.acts import Change, changes
from chalicelib.authority.registers import change_kinds
from chalicelib.authority.registers.change_kinds import KINDS, ChangeRequest
from chalicelib.authority.registers.writing import TRIES, By, answered, commit, entry_of
from chalicelib.kernel import clock, ids, journal, stores
from chalicelib.kernel.authorization import Resource
from chalicelib.kernel.errors import Fault, Invalid, NotFound, Unavailable
from chalicelib.kernel.journal import Act, Actor, AppendConflict, Entry, Request
from chalicelib.kernel.views import Row

ROW = "change"
EVERYBODYS = "register-changes"
_ID = re.compile(r"[a-z0-9]{1,40}")

Permit = Callable[[Resource, Change | None], Actor]
"""Asks the policies about the change (None: not yet proposed), and says as whom the caller acts."""


@dataclass(frozen=True)
class Done:
    """An act on record: the change right after it, and the entry that holds it."""

    change: Change
    entry: Entry


def load(change: str) -> tuple[Change, list[Entry]]:
    """The change and its entries, read consistently. Raises NotFound."""
    entries = stores.journal().read(_stream(change)) if _ID.fullmatch(change) else []
    if not entries:
        raise NotFound
    return changes.fold(entries), entries


def propose(body: Mapping[str, Any], person: str, permit: Permit, request: Request) -> Done:
    """A proposal under an id derived from caller and key; what could not be approved now is refused
    now.
    """
    change = ids.keyed_hash("change", person, request.key)
    for attempt in range(TRIES):
        entries = stores.journal().read(_stream(change))
        now = clock.now()
        wanted = change_kinds.wanted_of(change, body, entries[0].at if entries else now)
        actor = permit(resource_of(wanted, person), None)
        if done := answered(entries, request):
            return Done(changes.fold(entries[:1]), done)
        KINDS[wanted.kind].prepare(wanted, By(now, actor))
        act = changes.propose(wanted.kind, KINDS[wanted.kind].department(wanted), body)
        entry = entry_of(_stream(change), (), [act], By(now, actor, request))
        try:
            stores.journal().append(entry)
            return Done(changes.fold([entry]), entry)
        except AppendConflict:
            time.sleep(random.random() * 0.02 * attempt)
    raise Unavailable


def approve(change: str, permit: Permit, request: Request) -> Done:
    """Agree to it: the register's own act stands in the same transaction. Raises Problem."""

    def decide(known: Change, by: By) -> Entry:
        changes.approve(
            known, ""
        )  # an answered change is said to be so, not what would be wrong with it now
        wanted = change_kinds.wanted_of(known.id, known.wanted, by.now, late=True)
        prepared = KINDS[known.kind].prepare(wanted, By(by.now, by.actor))
        entry = _next(known, changes.approve(known, prepared.subject), by)
        commit(prepared, entry)
        return entry

    return _perform(change, permit, request, decide)


def reject(change: str, reasons: Sequence[str], permit: Permit, request: Request) -> Done:
    """Decline it, with reasons. Raises Problem."""

    def decide(known: Change, by: By) -> Entry:
        entry = _next(known, changes.reject(known, reasons), by)
        stores.journal().append(entry)
        return entry

    return _perform(change, permit, request, decide)


def resource_of(wanted: ChangeRequest, proposer: str) -> Resource:
    """A change as the policies see it: whose power it is, who would gain by it, and who asks for
    it.
    """
    kind = KINDS[wanted.kind]
    facts = {
        "department": kind.department(wanted),
        "gaining": sorted(set(kind.concerned(wanted))),
        "proposer": proposer,
    }
    return Resource("RegisterChange", wanted.id, facts, see="view_register_change")


def resource(change: Change) -> Resource:
    """A proposed change as the policies see it; once it is answered, whose power it was when it was
    proposed.
    """
    asked = resource_of(
        change_kinds.wanted_of(change.id, change.wanted, change.proposed_at),
        change.proposed_by.person,
    )
    return (
        asked
        if change.is_open
        else replace(asked, facts={**asked.facts, "department": change.department})
    )


def resource_at(change: str, moment: datetime) -> Resource:
    """Likewise as it was proposed by a moment gone by. Raises NotFound, or Invalid where it was not
    yet.
    """
    known, _ = load(change)
    if known.proposed_at > moment:
        raise Invalid(faults=[Fault("/resource/change", "not-there-then")])
    return resource(known)


def project(stream: str, age: float = 0.0) -> bool:
    """Bring a change's row among the open ones up to date (a feed handler); True if it was
    behind.
    """
    entries = stores.journal().read(stream)
    row = stores.views().get(stream, ROW)
    shown = row.version if row else 0
    if not entries or shown >= entries[-1].seq:
        return False
    change = changes.fold(entries)
    moment = change.proposed_at.astimezone(UTC).isoformat(timespec="milliseconds")
    sort = f"{moment}/{change.id}" if change.is_open else ""
    data = {
        "kind": change.kind,
        "department": change.department,
        "proposed_at": clock.stamp(change.proposed_at),
    }
    places = (list_of(change.department), EVERYBODYS) if change.is_open else ("", "")
    made = Row(
        stream,
        ROW,
        change.seq,
        data,
        inbox=places[0],
        inbox_at=sort,
        owner=places[1],
        owner_at=sort,
    )
    return stores.views().put(made, expect=shown)


def list_of(department: str) -> str:
    """Where the open changes of a department stand in the index of inboxes."""
    return f"{EVERYBODYS}#{department}"


def _perform(
    change: str, permit: Permit, request: Request, decide: Callable[[Change, By], Entry]
) -> Done:
    """Do it once, however often it is asked for under the same request. Raises Problem."""
    for attempt in range(TRIES):
        known, entries = load(change)
        actor = permit(resource(known), known)
        if done := answered(entries, request):
            return Done(changes.fold(entries[: done.seq]), done)
        try:
            entry = decide(known, By(clock.now(), actor, request))
            return Done(changes.fold([*entries, entry]), entry)
        except AppendConflict:
            time.sleep(random.random() * 0.02 * attempt)
    raise Unavailable


def _next(known: Change, act: Act, by: By) -> Entry:
    stream = _stream(known.id)
    return journal.new_entry(
        stream, known.seq + 1, [act], at=by.now, actor=by.actor, request=by.request
    )


def _stream(change: str) -> str:
    return f"change#{change}"
