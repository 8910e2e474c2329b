"""Table streams survive a restart.

What the emulator lacks: it saves how far a function has read a table's stream, but not the records, and
counts from zero after a restart, so records are skipped until the new count has passed the old position.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ministack.services import dynamodb, lambda_svc

from infra.local.emulator.patches import require

_KEPT = ("_stream_records", "_stream_trimmed")


def _state(original: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    return {**original(), **{f"stream{name}": getattr(dynamodb, name) for name in _KEPT}}


def _load(original: Callable[[Any], Any], data: dict[str, Any] | None) -> None:
    original(data)
    for name in _KEPT:
        getattr(dynamodb, name).update((data or {}).get(f"stream{name}", {}))


def drop_read_records() -> None:
    """Forgets records that every function has read; nothing else in the product reads a table's stream."""
    least: dict[tuple[str, str, str], int] = {}
    for account, region, mapping in lambda_svc._iter_all_esms():
        arn = mapping.get("EventSourceArn", "")
        if ":dynamodb:" in arn and "/stream/" in arn:
            table = (account, region, arn.split("/stream/")[0].rsplit("/", 1)[-1])
            read = lambda_svc._dynamodb_stream_positions.get_scoped(account, region, mapping["UUID"])
            least[table] = min(least.get(table, read or 0), read or 0)
    for table, read in least.items():
        records = dynamodb._stream_records.get_scoped(*table)
        trimmed = dynamodb._stream_trimmed.get_scoped(*table) or 0
        if records and read > trimmed:
            del records[: read - trimmed]
            dynamodb._stream_trimmed.set_scoped(*table, read)


def apply() -> None:
    """Adds the records to what the emulator saves and loads for its tables."""
    require(dynamodb, "get_state", "load_persisted_state", *_KEPT)
    require(lambda_svc, "_iter_all_esms", "_dynamodb_stream_positions")
    save, load = dynamodb.get_state, dynamodb.load_persisted_state
    dynamodb.get_state = lambda: _state(save)
    dynamodb.load_persisted_state = lambda data: _load(load, data)
