"""Views on DynamoDB: one table, three sparse KEYS_ONLY indexes."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action

from chalicelib.kernel import cache
from chalicelib.kernel.settings import settings
from chalicelib.kernel.tables import ConditionFailed, Item, Table
from chalicelib.kernel.views import Key, Page, Row, RowPage

KEYS = {"pk": "S", "sk": "S"}
INDEXES = {
    "inbox": ("inbox", "inbox_at"),
    "due": ("due_shard", "due_at"),
    "owner": ("owner", "owner_at"),
}
TEXTS = ("inbox", "inbox_at", "due_shard", "due_at", "owner", "owner_at")
NUMBERS = ("version", "expires_at")
IS_ABSENT = Path("pk").does_not_exist()
IS_NOT_CLOSED = Path("closed").does_not_exist()
STANDS_OPEN = Path("pk").exists() & IS_NOT_CLOSED
CLOSE = (
    Path("closed").set({"BOOL": True}),
    Path("inbox").remove(),
    Path("inbox_at").remove(),
)


@cache.remembered()
def _table() -> Table:
    return Table(settings().views_table, KEYS, INDEXES)


def _parts(row: Row) -> dict[str, dict[str, Any]]:
    """All of a row but key and tokens; empty parts are absent, which keeps the indexes sparse."""
    parts: dict[str, dict[str, Any]] = {}
    for name in TEXTS:
        if text := getattr(row, name):
            parts[name] = {"S": text}
    for name in NUMBERS:
        if number := getattr(row, name):
            parts[name] = {"N": str(number)}
    if row.data:
        data = json.dumps(dict(row.data), ensure_ascii=False, separators=(",", ":"))
        parts["data"] = {"S": data}
    if row.closed:
        parts["closed"] = {"BOOL": True}
    return parts


def item_of(row: Row) -> Item:
    """A row as stored; what is empty is absent."""
    item = {"pk": {"S": row.pk}, "sk": {"S": row.sk}, **_parts(row)}
    if row.tokens:
        item["tokens"] = {"SS": sorted(row.tokens)}
    return item


def _row(item: Item) -> Row:
    parts: dict[str, Any] = {name: value["S"] for name, value in item.items() if "S" in value}
    for name in NUMBERS:
        if name in item:
            parts[name] = int(item[name]["N"])
    if "data" in parts:
        parts["data"] = json.loads(parts["data"])
    if "tokens" in item:
        parts["tokens"] = frozenset(item["tokens"]["SS"])
    if "closed" in item:
        parts["closed"] = item["closed"]["BOOL"]
    return Row(**parts)


def _set(row: Row) -> list[Action]:
    return [Path(name).set(value) for name, value in _parts(row).items()]


def _shows(version: int) -> Condition:
    return Path("version") == {"N": str(version)}


class DynamoViews:
    """See ``Views``."""

    def get(self, pk: str, sk: str) -> Row | None:
        """One row, consistently."""
        item = _table().get(pk, sk)
        return _row(item) if item else None

    def partition(self, pk: str, prefix: str = "") -> list[Row]:
        """The rows of ``pk`` by prefix, consistently."""
        condition = Path("sk").startswith(prefix) if prefix else None
        return [_row(item) for item in _table().query(pk, condition)]

    def newest(
        self,
        pk: str,
        *,
        prefix: str = "",
        limit: int = 100,
        start: Mapping[str, Any] | None = None,
    ) -> RowPage:
        """The rows of ``pk`` by prefix and falling sk."""
        condition = Path("sk").startswith(prefix) if prefix else None
        items, more = _table().page(
            pk,
            condition,
            limit=limit,
            start=start,
            scan_index_forward=False,
        )
        return RowPage(tuple(_row(item) for item in items), more)

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Row]:
        """Those that exist."""
        unique = list(dict.fromkeys(keys))
        rows = [_row(item) for item in _table().get_many(unique)]
        return {row.key: row for row in rows}

    def put(self, row: Row, expect: int | None = None) -> bool:
        """Whole row on condition of its version."""
        condition: Condition | None = None
        if expect is not None:
            condition = _shows(expect) if expect else IS_ABSENT
        try:
            _table().put(item_of(row), condition)
        except ConditionFailed:
            return False
        return True

    def update(self, row: Row, expect: int) -> bool:
        """Some parts on condition of the version."""
        return _table().update(row.pk, row.sk, _set(row), _shows(expect)) is not None

    def add_token(self, row: Row, token: str) -> bool:
        """Token into the set, the rest laid out, unless closed."""
        actions = [Path("tokens").add({"SS": [token]}), *_set(row)]
        return _table().update(row.pk, row.sk, actions, IS_NOT_CLOSED) is not None

    def update_open(self, row: Row) -> bool:
        """The rest laid out anew, if it stands open."""
        return _table().update(row.pk, row.sk, _set(row), STANDS_OPEN) is not None

    def close(self, pk: str, sk: str) -> Row:
        """Closed, out of the inbox."""
        return _row(_changed(pk, sk, CLOSE))

    def count(self, pk: str, sk: str, expires_at: int) -> int:
        """One more."""
        ends = {"N": str(expires_at)}
        one_more = (Path("version").add({"N": "1"}), Path("expires_at").set(ends))
        return _row(_changed(pk, sk, one_more)).version

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
        sort = INDEXES[name][1]
        condition = Path(sort) <= {"S": until} if until else None
        items, more = _table().page(
            partition,
            condition,
            index_name=name,
            limit=limit,
            start=start,
            scan_index_forward=not newest_first,
        )
        keys = [((item["pk"]["S"], item["sk"]["S"]), item[sort]["S"]) for item in items]
        return Page(tuple(keys), more)


def _changed(pk: str, sk: str, actions: Sequence[Action]) -> Item:
    item = _table().update(pk, sk, actions)
    assert item is not None, "nothing was its condition"
    return item
