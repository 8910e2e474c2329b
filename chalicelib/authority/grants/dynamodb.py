"""Grants on DynamoDB: one small table without indexes; rows are written beside journal entries
only.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.models import Model

from chalicelib.authority.grants import Row
from chalicelib.kernel.journal import TransactionalWrite
from chalicelib.kernel.settings import settings
from chalicelib.kernel.tables import meta


class Stored(Model):
    """A row as stored, its data as JSON text."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    version = NumberAttribute()
    data = UnicodeAttribute()


@lru_cache(maxsize=1)
def _table() -> type[Stored]:
    return type(
        "GrantsRow", (Stored,), {"Meta": meta(settings().grants_table), "__module__": __name__}
    )


def _load(stored: Stored) -> Row:
    return Row(
        stored.pk,
        stored.sk,
        int(stored.version),
        json.loads(stored.data),
    )


@dataclass(frozen=True)
class _Put:
    row: Row
    expect: int | None

    def join(self, transaction: Any) -> None:
        """One conditional put of the transaction."""
        table, row = _table(), self.row
        condition: Condition | None = None
        if self.expect is not None:
            condition = (
                table.pk.does_not_exist() if self.expect == 0 else table.version == self.expect
            )
        data = json.dumps(
            dict(row.data),
            ensure_ascii=False,
            separators=(",", ":"),
        )
        transaction.save(
            table(
                row.pk,
                row.sk,
                version=row.version,
                data=data,
            ),
            condition=condition,
        )


@dataclass(frozen=True)
class _Check:
    row: Row

    def join(self, transaction: Any) -> None:
        """One condition of the transaction, which writes nothing."""
        table = _table()
        condition: Condition = table.version == self.row.version
        if self.row.version == 0:
            condition = table.pk.does_not_exist()
        transaction.condition_check(
            table,
            self.row.pk,
            self.row.sk,
            condition=condition,
        )


class DynamoGrants:
    """See ``Grants``."""

    def get(self, pk: str, sk: str) -> Row | None:
        """One row, consistently."""
        try:
            return _load(_table().get(pk, sk, consistent_read=True))
        except _table().DoesNotExist:
            return None

    def partition(self, pk: str, prefix: str = "") -> list[Row]:
        """The rows of ``pk`` by prefix, consistently."""
        table = _table()
        condition = table.sk.startswith(prefix) if prefix else None
        return [
            _load(stored)
            for stored in table.query(
                pk,
                condition,
                consistent_read=True,
            )
        ]

    def write(self, row: Row, expect: int | None = None) -> TransactionalWrite:
        """Whole row on condition of its version."""
        return _Put(row, expect)

    def unchanged(self, row: Row) -> TransactionalWrite:
        """A check of its version, in the same transaction."""
        return _Check(row)
