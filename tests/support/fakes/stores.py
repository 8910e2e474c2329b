"""In-memory stores with DynamoDB's semantics, for tests of rules and protocols; same contract, no
network.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from threading import Lock
from typing import Any

from chalicelib.kernel.journal import AppendConflict, Entry, TransactionalWrite
from chalicelib.kernel.views import Key, Page, Row, RowPage

_SORT = {
    "inbox": ("inbox", "inbox_at"),
    "due": ("due_shard", "due_at"),
    "owner": ("owner", "owner_at"),
}


class MemoryTransaction:
    """Writes that happen together once all their conditions hold."""

    def __init__(self) -> None:
        self.conditions: list[Callable[[], bool]] = []
        self.writes: list[Callable[[], None]] = []

    def add(self, condition: Callable[[], bool], write: Callable[[], None]) -> None:
        """One more write, on condition."""
        self.conditions.append(condition)
        self.writes.append(write)


class MemoryJournal:
    """See ``journal.Journal``."""

    def __init__(self) -> None:
        self.entries: dict[tuple[str, int], Entry] = {}
        self._lock = Lock()

    def read(self, stream: str, after: int = 0) -> list[Entry]:
        """Entries after ``after``."""
        return sorted(
            (e for (s, n), e in self.entries.items() if s == stream and n > after),
            key=lambda e: e.seq,
        )

    def get(self, stream: str, seq: int) -> Entry | None:
        """One entry."""
        return self.entries.get((stream, seq))

    def last(self, stream: str) -> Entry | None:
        """The newest entry."""
        entries = self.read(stream)
        return entries[-1] if entries else None

    def append(self, *entries: Entry, writes: Sequence[TransactionalWrite] = ()) -> None:
        """All or nothing."""
        transaction = MemoryTransaction()
        for row in writes:
            row.join(transaction)
        with self._lock:
            places = [(e.stream, e.seq) for e in entries]
            taken = [stream for stream, seq in places if (stream, seq) in self.entries]
            if taken or not all(holds() for holds in transaction.conditions):
                standing = {s: self.entries[(s, n)] for s, n in places if s in taken}
                raise AppendConflict(*taken, standing=standing)
            self.entries.update({(e.stream, e.seq): e for e in entries})
            for write in transaction.writes:
                write()

    def forget(self, entry: Entry) -> None:
        """In the place of the one with its leaf."""
        with self._lock:
            known = self.entries.get((entry.stream, entry.seq))
            if known is None or known.leaf != entry.leaf:
                raise AppendConflict(entry.stream)
            self.entries[(entry.stream, entry.seq)] = entry

    def feed(self, slot: str, after: str, until: str) -> list[tuple[str, int, str]]:
        """Keys of a slot in [after, until)."""
        found = [
            e for e in self.entries.values() if e.feed_slot == slot and after <= e.feed_id < until
        ]
        return [(e.stream, e.seq, e.feed_id) for e in sorted(found, key=lambda e: e.feed_id)]


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
        return [r for k, r in sorted(self.rows.items()) if k[0] == pk and k[1].startswith(prefix)]

    def newest(
        self,
        pk: str,
        *,
        prefix: str = "",
        limit: int = 100,
        start: Mapping[str, Any] | None = None,
    ) -> RowPage:
        """The rows of ``pk`` by prefix and falling sk."""
        rows = self.partition(pk, prefix)[::-1]
        first = int(start["at"]) if start else 0
        more = {"at": first + limit} if first + limit < len(rows) else None
        return RowPage(tuple(rows[first : first + limit]), more)

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Row]:
        """Those that exist."""
        return {key: self.rows[key] for key in keys if key in self.rows}

    def put(self, row: Row, expect: int | None = None) -> bool:
        """Whole row on condition of its version."""
        with self._lock:
            stored = self.rows.get(row.key)
            if expect is not None and (stored.version if stored else 0) != expect:
                return False
            if expect == 0 and stored:
                return False
            self.rows[row.key] = row
            return True

    def update(self, row: Row, expect: int) -> bool:
        """Some parts on condition of the version."""
        with self._lock:
            stored = self.rows.get(row.key)
            if stored is None or stored.version != expect:
                return False
            laid = {n: v for n, v in row.__dict__.items() if v}
            self.rows[row.key] = replace(stored, **laid)
            return True

    def add_token(self, row: Row, token: str) -> bool:
        """Token into the set, the rest laid out, unless closed."""
        with self._lock:
            stored = self.rows.get(row.key, Row(row.pk, row.sk))
            if stored.closed:
                return False
            laid = {n: v for n, v in row.__dict__.items() if v and n != "tokens"}
            self.rows[row.key] = replace(stored, **laid, tokens=stored.tokens | {token})
            return True

    def update_open(self, row: Row) -> bool:
        """The rest laid out anew, if it stands open."""
        with self._lock:
            stored = self.rows.get(row.key)
            if stored is None or stored.closed:
                return False
            self.rows[row.key] = replace(row, tokens=stored.tokens)
            return True

    def close(self, pk: str, sk: str) -> Row:
        """Closed, out of the inbox."""
        with self._lock:
            stored = self.rows.get((pk, sk), Row(pk, sk))
            self.rows[(pk, sk)] = replace(stored, closed=True, inbox="", inbox_at="")
            return self.rows[(pk, sk)]

    def count(self, pk: str, sk: str, expires_at: int) -> int:
        """One more."""
        with self._lock:
            stored = self.rows.get((pk, sk), Row(pk, sk))
            self.rows[(pk, sk)] = replace(stored, version=stored.version + 1, expires_at=expires_at)
            return stored.version + 1

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
        of, sort = _SORT[name]
        found = [r for r in self.rows.values() if getattr(r, of) == partition and getattr(r, sort)]
        found = [r for r in found if not until or getattr(r, sort) <= until]
        ordered = sorted(found, key=lambda r: (getattr(r, sort), r.key), reverse=newest_first)
        keys = [(r.key, str(getattr(r, sort))) for r in ordered]
        first = int(start["at"]) if start else 0
        more = {"at": first + limit} if first + limit < len(keys) else None
        return Page(tuple(keys[first : first + limit]), more)
