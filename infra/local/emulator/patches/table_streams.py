"""Table streams survive a restart.

What the emulator lacks: it saves how far a function has read a table's stream, but not the records,
and counts from zero after a restart, so records are skipped until the new count has passed the old
position.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from ministack.services import dynamodb, lambda_svc

from infra.local.emulator.patches import require

# Account, region, name.
Table = tuple[str, str, str]
_KEPT = ("_stream_records", "_stream_trimmed")


def _state(original: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    state = dict(original())
    for name in _KEPT:
        state[f"stream{name}"] = getattr(dynamodb, name)
    return state


def _load(original: Callable[[Any], Any], data: dict[str, Any] | None) -> None:
    original(data)
    for name in _KEPT:
        kept = (data or {}).get(f"stream{name}", {})
        getattr(dynamodb, name).update(kept)


def drop_read_records() -> None:
    """Forgets records that every function has read; nothing else reads a table's stream."""
    for table, read in _read_by_all().items():
        records = dynamodb._stream_records.get_scoped(*table)
        trimmed = dynamodb._stream_trimmed.get_scoped(*table) or 0
        if records and read > trimmed:
            del records[: read - trimmed]
            dynamodb._stream_trimmed.set_scoped(*table, read)


def skip_unread() -> None:
    """Functions that read a table's stream, and wait just now, begin after its last record."""
    for account, region, mapping in lambda_svc._iter_all_esms():
        if mapping.get("Enabled", True) or not _is_of_table(mapping):
            continue
        name = _table_of(mapping)
        records = dynamodb._stream_records.get_scoped(account, region, name) or []
        trimmed = dynamodb._stream_trimmed.get_scoped(account, region, name) or 0
        positions = lambda_svc._dynamodb_stream_positions
        positions.set_scoped(account, region, mapping["UUID"], trimmed + len(records))


def _is_of_table(mapping: dict[str, Any]) -> bool:
    arn = mapping.get("EventSourceArn", "")
    return ":dynamodb:" in arn and "/stream/" in arn


def _table_of(mapping: dict[str, Any]) -> str:
    stream: str = mapping["EventSourceArn"]
    return stream.split("/stream/")[0].rsplit("/", 1)[-1]


def _read_by_all() -> dict[Table, int]:
    """How many records of each table's stream all of its readers have read."""
    least: dict[Table, int] = {}
    for account, region, mapping in lambda_svc._iter_all_esms():
        if not _is_of_table(mapping):
            continue
        table = (account, region, _table_of(mapping))
        positions = lambda_svc._dynamodb_stream_positions
        read = (
            positions.get_scoped(
                account,
                region,
                mapping["UUID"],
            )
            or 0
        )
        least[table] = min(least.get(table, read), read)
    return least


def apply() -> None:
    """Adds the records to what the emulator saves and loads for its tables."""
    require(dynamodb, "get_state", "load_persisted_state", *_KEPT)
    require(
        lambda_svc,
        "_iter_all_esms",
        "_dynamodb_stream_positions",
    )
    dynamodb.get_state = partial(_state, dynamodb.get_state)
    dynamodb.load_persisted_state = partial(_load, dynamodb.load_persisted_state)
