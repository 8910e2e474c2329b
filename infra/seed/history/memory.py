"""Journal and views in this process, with DynamoDB's semantics and no network: the past is
played in them, and tests stand on them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from operator import attrgetter
from threading import Lock
from typing import Any, Protocol, TypeVar

from chalicelib.kernel.journal import AppendConflict, Entry, TransactionalWrite
from chalicelib.kernel.views import Key, Page, Row, RowPage

R = TypeVar("R")
SORT = {
    "inbox": ("inbox", "inbox_at"),
    "due": ("due_shard", "due_at"),
    "owner": ("owner", "owner_at"),
}


class Versioned(Protocol):
    """A row that counts its writes."""

    @property
    def version(self) -> int:
        """How many there were."""


class Transaction:
    """Writes that happen together once all their conditions hold."""

    def __init__(self) -> None:
        self.conditions: list[Callable[[], bool]] = []
        self.writes: list[Callable[[], None]] = []

    def add(self, condition: Callable[[], bool], write: Callable[[], None]) -> None:
        """One more write, on condition."""
        self.conditions.append(condition)
        self.writes.append(write)

    @property
    def holds(self) -> bool:
        """Whether every condition does."""
        return all(holds() for holds in self.conditions)


class MemoryJournal:
    """See ``journal.Journal``."""

    def __init__(self) -> None:
        self.entries: dict[tuple[str, int], Entry] = {}
        self._lock = Lock()

    def read(self, stream: str, after: int = 0) -> list[Entry]:
        """Entries after ``after``."""
        found = []
        for (name, seq), entry in self.entries.items():
            if name == stream and seq > after:
                found.append(entry)
        found.sort(key=attrgetter("seq"))
        return found

    def get(self, stream: str, seq: int) -> Entry | None:
        """One entry."""
        return self.entries.get((stream, seq))

    def last(self, stream: str) -> Entry | None:
        """The newest entry."""
        entries = self.read(stream)
        return entries[-1] if entries else None

    def append(self, *entries: Entry, writes: Sequence[TransactionalWrite] = ()) -> None:
        """All or nothing."""
        transaction = Transaction()
        for row in writes:
            row.join(transaction)
        with self._lock:
            self._check(entries, transaction)
            for entry in entries:
                place = (entry.stream, entry.seq)
                self.entries[place] = entry
            for write in transaction.writes:
                write()

    def _check(self, entries: Sequence[Entry], transaction: Transaction) -> None:
        """Raise AppendConflict, with what stands where one of them was to stand, and whose place
        was free.
        """
        standing = {}
        free = set()
        for entry in entries:
            place = (entry.stream, entry.seq)
            if place in self.entries:
                standing[entry.stream] = self.entries[place]
            else:
                free.add(entry.stream)
        if standing or not transaction.holds:
            raise AppendConflict(*standing, standing=standing, free=free)

    def forget(self, entry: Entry) -> None:
        """In the place of the one with its leaf."""
        place = (entry.stream, entry.seq)
        with self._lock:
            known = self.entries.get(place)
            if known is None or known.leaf != entry.leaf:
                raise AppendConflict(entry.stream)
            self.entries[place] = entry

    def feed(self, slot: str, after: str, until: str) -> list[tuple[str, int, str]]:
        """Keys of a slot in [after, until)."""
        found = []
        for entry in self.entries.values():
            if entry.feed_slot == slot and after <= entry.feed_id < until:
                found.append(entry)
        found.sort(key=attrgetter("feed_id"))
        return [(entry.stream, entry.seq, entry.feed_id) for entry in found]


class MemoryViews:
    """See ``views.Views``."""

    def __init__(self) -> None:
        self.rows: dict[Key, Row] = {}
        self._lock = Lock()

    def get(self, pk: str, sk: str) -> Row | None:
        """One row."""
        return self.rows.get((pk, sk))

    def partition(self, pk: str, prefix: str = "") -> list[Row]:
        """The rows of ``pk`` by prefix."""
        return partition_of(self.rows, pk, prefix)

    def newest(
        self,
        pk: str,
        *,
        prefix: str = "",
        limit: int = 100,
        start: Mapping[str, Any] | None = None,
    ) -> RowPage:
        """The rows of ``pk`` by prefix and falling sk."""
        rows = self.partition(pk, prefix)
        rows.reverse()
        shown, more = _page(rows, limit, start)
        return RowPage(shown, more)

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Row]:
        """Those that exist."""
        found = {}
        for key in keys:
            if key in self.rows:
                found[key] = self.rows[key]
        return found

    def put(self, row: Row, expect: int | None = None) -> bool:
        """Whole row on condition of its version."""
        with self._lock:
            stored = self.rows.get(row.key)
            if expect not in (None, version_of(stored)):
                return False
            if expect == 0 and stored:
                return False
            self._keep(row)
            return True

    def _keep(self, row: Row) -> Row:
        self.rows[row.key] = row
        return row

    def update(self, row: Row, expect: int) -> bool:
        """Some parts on condition of the version."""
        with self._lock:
            stored = self.rows.get(row.key)
            if stored is None or stored.version != expect:
                return False
            laid = _laid_out(row)
            self._keep(replace(stored, **laid))
            return True

    def add_token(self, row: Row, token: str) -> bool:
        """Token into the set, the rest laid out, unless closed."""
        with self._lock:
            stored = self._stored(row.pk, row.sk)
            if stored.closed:
                return False
            laid = _laid_out(row)
            laid["tokens"] = stored.tokens | {token}
            self._keep(replace(stored, **laid))
            return True

    def update_open(self, row: Row) -> bool:
        """The rest laid out anew, if it stands open."""
        with self._lock:
            stored = self.rows.get(row.key)
            if stored is None or stored.closed:
                return False
            self._keep(replace(row, tokens=stored.tokens))
            return True

    def close(self, pk: str, sk: str) -> Row:
        """Closed, out of the inbox."""
        with self._lock:
            stored = self._stored(pk, sk)
            closed = replace(
                stored,
                closed=True,
                inbox="",
                inbox_at="",
            )
            return self._keep(closed)

    def count(self, pk: str, sk: str, expires_at: int) -> int:
        """One more."""
        with self._lock:
            stored = self._stored(pk, sk)
            counted = replace(
                stored,
                version=stored.version + 1,
                expires_at=expires_at,
            )
            self._keep(counted)
            return counted.version

    def _stored(self, pk: str, sk: str) -> Row:
        """The row; a new one where there is none."""
        row = self.rows.get((pk, sk))
        return row or Row(pk, sk)

    def index(
        self,
        name: str,
        partition: str,
        *,
        until: str = "",
        limit: int = 100,
        start: Mapping[str, Any] | None = None,
        newest_first: bool = False,
    ) -> Page:
        """Keys of one index partition in order."""
        _, sort = SORT[name]
        found: list[tuple[str, Key]] = []
        for row in self._in(name, partition):
            at = getattr(row, sort)
            if not until or at <= until:
                found.append((at, row.key))
        found.sort(reverse=newest_first)
        keys = [(key, at) for at, key in found]
        shown, more = _page(keys, limit, start)
        return Page(shown, more)

    def _in(self, name: str, partition: str) -> Iterable[Row]:
        """The rows of one index partition, in no order."""
        of, sort = SORT[name]
        for row in self.rows.values():
            is_there = getattr(row, of) == partition
            if is_there and getattr(row, sort):
                yield row


def _laid_out(row: Row) -> dict[str, Any]:
    """The parts of a row that say anything."""
    laid = {}
    for name, value in row.__dict__.items():
        if value:
            laid[name] = value
    return laid


def partition_of(rows: Mapping[Key, R], pk: str, prefix: str) -> list[R]:
    """The rows of ``pk`` by prefix, in order."""
    found = []
    for key in sorted(rows):
        if key[0] == pk and key[1].startswith(prefix):
            found.append(rows[key])
    return found


def _page(
    found: Sequence[R],
    limit: int,
    start: Mapping[str, Any] | None,
) -> tuple[tuple[R, ...], Mapping[str, Any] | None]:
    """Some of what was found, and where the next page starts."""
    first = int(start["at"]) if start else 0
    end = first + limit
    more = {"at": end} if end < len(found) else None
    return tuple(found[first:end]), more


def version_of(stored: Versioned | None) -> int:
    """How often a row was written; 0 where there is none."""
    return stored.version if stored else 0
