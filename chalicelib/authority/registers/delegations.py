"""Delegations: the act, and the rows of all who hold the post that is delegated to."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from chalicelib.authority import grants
from chalicelib.authority.acts import Delegation, delegations
from chalicelib.authority.acts.delegations import Delegate, EndDelegation
from chalicelib.authority.grants import Row, after, moved_on, rows
from chalicelib.kernel import stores
from chalicelib.kernel.acts import to_act
from chalicelib.kernel.aggregates import (
    ActOrigin,
    Aggregate,
    Authorization,
    Authorize,
    CommandResult,
    Decision,
    Prepared,
    by_machine,
)
from chalicelib.kernel.commands import execute, prepare
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.journal import Entry, Request, TransactionalWrite

MAX_CHARACTERS = 64
DelegationCommand = Delegate | EndDelegation


def grant(wanted: Delegation, now: datetime) -> Delegation:
    """Delegate without a change that two have agreed on. Raises as the rule does."""
    make_command = partial(_made_of, wanted)
    stream = stream_of(wanted.id)
    result = execute(
        DELEGATIONS,
        stream,
        make_command,
        by_machine,
        now=now,
    )
    return _state(result)


def prepare_delegation(wanted: Delegation, origin: ActOrigin) -> Prepared[Delegation | None] | None:
    """The delegation, ready to be written. Raises as ``delegations.grant`` does."""
    stream = stream_of(wanted.id)
    return prepare(
        DELEGATIONS,
        stream,
        _delegate(wanted),
        partial(origin.in_stream, stream),
    )


def end(
    delegation: str,
    authorize: Authorize[Delegation | None] = by_machine,
    request: Request | None = None,
) -> Delegation:
    """Take a delegation back at once; repeating the request returns the same. Raises NotFound,
    Conflict.
    """
    stream = stream_of(delegation)
    result = execute(
        DELEGATIONS,
        stream,
        EndDelegation(),
        authorize,
        request,
    )
    return _state(result)


def delegation_of(delegation: str, moment: datetime | None = None) -> Delegation:
    """A delegation, as its stream tells it; as it was on record at a moment gone by, where one is
    named. Raises NotFound.
    """
    stored = _read(delegation, moment)
    if stored is None:
        raise NotFound
    return stored


def covers(
    delegation: str, delegate: str, post: str, item: str, outcome: str, at: datetime
) -> bool:
    """Whether a delegation let ``delegate`` reach an outcome of an item in the stead of ``post`` at
    a moment.
    """
    stored = _read(delegation)
    if stored is None:
        return False
    return stored.covers(delegate, post, item, outcome, at)


def stream_of(delegation: str) -> str:
    """The stream of a delegation; of what can be none, one in which nothing stands."""
    is_id = len(delegation) <= MAX_CHARACTERS
    return f"delegation#{delegation if is_id else ''}"


def _read(delegation: str, moment: datetime | None = None) -> Delegation | None:
    stream = stream_of(delegation)
    entries = stores.journal().read(stream)
    if moment:
        entries = [entry for entry in entries if entry.at <= moment]
    return delegations.fold(stream, entries)


def _state(result: CommandResult[Delegation | None]) -> Delegation:
    assert result.state is not None, "an act on a delegation leaves one"
    return result.state


def _made_of(
    wanted: Delegation, stored: Delegation | None, authorization: Authorization
) -> DelegationCommand:
    return _delegate(wanted)


def _delegate(wanted: Delegation) -> Delegate:
    """What is wanted, between the posts as they are when it begins."""
    post = rows.post_row(wanted.post)
    delegate = rows.post_row(wanted.to)
    return Delegate(
        wanted,
        rows.position_at(post, wanted.starts),
        rows.position_at(delegate, wanted.starts),
    )


def _decide(
    delegation: Delegation | None, command: DelegationCommand, origin: ActOrigin
) -> Decision:
    payload = delegations.decide(
        delegation,
        command,
        origin.now,
    )
    return Decision([to_act(payload)])


def _rows_after(delegation: Delegation | None, entry: Entry) -> Sequence[TransactionalWrite]:
    """The delegate post's row, those of its holders, and the public one."""
    if delegation is None:
        return ()
    post = delegation.to
    row = rows.post_row(post)
    delegated = [each for each in rows.delegated_to(row) if each.id != delegation.id]
    delegated.append(delegation)
    data = rows.post_data(
        post,
        rows.definitions_of(row),
        delegated,
        entry.at,
    )
    own = Row(grants.post_key(post), grants.OF_POST, data=data)
    listed = Row(grants.DELEGATIONS, delegation.id, data=delegation.data)
    return [
        moved_on(own, row),
        grants.store().write(listed),
        *after.of_holders(post, data),
    ]


DELEGATIONS: Aggregate[Delegation | None, DelegationCommand] = Aggregate(
    delegations.fold,
    _decide,
    _rows_after,
)
"""What one post may decide in another one's stead."""
