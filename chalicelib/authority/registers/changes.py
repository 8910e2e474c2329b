"""Changes that give power: proposed, approved or rejected; an approval writes the register in the
same transaction.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.authority.acts import Change, changes
from chalicelib.authority.acts.changes import (
    Approve,
    Propose,
    RegisterChangeApproved,
    RegisterChangeProposed,
    RegisterChangeRejected,
    Reject,
)
from chalicelib.authority.registers import change_requests
from chalicelib.authority.registers.change_kinds import KINDS
from chalicelib.authority.registers.change_requests import ChangeRequest
from chalicelib.kernel import ids, stores
from chalicelib.kernel.acts import to_act
from chalicelib.kernel.aggregates import ActOrigin, Aggregate, Authorize, CommandResult, Decision
from chalicelib.kernel.authorization import Resource
from chalicelib.kernel.commands import execute
from chalicelib.kernel.errors import Fault, Invalid, NotFound
from chalicelib.kernel.journal import Entry, Request

_ID = re.compile(r"[a-z0-9]{1,40}")
ChangeCommand = Propose | Approve | Reject
ChangeResult = CommandResult[Change | None]


def load(change: str) -> Change:
    """The change, read consistently. Raises NotFound."""
    stream = stream_of(change)
    return existing(changes.fold(stream, stores.journal().read(stream)))


def propose(
    body: Mapping[str, Any],
    person: str,
    authorize: Authorize[Change | None],
    request: Request,
) -> ChangeResult:
    """A proposal under an id derived from ``person``, who proposes, and key; what could not be
    approved now is refused now.
    """
    stream = stream_of(new_id(person, request))
    return execute(
        CHANGES,
        stream,
        Propose(body),
        authorize,
        request,
    )


def approve(change: str, authorize: Authorize[Change | None], request: Request) -> ChangeResult:
    """Agree to it: the register's own act stands in the same transaction, and what follows from it
    comes at once; asked for again, it is finished. Raises Problem.
    """
    result = execute(
        CHANGES,
        stream_of(change),
        Approve(),
        authorize,
        request,
    )
    approved = existing(result.state)
    KINDS[approved.kind].finish(approved)
    return result


def reject(
    change: str,
    reasons: Sequence[str],
    authorize: Authorize[Change | None],
    request: Request,
) -> ChangeResult:
    """Decline it, with reasons. Raises Problem."""
    return execute(
        CHANGES,
        stream_of(change),
        Reject(reasons),
        authorize,
        request,
    )


def new_id(person: str, request: Request) -> str:
    """The id of what ``person`` proposes by this request."""
    return ids.keyed_hash("change", person, request.key)


def stream_of(change: str) -> str:
    """The stream of a change. Raises NotFound for what can be none."""
    if not _ID.fullmatch(change):
        raise NotFound
    return f"change#{change}"


def existing(change: Change | None) -> Change:
    """The change, where there is one. Raises NotFound."""
    if change is None:
        raise NotFound
    return change


def resource_of(wanted: ChangeRequest, proposer: str) -> Resource:
    """A change as the policies see it: whose power it is, who would gain by it, and who asks for
    it.
    """
    kind = KINDS[wanted.kind]
    facts = {
        "department": kind.department(wanted),
        "gaining": sorted(set(kind.concerned(wanted))),
        "proposer": proposer,
        "kind": wanted.kind,
    }
    return Resource("RegisterChange", wanted.id, facts, see="view_register_change")


def resource(change: Change) -> Resource:
    """A proposed change as the policies see it; once it is answered, whose power it was when it was
    proposed.
    """
    wanted = change_requests.read(
        change.id,
        change.wanted,
        change.proposed_at,
    )
    proposed = resource_of(wanted, change.proposed_by.person)
    if change.is_open:
        return proposed
    return replace(proposed, facts={**proposed.facts, "department": change.department})


def resource_at(change: str, moment: datetime) -> Resource:
    """Likewise as it was proposed by a moment gone by. Raises NotFound, or Invalid where it was not
    yet.
    """
    proposed = load(change)
    if proposed.proposed_at > moment:
        raise Invalid(faults=[Fault("/resource/change", "not-there-then")])
    return resource(proposed)


def _decide(change: Change | None, command: ChangeCommand, origin: ActOrigin) -> Decision:
    match command:
        case Propose():
            return _propose(command, origin)
        case Approve():
            return _approve(existing(change), origin)
        case Reject():
            changes.check_open(existing(change), origin.now)
            return Decision([to_act(RegisterChangeRejected(tuple(command.reasons)))])


def _propose(command: Propose, origin: ActOrigin) -> Decision:
    name = origin.stream.partition("#")[2]
    wanted = change_requests.read(name, command.body, origin.now)
    kind = KINDS[wanted.kind]
    kind.prepare(wanted, origin)
    payload = RegisterChangeProposed(
        wanted.kind,
        kind.department(wanted),
        command.body,
    )
    return Decision([to_act(payload)])


def _approve(change: Change, origin: ActOrigin) -> Decision:
    # An answered change is said to be so, not what would be wrong with it now.
    changes.check_open(change, origin.now)
    wanted = change_requests.read(
        change.id,
        change.wanted,
        origin.now,
        is_late=True,
    )
    consequence = KINDS[change.kind].prepare(wanted, origin)
    acts = [to_act(RegisterChangeApproved(consequence.subject))]
    prepared = consequence.prepared
    if prepared is None:
        return Decision(acts)
    entries: list[Entry] = [prepared.entry, *prepared.entries]
    return Decision(acts, entries, prepared.writes)


CHANGES: Aggregate[Change | None, ChangeCommand] = Aggregate(changes.fold, _decide)
"""What two persons make of a register."""
