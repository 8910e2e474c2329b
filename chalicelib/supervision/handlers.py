"""What wakes supervision: events of cases through the queue, its own acts by the journal's stream,
and the minute; and what people are told.
"""

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from chalicelib import casework
from chalicelib import notify as inboxes
from chalicelib.kernel import clock, feed, queues, sweeps
from chalicelib.supervision.complaints import acts as complaint_acts
from chalicelib.supervision.complaints import messages as complaint_messages
from chalicelib.supervision.complaints import projector as complaints
from chalicelib.supervision.matters import acts, messages, projector, use_cases
from chalicelib.supervision.outlook import listing, rounds
from chalicelib.supervision.rules.city import settings
from chalicelib.supervision.rules.findings import messages as finding_messages
from chalicelib.supervision.rules.findings import projector as findings
from chalicelib.supervision.rules.findings.events import RAISED
from chalicelib.supervision.rules.running import beside, history, live
from chalicelib.supervision.statistics import generations
from chalicelib.supervision.statistics import projector as counting

CONSUMER = feed.Consumer(
    "supervise",
    {
        "matter": projector.project,
        "complaint": complaints.project,
        "finding": findings.project,
        "rule": settings.project,
        "certificate": beside.certificate,
        "read": beside.read,
    },
)
OPENS_CARD = ("yellow", "red")


def supervise(event: dict[str, Any]) -> dict[str, Any]:
    """Events from the bus, or records of the journal's stream."""
    if any("dynamodb" in record for record in event["Records"]):
        return _on_journal(event)
    return queues.each(event, partial(_on_event, live.Batch()))


def _on_journal(event: dict[str, Any]) -> dict[str, Any]:
    """Never raises for one stream: what fails is parked or left to the sweep."""
    streams = {record["dynamodb"]["Keys"]["stream"]["S"] for record in event["Records"]}
    for stream in sorted(streams):
        CONSUMER.handle(stream)
    return {"batchItemFailures": []}


def _on_event(batch: live.Batch, record: Any) -> None:
    event = json.loads(record.body)
    hear(event)
    if event["detail-type"] in live.watched_types():
        batch.watch(event["detail"])


def hear(event: Mapping[str, Any]) -> None:
    """What follows from one event of the bus, beside what the rules that watch find; hearing it
    twice is hearing it once.
    """
    for handler in ON_EVENT.get(event["detail-type"], ()):
        handler(event["detail"])


def _on_warning(warning: Mapping[str, Any]) -> None:
    if warning["level"] in OPENS_CARD:
        use_cases.open_card(warning)


ON_EVENT: Mapping[str, tuple[Callable[[Mapping[str, Any]], None], ...]] = {
    "WarningRaised": (_on_warning,),
}
"""What follows from an event of the bus beside the rules that watch, by its type: each safe to
repeat."""


def notify(event: dict[str, Any]) -> dict[str, Any]:
    """Events of cases, of supervision and of SES, through the queue, to people's inboxes; each
    minute what waited for its time.
    """
    if "Records" not in event:
        return dict(inboxes.sweep_messages(casework.waiting_tasks_of))
    return queues.each(event, partial(_tell, casework.MessageBatch()))


def _tell(cases: casework.MessageBatch, record: Any) -> None:
    told = json.loads(record.body)
    if told["source"] == inboxes.MAIL_PROVIDER:
        inboxes.hear_of_mail(told)
        return
    tell = TELLS_OF.get(told["detail-type"], cases.tell)
    tell(told, record.message_id)


TELLS_OF: Mapping[str, Callable[[Mapping[str, Any], str], None]] = {
    **dict.fromkeys(acts.ACTS, messages.tell),
    **dict.fromkeys(complaint_acts.ACTS, complaint_messages.tell),
    RAISED: finding_messages.tell,
}
"""Who tells people of an event of supervision, by its type; of all others, casework does."""


def sweep(event: dict[str, Any]) -> dict[str, int]:
    """Every minute: what the stream did not bring, what nobody answered in time, the counters,
    which cases are at risk, what rules find in the past, and what has waited to be judged. What
    fails keeps nothing else waiting.

    By hand with ``{"rebuild_statistics": <Unix seconds>}``: counters made anew of all entries since
    then, which are read once they have caught up.
    """
    if "rebuild_statistics" in event:
        generations.begin(float(event["rebuild_statistics"]))
    return sweeps.all_of(_catch_up, projector.sweep, complaints.sweep, _count, _judge, history.step)


def _catch_up() -> dict[str, int]:
    return {"behind": feed.sweep(CONSUMER)}


def _judge() -> dict[str, int]:
    return {"judged": beside.judge_due()}


def _count() -> dict[str, int]:
    """Counters and outlook."""
    today = clock.now().date()
    counted = counting.count(partial(listing.evaluate, today=today))
    return {**counted, **rounds.go_on(today)}
