"""Streams of which each tells one thing of supervision: found by its id, and followed from entry to
entry.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from chalicelib.kernel import ids, stores
from chalicelib.kernel.aggregates import CommandResult
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.views import Row

S = TypeVar("S")
Fold = Callable[[str, Sequence[Entry]], S | None]


def find(prefix: str, id: str, fold: Fold[S]) -> S:
    """The thing as it is on record, in the stream ``prefix`` and its id. Raises NotFound."""
    if not ids.is_hash(id):
        raise NotFound
    stream = prefix + id
    found = fold(stream, stores.journal().read(stream))
    if found is None:
        raise NotFound
    return found


def follow(
    stream: str,
    place: str,
    fold: Fold[S],
    bring_about: Callable[[S, Entry], None],
    show: Callable[[S, int], bool],
) -> bool:
    """Bring about what follows from each entry that the stream's row at ``place`` does not show,
    then ``show`` the thing; whether it was behind. A feed handler's work.

    The row is the done-marker: ``show`` writes it last, on condition of the version that it is
    given. What is brought about is safe to repeat.
    """
    entries = stores.journal().read(stream)
    row = stores.views().get(stream, place)
    shown = row.version if row else 0
    if len(entries) <= shown:
        return False
    for entry in entries[shown:]:
        bring_about(_as_of(stream, entries[: entry.seq], fold), entry)
    return show(_as_of(stream, entries, fold), shown)


def _as_of(stream: str, entries: Sequence[Entry], fold: Fold[S]) -> S:
    found = fold(stream, entries)
    assert found is not None, "what has entries is there"
    return found


def has_moved(
    result: CommandResult[S | None],
    project: Callable[[str], bool],
    row_of: Callable[[S], Row],
) -> bool:
    """Whether time has brought anything. Where not, the row still stood at an earlier place: what
    the calendar moved, or what was not shown yet; it goes to where it belongs.
    """
    if result.is_new:
        return True
    if result.state and not project(result.entry.stream):
        stores.views().put(row_of(result.state), expect=result.entry.seq)
    return False
