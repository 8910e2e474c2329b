"""How acts of authority are written: entries, and the grants that follow from them, in one
transaction.
"""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from chalicelib.authority import grants
from chalicelib.authority.grants import Row
from chalicelib.kernel import journal, stores
from chalicelib.kernel.errors import KeyReused, Unavailable
from chalicelib.kernel.journal import Act, Actor, AppendConflict, Entry, Request, TransactionalWrite

TRIES = 5
MACHINE = Actor()
T = TypeVar("T")


@dataclass(frozen=True)
class By:
    """Who acts and when; ``request`` makes it safe to repeat."""

    now: datetime
    actor: Actor = MACHINE
    request: Request | None = None


@dataclass(frozen=True)
class Prepared:
    """What is to be written together: entries and the rows that move with them; ``subject`` is the id of
    what they make.
    """

    subject: str
    entries: tuple[Entry, ...]
    writes: tuple[TransactionalWrite, ...]


def retried(attempt: Callable[[], T]) -> T:
    """Try again on what is there now when somebody else was first. Raises Unavailable."""
    for _ in range(TRIES):
        try:
            return attempt()
        except AppendConflict:
            time.sleep(random.random() * 0.05)
    raise Unavailable


def commit(prepared: Prepared, *first: Entry) -> str:
    """Append all or nothing; the subject. Raises AppendConflict."""
    stores.journal().append(*first, *prepared.entries, writes=prepared.writes)
    return prepared.subject


def entry_of(stream: str, known: Sequence[Entry], made: Sequence[Act], by: By) -> Entry:
    """The next entry of a stream, after those known."""
    seq = known[-1].seq + 1 if known else 1
    return journal.new_entry(stream, seq, made, at=by.now, actor=by.actor, request=by.request)


def answered(known: Sequence[Entry], request: Request | None) -> Entry | None:
    """The entry that the same request has made already. Raises KeyReused for another body under its
    key.
    """
    done = journal.answered(known, request.key) if request else None
    if done and done.request != request:
        raise KeyReused
    return done


def moved_on(row: Row, known: Row | None) -> TransactionalWrite:
    """The row as it is to be, if nobody has written it since it was read as ``known`` (None: not
    there).
    """
    version = known.version if known else 0
    return grants.store().write(replace(row, version=version + 1), expect=version)
