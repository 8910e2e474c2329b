"""What wakes the casework functions: flows, the journal's stream, the minute, the queues."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from chalicelib.casework import certification, delivery, gate, people, reconcile, sweep
from chalicelib.catalog import project
from chalicelib.kernel import feed, log

CONSUMER = feed.Consumer("deliver", {"case": delivery.deliver, "item": project})
REBUILDER = feed.Consumer("rebuild", {"case": reconcile.rebuild, "item": project})
THREADS = 4


def open_task(event: dict[str, Any]) -> dict[str, str]:
    """A flow's state asks for a visit's task."""
    return gate.handle(event)


def on_journal(event: dict[str, Any]) -> dict[str, Any]:
    """The journal's stream wakes delivery. Never raises for one stream: what fails is parked or left to the sweep."""
    streams: dict[str, None] = {}
    for record in event["Records"]:
        keys = record["dynamodb"]["Keys"]
        if record["eventName"] == "INSERT":
            streams[keys["stream"]["S"]] = None
        else:  # entries are never changed or deleted: somebody went around the door
            log.line("journal tampered", counts={"JournalTampered": 1}, keys=keys, event=record["eventName"])
    _each(CONSUMER.handle, list(streams))
    return {"batchItemFailures": []}


def _each(handle: Callable[[str], Any], streams: list[str]) -> None:
    """A few threads: most of the work is waiting for AWS."""
    if len(streams) == 1:
        handle(streams[0])
        return
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(handle, streams))


def sweep_feed(event: dict[str, Any]) -> dict[str, int]:
    """Every minute: what the stream did not bring."""
    return {"behind": feed.sweep(CONSUMER)}


def sweep_deadlines(event: dict[str, Any]) -> dict[str, int]:
    """Every minute: what time has brought."""
    return sweep.sweep_deadlines()


def reconcile_executions(event: dict[str, Any]) -> dict[str, int]:
    """Every five minutes, or with ``{"rebuild_from": <unix seconds>}`` by hand: views made anew from the journal."""
    if "rebuild_from" in event:
        return {"rebuilt": feed.replay(REBUILDER, float(event["rebuild_from"]))}
    return reconcile.reconcile()


def notify(event: dict[str, Any]) -> dict[str, Any]:
    """Events from the bus, through the queue, to people's inboxes."""
    return _batch(event, people.tell)


def sign_certificate(event: dict[str, Any]) -> dict[str, Any]:
    """``CertificateDue`` events, through the queue."""
    return _batch(event, certification.certify)


def _batch(event: dict[str, Any], handle: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Each message on its own: the queue tries a failed one again and then keeps it for the operators."""
    from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

    def one(record: Any) -> None:
        handle(json.loads(record.body))

    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return dict(process_partial_response(event, one, processor))
