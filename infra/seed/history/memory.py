"""The stores in which the past is played: journal, views and grants as DynamoDB keeps them, in
this process.

One process plays alone, so nothing is locked. Rows that move together do so once every condition
holds.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import Any

from chalicelib.authority.grants import Row as Right
from chalicelib.kernel.journal import AppendConflict, Entry, TransactionalWrite
from chalicelib.kernel.views import Key, Page, Row, RowPage

FAR_OFF = "9999-12-31"


@dataclass
class Transaction:
    """Writes that happen together once all their conditions hold."""

    conditions: list[Callable[[], bool]] = field(default_factory=list)
    writes: list[Callable[[], None]] = field(default_factory=list)


class PastJournal:
    """See ``Journal``; ``new`` are the keys of entries that nobody has delivered yet, and ``tell``
    is told of each.
    """

    def __init__(self) -> None:
        self.streams: dict[str, list[Entry]] = defaultdict(list)
        self.new: list[tuple[str, int]] = []
        self.tell: Callable[[Entry], None] = lambda entry: None

    def all_entries(self) -> Iterator[Entry]:
        """Every entry, stream by stream."""
        for entries in self.streams.values():
            yield from entries

    def read(self, stream: str, after: int = 0) -> list[Entry]:
        """Entries after ``after``."""
        return self.streams[stream][after:] if stream in self.streams else []

    def get(self, stream: str, seq: int) -> Entry | None:
        """One entry."""
        entries = self.read(stream)
        return entries[seq - 1] if 1 <= seq <= len(entries) else None

    def last(self, stream: str) -> Entry | None:
        """The newest entry."""
        entries = self.read(stream)
        return entries[-1] if entries else None

    def append(self, *entries: Entry, writes: Sequence[TransactionalWrite] = ()) -> None:
        """All or nothing."""
        transaction = Transaction()
        for write in writes:
            write.join(transaction)
        taken = [entry.stream for entry in entries if not self._is_next(entry)]
        if taken or not all(holds() for holds in transaction.conditions):
            raise AppendConflict(*taken)
        for entry in entries:
            self.streams[entry.stream].append(entry)
            self.new.append((entry.stream, entry.seq))
            self.tell(entry)
        for write_row in transaction.writes:
            write_row()

    def _is_next(self, entry: Entry) -> bool:
        return entry.seq == len(self.read(entry.stream)) + 1

    def forget(self, entry: Entry) -> None:
        """Half a year is no age at which anything is forgotten."""
        raise NotImplementedError

    def feed(self, slot: str, after: str, until: str) -> list[tuple[str, int, str]]:
        """Nobody sweeps here: what is new is delivered at once."""
        raise NotImplementedError


class PastViews:
    """See ``Views``."""

    def __init__(self) -> None:
        self.partitions: dict[str, dict[str, Row]] = defaultdict(dict)
        self._due: dict[str, dict[Key, str]] = defaultdict(dict)

    def all_rows(self) -> Iterator[Row]:
        """Every row, in no order."""
        for rows in self.partitions.values():
            yield from rows.values()

    def get(self, pk: str, sk: str) -> Row | None:
        """One row."""
        return self.partitions[pk].get(sk) if pk in self.partitions else None

    def _keep(self, row: Row) -> Row:
        before = self.get(*row.key)
        if before and before.due_shard:
            self._due[before.due_shard].pop(before.key, None)
        if row.due_shard:
            self._due[row.due_shard][row.key] = row.due_at
        self.partitions[row.pk][row.sk] = row
        return row

    def first_due(self, shards: str) -> str:
        """The earliest moment that stands in shards of this prefix; far off, where none does."""
        moments = [FAR_OFF]
        for shard, due in self._due.items():
            if shard.startswith(shards) and due:
                moments.append(min(due.values()))
        return min(moments)

    def partition(self, pk: str, prefix: str = "") -> list[Row]:
        """The rows of ``pk`` by prefix."""
        rows = self.partitions.get(pk, {})
        return [rows[sk] for sk in sorted(rows) if sk.startswith(prefix)]

    def newest(
        self,
        pk: str,
        *,
        prefix: str = "",
        limit: int = 100,
        start: Mapping[str, Any] | None = None,
    ) -> RowPage:
        """The newest rows of ``pk`` by prefix; nobody here asks for a second page."""
        return RowPage(tuple(self.partition(pk, prefix)[::-1][:limit]), None)

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Row]:
        """Those that exist."""
        found = {key: self.get(*key) for key in keys}
        return {key: row for key, row in found.items() if row}

    def put(self, row: Row, expect: int | None = None) -> bool:
        """Whole row on condition of its version."""
        stored = self.get(*row.key)
        if expect is not None and (stored.version if stored else 0) != expect:
            return False
        if expect == 0 and stored:
            return False
        self._keep(row)
        return True

    def update(self, row: Row, expect: int) -> bool:
        """Some parts on condition of the version."""
        stored = self.get(*row.key)
        if stored is None or stored.version != expect:
            return False
        self._keep(_laid_over(stored, row))
        return True

    def add_token(self, row: Row, token: str) -> bool:
        """No flow waits in the past."""
        raise NotImplementedError

    def update_open(self, row: Row) -> bool:
        """The row anew, if it stands open."""
        stored = self.get(*row.key)
        if stored is None or stored.closed:
            return False
        self._keep(row)
        return True

    def close(self, pk: str, sk: str) -> Row:
        """Closed, out of the inbox."""
        stored = self.get(pk, sk) or Row(pk, sk)
        return self._keep(replace(stored, closed=True, inbox="", inbox_at=""))

    def count(self, pk: str, sk: str, expires_at: int) -> int:
        """One more."""
        stored = self.get(pk, sk) or Row(pk, sk)
        counted = replace(stored, version=stored.version + 1, expires_at=expires_at)
        return self._keep(counted).version

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
        """What is due; nobody here asks for another index, nor for a second page."""
        due = [(key, at) for key, at in self._due[partition].items() if not until or at <= until]
        due.sort(key=itemgetter(1))
        return Page(tuple(due[:limit]), None)


def _laid_over(stored: Row, row: Row) -> Row:
    """A row whose parts that are not empty take the place of the stored ones."""
    laid = {name: value for name, value in row.__dict__.items() if value}
    return replace(stored, **laid)


class PastGrants:
    """See ``Grants``: rows that are written with the journal's entries."""

    def __init__(self) -> None:
        self.rows: dict[Key, Right] = {}

    def get(self, pk: str, sk: str) -> Right | None:
        """One row."""
        return self.rows.get((pk, sk))

    def partition(self, pk: str, prefix: str = "") -> list[Right]:
        """The rows of ``pk`` by prefix."""
        keys = [key for key in self.rows if key[0] == pk and key[1].startswith(prefix)]
        return [self.rows[key] for key in sorted(keys)]

    def write(self, row: Right, expect: int | None = None) -> TransactionalWrite:
        """Whole row on condition of its version."""
        return _Write(self, row, expect)

    def unchanged(self, row: Right) -> TransactionalWrite:
        """Its version, as a condition."""
        return _Write(self, row, row.version, writes=False)


@dataclass(frozen=True)
class _Write:
    grants: PastGrants
    row: Right
    expect: int | None
    writes: bool = True

    def join(self, transaction: Any) -> None:
        """One condition of the transaction, and one write where there is anything to write."""
        transaction.conditions.append(self._holds)
        if self.writes:
            transaction.writes.append(self._write)

    def _holds(self) -> bool:
        stored = self.grants.get(self.row.pk, self.row.sk)
        version = stored.version if stored else 0
        return self.expect in (None, version)

    def _write(self) -> None:
        self.grants.rows[self.row.pk, self.row.sk] = self.row
