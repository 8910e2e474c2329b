"""What DynamoDB charges for writes and reads, by its published rules: arithmetic on items, no I/O.

Items are in the wire's form, ``{"pk": {"S": "case#1"}}``. A write unit is 1 KB begun, a read unit 4
KB begun.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import Any

Item = Mapping[str, Mapping[str, Any]]

WRITE_BYTES, READ_BYTES = 1024, 4096
WRITE_RULE = (
    "1 unit per KB begun of the larger of old and new item (names and values, UTF-8), doubled for the item itself in a "
    "transaction; per index, single in a transaction too: its own projected entry's KBs for an insert, a removal or a "
    "change in place, both entries' for a change of the index key, 0 when the entry stays as it is; a refused "
    "conditional write 1"
)


@dataclass(frozen=True)
class Index:
    """A secondary index: its key attributes, and which attributes its entries hold (None: all)."""

    name: str
    keys: tuple[str, ...]
    projected: frozenset[str] | None

    def entry(self, item: Item | None) -> Item | None:
        """The index's entry for an item; None where the item lacks one of the index's keys."""
        if item is None or any(key not in item for key in self.keys):
            return None
        return {k: v for k, v in item.items() if self.projected is None or k in self.projected}


@dataclass(frozen=True)
class Table:
    """A table with its indexes, by its logical id in the template."""

    name: str
    indexes: tuple[Index, ...]

    @classmethod
    def of(cls, name: str, properties: Mapping[str, Any]) -> "Table":
        """The table that CloudFormation's properties describe."""
        own = {part["AttributeName"] for part in properties["KeySchema"]}
        indexes = tuple(
            _index(own, index) for index in properties.get("GlobalSecondaryIndexes", ())
        )
        return cls(name, indexes)


def _index(own: set[str], index: Mapping[str, Any]) -> Index:
    keys = tuple(part["AttributeName"] for part in index["KeySchema"])
    projection = index["Projection"]
    if projection["ProjectionType"] == "ALL":
        return Index(index["IndexName"], keys, None)
    more = (
        projection.get("NonKeyAttributes", ()) if projection["ProjectionType"] == "INCLUDE" else ()
    )
    return Index(index["IndexName"], keys, frozenset(own | set(keys) | set(more)))


@dataclass(frozen=True)
class Charge:
    """Write units of one item, and of each index that its write touches."""

    item: int
    indexes: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Units of the item and its indexes."""
        return self.item + sum(self.indexes.values())


REFUSED = Charge(1)


def write_charge(
    table: Table, old: Item | None, new: Item | None, *, transaction: bool = False
) -> Charge:
    """What replacing ``old`` (None: absent) by ``new`` (None: deleted) costs."""
    units = write_units(max(size(old), size(new))) * (2 if transaction else 1)
    touched = {index.name: _index_units(index, old, new) for index in table.indexes}
    return Charge(units, {name: n for name, n in touched.items() if n})


def _index_units(index: Index, old: Item | None, new: Item | None) -> int:
    before, after = index.entry(old), index.entry(new)
    if before == after:
        return 0
    if before is None or after is None:
        return write_units(size(before or after))
    if any(before[key] != after[key] for key in index.keys):
        return write_units(size(before)) + write_units(size(after))
    return write_units(max(size(before), size(after)))


def write_units(bytes_: int) -> int:
    """Units of one item of so many bytes."""
    return max(1, ceil(bytes_ / WRITE_BYTES))


def read_units(sizes: Iterable[int], *, consistent: bool) -> float:
    """Units of one Query that reads items of these sizes (bytes); of a GetItem with one size, 0
    where absent.
    """
    return max(1, ceil(sum(sizes) / READ_BYTES)) * (1.0 if consistent else 0.5)


def read_charge(operation: str, asked: Mapping[str, Any], answered: Mapping[str, Any]) -> float:
    """Read units of one request to DynamoDB, by the items that it answered; none for a write."""
    consistent = asked.get("ConsistentRead", False)
    if operation == "Query":
        return read_units(map(size, answered.get("Items", ())), consistent=consistent)
    if operation == "GetItem":
        return read_units([size(answered.get("Item"))], consistent=consistent)
    if operation == "BatchGetItem":
        return _batch_charge(asked["RequestItems"], answered["Responses"])
    return 0.0


def _batch_charge(asked: Mapping[str, Any], answered: Mapping[str, Any]) -> float:
    """Each item of a batch is charged by itself, an absent one as the smallest."""
    consistent = any(each.get("ConsistentRead") for each in asked.values())
    sizes = [size(item) for items in answered.values() for item in items]
    absent = sum(len(each["Keys"]) for each in asked.values()) - len(sizes)
    return sum(read_units([n], consistent=consistent) for n in [*sizes, *[0] * absent])


def size(item: Item | None) -> int:
    """An item's size in bytes: the lengths of its attributes' names and values."""
    return sum(len(name.encode()) + value_size(value) for name, value in (item or {}).items())


def value_size(value: Mapping[str, Any]) -> int:
    """One attribute value's size in bytes. Raises ValueError for a type that Sunlit does not
    store.
    """
    (kind, content), *rest = value.items()
    if rest:
        raise ValueError(f"an attribute value has one type, not {sorted(value)}")
    if kind == "S":
        return len(content.encode())
    if kind == "N":
        return (
            ceil(len(content.lstrip("+-").replace(".", "").strip("0")) / 2)
            + 1
            + content.startswith("-")
        )
    if kind == "SS":
        return sum(len(text.encode()) for text in content)
    if kind in ("BOOL", "NULL"):
        return 1
    raise ValueError(f"no rule for an attribute of type {kind}")
