"""Grants on DynamoDB: one small table without indexes; rows are written beside journal entries
only.
"""

import json

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path

from chalicelib.authority.grants import Row
from chalicelib.kernel import cache
from chalicelib.kernel.journal import TransactionalWrite
from chalicelib.kernel.settings import settings
from chalicelib.kernel.tables import Item, Table, Transaction
from chalicelib.kernel.values import dataclass

KEYS = {"pk": "S", "sk": "S"}
IS_ABSENT = Path("pk").does_not_exist()


@cache.remembered()
def _table() -> Table:
    return Table(settings().grants_table, KEYS)


def item_of(row: Row) -> Item:
    """A row as stored, its data as JSON text."""
    return {
        "pk": {"S": row.pk},
        "sk": {"S": row.sk},
        "version": {"N": str(row.version)},
        "data": {"S": json.dumps(dict(row.data), ensure_ascii=False, separators=(",", ":"))},
    }


def _row(item: Item) -> Row:
    return Row(
        item["pk"]["S"],
        item["sk"]["S"],
        int(item["version"]["N"]),
        json.loads(item["data"]["S"]),
    )


def _is_at(version: int) -> Condition:
    return Path("version") == {"N": str(version)} if version else IS_ABSENT


@dataclass(frozen=True)
class _Put:
    row: Row
    expect: int | None

    def join(self, transaction: Transaction) -> None:
        """One conditional put of the transaction."""
        condition = None if self.expect is None else _is_at(self.expect)
        transaction.put(_table(), item_of(self.row), condition)


@dataclass(frozen=True)
class _Check:
    row: Row

    def join(self, transaction: Transaction) -> None:
        """One condition of the transaction, which writes nothing."""
        transaction.check(_table(), self.row.pk, self.row.sk, _is_at(self.row.version))


class DynamoGrants:
    """See ``Grants``."""

    def get(self, pk: str, sk: str) -> Row | None:
        """One row, consistently."""
        item = _table().get(pk, sk)
        return _row(item) if item else None

    def partition(self, pk: str, prefix: str = "") -> list[Row]:
        """The rows of ``pk`` by prefix, consistently."""
        condition = Path("sk").startswith(prefix) if prefix else None
        return [_row(item) for item in _table().query(pk, condition)]

    def write(self, row: Row, expect: int | None = None) -> TransactionalWrite:
        """Whole row on condition of its version."""
        return _Put(row, expect)

    def unchanged(self, row: Row) -> TransactionalWrite:
        """A check of its version, in the same transaction."""
        return _Check(row)
