"""What the city has on record, as the emulator's tables hold it: until when acts go."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from ministack.services import dynamodb

from infra.local.emulator.patches import require

_JOURNAL = "-Journal-"


def newest() -> datetime | None:
    """The moment of the last act on record; None before the first."""
    require(dynamodb, "_tables")
    moments = [datetime.fromisoformat(at) for at in _moments()]
    return max(moments, default=None)


def _moments() -> Iterator[str]:
    for (_, _, name), table in dynamodb._tables.all_items():
        if _JOURNAL in name:
            for entry in _rows(table):
                yield entry["at"]["S"]


def _rows(table: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for partition in list(table["items"].values()):
        yield from list(partition.values())
