"""Acts of public interest, put on the EventBridge bus in the form that ``schemas/events/``
publishes.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.kernel import aws, schemas, visibility
from chalicelib.kernel.settings import settings
from chalicelib.kernel.values import dataclass

BATCH = 10  # entries of one PutEvents call


class EventsNotTaken(RuntimeError):
    """EventBridge refused some of the events; sending all of them again is safe."""


@dataclass(frozen=True)
class Event:
    """``type`` is the detail-type, ``detail`` holds ids and codes only: no personal data."""

    source: str
    type: str
    detail: Mapping[str, Any]


def publish(events: Iterable[Event]) -> None:
    """Validate and send. Raises Invalid for an event that breaks its schema (the bus would take it
    silently).
    """
    entries = [_entry(event) for event in events]
    for i in range(0, len(entries), BATCH):
        answer = aws.client("events").put_events(Entries=entries[i : i + BATCH])
        if answer["FailedEntryCount"]:
            raise EventsNotTaken(answer["FailedEntryCount"])


def _entry(event: Event) -> dict[str, str]:
    schema = f"events/{event.type}.v1"
    detail = visibility.show(schema, event.detail, visibility.PUBLIC)
    schemas.check(schemas.named(schema), detail)
    return {
        "Source": event.source,
        "DetailType": event.type,
        "Detail": json.dumps(detail, ensure_ascii=False),
        "EventBusName": settings().bus_name,
    }
