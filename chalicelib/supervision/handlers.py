"""What wakes supervision: events of cases through the queue, its own acts by the journal's stream,
and the minute; and what people are told.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from chalicelib import casework
from chalicelib.kernel import feed, queues
from chalicelib.supervision.complaints import messages as complaint_messages
from chalicelib.supervision.complaints import projector as complaints
from chalicelib.supervision.matters import events, messages, projector, use_cases

CONSUMER = feed.Consumer(
    "supervise",
    {
        "matter": projector.project,
        "complaint": complaints.project,
    },
)
OPENS_CARD = ("yellow", "red")


def supervise(event: dict[str, Any]) -> dict[str, Any]:
    """Events from the bus, or records of the journal's stream."""
    if any("dynamodb" in record for record in event["Records"]):
        return _on_journal(event)
    return queues.each(event, _on_event)


def _on_journal(event: dict[str, Any]) -> dict[str, Any]:
    """Never raises for one stream: what fails is parked or left to the sweep."""
    streams = {record["dynamodb"]["Keys"]["stream"]["S"] for record in event["Records"]}
    for stream in sorted(streams):
        CONSUMER.handle(stream)
    return {"batchItemFailures": []}


def _on_event(record: Any) -> None:
    hear(json.loads(record.body))


def hear(event: Mapping[str, Any]) -> None:
    """What follows from one event of the bus; hearing it twice is hearing it once."""
    for handler in ON_EVENT[event["detail-type"]]:
        handler(event["detail"])


def _on_warning(warning: Mapping[str, Any]) -> None:
    if warning["level"] in OPENS_CARD:
        use_cases.open_card(warning)


ON_EVENT: Mapping[str, tuple[Callable[[Mapping[str, Any]], None], ...]] = {
    "WarningRaised": (_on_warning,),
}
"""What follows from an event of the bus, by its type: each safe to repeat."""


def notify(event: dict[str, Any]) -> dict[str, Any]:
    """Events of cases, matters and complaints, through the queue, to people's inboxes."""
    cases = casework.MessageBatch()

    def tell(record: Any) -> None:
        told = json.loads(record.body)
        tell_of = cases.tell
        if told["source"] == events.SOURCE:
            is_complaint = "complaint" in told["detail"]
            tell_of = complaint_messages.tell if is_complaint else messages.tell
        tell_of(told, record.message_id)

    return queues.each(event, tell)


def sweep(event: dict[str, Any]) -> dict[str, int]:
    """Every minute: what the stream did not bring, and what nobody answered in time."""
    behind = feed.sweep(CONSUMER)
    swept = Counter(projector.sweep())
    swept.update(complaints.sweep())
    return {"behind": behind, **swept}
