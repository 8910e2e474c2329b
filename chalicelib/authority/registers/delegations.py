"""Use cases on delegations: the act, and the rows of all who hold the post that is delegated to."""

from datetime import datetime

from chalicelib.authority import grants
from chalicelib.authority.acts import Delegation, delegations
from chalicelib.authority.grants import Row, rows
from chalicelib.authority.registers.writing import (
    By,
    Prepared,
    answered,
    commit,
    entry_of,
    moved_on,
    retried,
)
from chalicelib.kernel import stores
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.journal import Entry, TransactionalWrite

MAX_CHARACTERS = 64


def prepare(wanted: Delegation, by: By) -> Prepared:
    """The delegation, ready to be written. Raises as ``delegations.grant`` does."""
    stream, entries = _read(wanted.id)
    posts = [
        grants.store().get(grants.post_key(post), grants.OF_POST)
        for post in (wanted.post, wanted.to)
    ]
    post, delegate = (rows.position_at(row, wanted.starts) for row in posts)
    made = delegations.grant(wanted, post, delegate, by.now)
    return Prepared(
        wanted.id, (entry_of(stream, entries, made, by),), tuple(_rows_after(wanted, by.now))
    )


def end(delegation: str, by: By) -> Delegation:
    """Take a delegation back at once; repeating the request returns the same. Raises NotFound,
    Conflict.
    """
    return retried(lambda: _end(delegation, by))


def _end(delegation: str, by: By) -> Delegation:
    stream, entries = _read(delegation)
    if done := answered(entries, by.request):
        return _known(entries[: done.seq])
    entry = entry_of(stream, entries, delegations.end(delegations.fold(entries), by.now), by)
    ended = _known([*entries, entry])
    commit(Prepared(delegation, (entry,), tuple(_rows_after(ended, by.now))))
    return ended


def delegation_of(delegation: str) -> Delegation:
    """A delegation, as its stream tells it. Raises NotFound."""
    return _known(_read(delegation)[1])


def covers(
    delegation: str, delegate: str, post: str, item: str, outcome: str, at: datetime
) -> bool:
    """Whether a delegation let ``delegate`` reach an outcome of an item in the stead of ``post`` at
    a moment.
    """
    known = delegations.fold(_read(delegation)[1])
    return known is not None and known.covers(delegate, post, item, outcome, at)


def _known(entries: list[Entry]) -> Delegation:
    known = delegations.fold(entries)
    if known is None:
        raise NotFound
    return known


def _read(delegation: str) -> tuple[str, list[Entry]]:
    stream = f"delegation#{delegation}"
    return stream, stores.journal().read(stream) if len(delegation) <= MAX_CHARACTERS else []


def _rows_after(changed: Delegation, now: datetime) -> list[TransactionalWrite]:
    """The delegate post's row, those of its holders, and the public one."""
    store, key = grants.store(), grants.post_key(changed.to)
    row = store.get(key, grants.OF_POST)
    others = [known for known in rows.delegated_to(row) if known.id != changed.id]
    data = rows.post_data(
        changed.to, rows.defined(row.data) if row else (), [*others, changed], now
    )
    listed = Row(grants.DELEGATIONS, changed.id, data=changed.data)
    return [
        moved_on(Row(key, grants.OF_POST, data=data), row),
        store.write(listed),
        *rows.of_holders(changed.to, data),
    ]
