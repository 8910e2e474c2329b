"""Grants in this process, written with the entries of the journal beside them."""

from dataclasses import dataclass
from typing import Any

from chalicelib.authority.grants import Row as Right
from chalicelib.kernel.journal import TransactionalWrite
from infra.seed.history.memory import partition_of, version_of


class MemoryGrants:
    """See ``Grants``: rows that are written with the journal's entries or not at all.

    ``reads`` counts the calls.
    """

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], Right] = {}
        self.reads = 0

    def get(self, pk: str, sk: str) -> Right | None:
        """One row."""
        self.reads += 1
        return self.rows.get((pk, sk))

    def partition(self, pk: str, prefix: str = "") -> list[Right]:
        """The rows of ``pk`` by prefix."""
        self.reads += 1
        return partition_of(self.rows, pk, prefix)

    def write(self, row: Right, expect: int | None = None) -> TransactionalWrite:
        """Whole row on condition of its version."""
        return _Put(self, row, expect)

    def unchanged(self, row: Right) -> TransactionalWrite:
        """Its version, as a condition."""
        return _Check(self, row)


@dataclass(frozen=True)
class _Check:
    grants: MemoryGrants
    row: Right

    def join(self, transaction: Any) -> None:
        """One condition of the transaction."""
        transaction.add(self._holds, self._write_nothing)

    def _holds(self) -> bool:
        row = self.row
        stored = self.grants.rows.get((row.pk, row.sk))
        return version_of(stored) == row.version

    def _write_nothing(self) -> None:
        """A check leaves the rows as they are."""


@dataclass(frozen=True)
class _Put:
    grants: MemoryGrants
    row: Right
    expect: int | None

    def join(self, transaction: Any) -> None:
        """One conditional write of the transaction."""
        transaction.add(self._holds, self._write)

    def _holds(self) -> bool:
        row = self.row
        stored = self.grants.rows.get((row.pk, row.sk))
        return self.expect in (None, version_of(stored))

    def _write(self) -> None:
        self.grants.rows[(self.row.pk, self.row.sk)] = self.row
