"""In-memory grants for tests: written with the in-memory journal's entries or not at all."""

from dataclasses import dataclass
from typing import Any

from chalicelib.authority.grants import Row
from chalicelib.kernel.journal import TransactionalWrite


class MemoryGrants:
    """See ``Grants``; ``reads`` counts the calls."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], Row] = {}
        self.reads = 0

    def get(self, pk: str, sk: str) -> Row | None:
        """One row."""
        self.reads += 1
        return self.rows.get((pk, sk))

    def partition(self, pk: str, prefix: str = "") -> list[Row]:
        """The rows of ``pk`` by prefix."""
        self.reads += 1
        return [
            row
            for key, row in sorted(self.rows.items())
            if key[0] == pk and key[1].startswith(prefix)
        ]

    def write(self, row: Row, expect: int | None = None) -> TransactionalWrite:
        """Whole row on condition of its version."""
        return _Put(self, row, expect)

    def unchanged(self, row: Row) -> TransactionalWrite:
        """Its version, as a condition."""
        return _Check(self, row)


@dataclass(frozen=True)
class _Check:
    grants: MemoryGrants
    row: Row

    def join(self, transaction: Any) -> None:
        """One condition of the transaction."""
        transaction.add(self._holds, self._write_nothing)

    def _holds(self) -> bool:
        stored = self.grants.rows.get((self.row.pk, self.row.sk))
        return (stored.version if stored else 0) == self.row.version

    def _write_nothing(self) -> None:
        """A check leaves the rows as they are."""


@dataclass(frozen=True)
class _Put:
    grants: MemoryGrants
    row: Row
    expect: int | None

    def join(self, transaction: Any) -> None:
        """One conditional write of the transaction."""
        transaction.add(self._holds, self._write)

    def _holds(self) -> bool:
        stored = self.grants.rows.get((self.row.pk, self.row.sk))
        return self.expect is None or (stored.version if stored else 0) == self.expect

    def _write(self) -> None:
        self.grants.rows[(self.row.pk, self.row.sk)] = self.row
