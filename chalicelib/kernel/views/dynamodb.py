"""Views on DynamoDB: one table, three sparse KEYS_ONLY indexes."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from functools import lru_cache
from typing import Any

from pynamodb.attributes import (
    BooleanAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.exceptions import PutError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model

from chalicelib.kernel import aws
from chalicelib.kernel.settings import settings
from chalicelib.kernel.tables import meta
from chalicelib.kernel.views import Key, Page, Row, RowPage

FAILED = "ConditionalCheckFailedException"


def _index(name: str, partition: str, sort: str) -> GlobalSecondaryIndex[Any]:
    parts = {
        "Meta": type("Meta", (), {"index_name": name, "projection": KeysOnlyProjection()}),
        partition: UnicodeAttribute(hash_key=True),
        sort: UnicodeAttribute(range_key=True),
    }
    made: GlobalSecondaryIndex[Any] = type(f"{name.title()}Index", (GlobalSecondaryIndex,), parts)()
    return made


class Stored(Model):
    """A view row as stored; empty parts are absent, which keeps the indexes sparse."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    version = NumberAttribute(null=True)
    data = UnicodeAttribute(null=True)
    inbox = UnicodeAttribute(null=True)
    inbox_at = UnicodeAttribute(null=True)
    due_shard = UnicodeAttribute(null=True)
    due_at = UnicodeAttribute(null=True)
    owner = UnicodeAttribute(null=True)
    owner_at = UnicodeAttribute(null=True)
    tokens = UnicodeSetAttribute(null=True)
    closed = BooleanAttribute(null=True)
    expires_at = NumberAttribute(null=True)
    by_inbox = _index("inbox", "inbox", "inbox_at")
    by_due = _index("due", "due_shard", "due_at")
    by_owner = _index("owner", "owner", "owner_at")


@lru_cache(maxsize=1)
def _table() -> type[Stored]:
    return type(
        "ViewRow", (Stored,), {"Meta": meta(settings().views_table), "__module__": __name__}
    )


_SORT = {"inbox": "inbox_at", "due": "due_at", "owner": "owner_at"}
_PLAIN = [f.name for f in fields(Row) if f.name not in ("pk", "sk", "data", "tokens")]


def _attributes(row: Row) -> dict[str, Any]:
    values = {name: getattr(row, name) or None for name in _PLAIN}
    values["data"] = (
        json.dumps(
            dict(row.data),
            ensure_ascii=False,
            separators=(",", ":"),
        )
        if row.data
        else None
    )
    return values


def _load(stored: Stored) -> Row:
    values = {name: getattr(stored, name) for name in _PLAIN}
    values = {name: value for name, value in values.items() if value is not None}
    for number in ("version", "expires_at"):
        values[number] = int(values.get(number, 0))
    tokens = frozenset(stored.tokens or ())
    return Row(
        stored.pk,
        stored.sk,
        data=json.loads(stored.data or "{}"),
        tokens=tokens,
        **values,
    )


class DynamoViews:
    """See ``Views``."""

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

    def newest(
        self, pk: str, *, limit: int = 100, start: Mapping[str, Any] | None = None
    ) -> RowPage:
        """The rows of ``pk`` by falling sk."""
        found = _table().query(
            pk,
            limit=limit,
            page_size=limit,
            last_evaluated_key=dict(start) if start else None,
            scan_index_forward=False,
        )
        rows = tuple(_load(stored) for stored in found)
        return RowPage(rows, found.last_evaluated_key)

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Row]:
        """Those that exist."""
        return {(s.pk, s.sk): _load(s) for s in _table().batch_get(list(dict.fromkeys(keys)))}

    def put(self, row: Row, expect: int | None = None) -> bool:
        """Whole row on condition of its version."""
        table = _table()
        condition: Condition | None = None
        if expect is not None:
            condition = table.pk.does_not_exist() if expect == 0 else table.version == expect
        stored = table(
            row.pk,
            row.sk,
            tokens=set(row.tokens) or None,
            **_attributes(row),
        )
        return _done(lambda: stored.save(condition=condition))

    def update(self, row: Row, expect: int) -> bool:
        """Some parts on condition of the version."""
        table = _table()
        actions: list[Action] = [
            getattr(table, n).set(v) for n, v in _attributes(row).items() if v is not None
        ]
        condition = table.version == expect
        return _done(lambda: table(row.pk, row.sk).update(actions=actions, condition=condition))

    def add_token(self, row: Row, token: str) -> bool:
        """Token into the set, the rest laid out, unless closed."""
        table = _table()
        actions: list[Action] = [table.tokens.add({token})]
        actions += [getattr(table, n).set(v) for n, v in _attributes(row).items() if v is not None]
        stored = table(row.pk, row.sk)
        return _done(
            lambda: stored.update(actions=actions, condition=table.closed.does_not_exist())
        )

    def update_open(self, row: Row) -> bool:
        """The rest laid out anew, if it stands open."""
        table = _table()
        actions: list[Action] = [
            getattr(table, n).set(v) for n, v in _attributes(row).items() if v is not None
        ]
        condition = table.pk.exists() & table.closed.does_not_exist()
        return _done(lambda: table(row.pk, row.sk).update(actions=actions, condition=condition))

    def close(self, pk: str, sk: str) -> Row:
        """Closed, out of the inbox."""
        table = _table()
        stored = table(pk, sk)
        stored.update(
            actions=[table.closed.set(True), table.inbox.remove(), table.inbox_at.remove()]
        )
        return _load(stored)

    def count(self, pk: str, sk: str, expires_at: int) -> int:
        """One more."""
        table = _table()
        stored = table(pk, sk)
        stored.update(actions=[table.version.add(1), table.expires_at.set(expires_at)])
        return int(stored.version)

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
        table = _table()
        sort = getattr(table, _SORT[name])
        found = getattr(table, f"by_{name}").query(
            partition,
            sort <= until if until else None,
            limit=limit,
            page_size=limit,
            last_evaluated_key=dict(start) if start else None,
            scan_index_forward=not newest_first,
        )
        keys = tuple(((s.pk, s.sk), getattr(s, _SORT[name])) for s in found)
        return Page(keys, found.last_evaluated_key)


def _done(write: Any) -> bool:
    try:
        write()
    except (PutError, UpdateError) as error:
        if aws.error_code(error) == FAILED:
            return False
        raise
    return True
