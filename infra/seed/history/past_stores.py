"""The stores in which the past is played: those in memory, for a process that plays alone.

What they have been told of is found without a look at everything.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from chalicelib.kernel.journal import Entry, TransactionalWrite
from chalicelib.kernel.views import Key, Row
from infra.seed.history.memory import SORT, MemoryJournal, MemoryViews

FAR_OFF = "9999-12-31"


class PastJournal(MemoryJournal):
    """``new`` are the keys of entries that nobody has delivered yet, and ``tell`` is told of
    each.
    """

    def __init__(self) -> None:
        super().__init__()
        self.streams: dict[str, list[Entry]] = defaultdict(list)
        self.new: list[tuple[str, int]] = []
        self.tell: Callable[[Entry], None] = lambda entry: None

    def all_entries(self) -> Iterator[Entry]:
        """Every entry, in the order in which they were made."""
        yield from self.entries.values()

    def read(self, stream: str, after: int = 0) -> list[Entry]:
        """Entries after ``after``."""
        if stream not in self.streams:
            return []
        entries = self.streams[stream]
        return entries[after:]

    def append(self, *entries: Entry, writes: Sequence[TransactionalWrite] = ()) -> None:
        """All or nothing; no stream has a gap."""
        super().append(*entries, writes=writes)
        for entry in entries:
            self.streams[entry.stream].append(entry)
            self.new.append((entry.stream, entry.seq))
            self.tell(entry)


class PastViews(MemoryViews):
    """Rows by their partitions, also those of the indexes."""

    def __init__(self) -> None:
        super().__init__()
        self._of: dict[str, dict[str, Row]] = defaultdict(dict)
        self._indexed: dict[tuple[str, str], dict[Key, Row]] = defaultdict(dict)

    def all_rows(self) -> Iterator[Row]:
        """Every row, in no order."""
        yield from self.rows.values()

    def first_due(self, shards: str) -> str:
        """The earliest moment that stands in shards of this prefix; far off, where none does."""
        moments = [FAR_OFF]
        for (name, shard), rows in self._indexed.items():
            if name == "due" and shard.startswith(shards) and rows:
                moments.append(min(row.due_at for row in rows.values()))
        return min(moments)

    def partition(self, pk: str, prefix: str = "") -> list[Row]:
        """The rows of ``pk`` by prefix."""
        rows = self._of.get(pk, {})
        found = []
        for sk in sorted(rows):
            if sk.startswith(prefix):
                found.append(rows[sk])
        return found

    def _in(self, name: str, partition: str) -> Iterable[Row]:
        return list(self._indexed[name, partition].values())

    def _keep(self, row: Row) -> Row:
        before = self.rows.get(row.key)
        for name, (of, sort) in SORT.items():
            if before:
                self._indexed[name, getattr(before, of)].pop(before.key, None)
            if getattr(row, sort):
                self._indexed[name, getattr(row, of)][row.key] = row
        self._of[row.pk][row.sk] = row
        return super()._keep(row)
