"""What wakes the casework functions: flows, the journal's stream, the minute, the queues."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from chalicelib import certificates
from chalicelib import notify as messages
from chalicelib.authority import project_change
from chalicelib.casework.consumers import (
    certification,
    department_systems,
    mandate_messages,
    party_ends,
)
from chalicelib.casework.execution import deadline_sweep, delivery, reconciler, recount
from chalicelib.casework.execution import open_task as gate
from chalicelib.casework.retention import announcements, periods, redaction, terms, uploads
from chalicelib.casework.views import access_log
from chalicelib.catalog import project, project_draft
from chalicelib.kernel import clock, feed, log, queues, sweeps


def _project_mandates(stream: str, age: float) -> bool:
    """Both sides hear of a mandate; a guardianship is kept for its term."""
    was_behind = terms.project(stream)
    return mandate_messages.project(stream) or was_behind


VIEWED: dict[str, Callable[[str, float], bool]] = {
    "read": access_log.project,
    "item": project,
    "draft": project_draft,
    "change": project_change,
    "mandates": _project_mandates,
    "question": terms.project,
    "message-settings": messages.project_settings,
    "complaint": terms.project,
    **dict.fromkeys(periods.SUPERVISION, terms.project),
}
CONSUMER = feed.Consumer(
    "deliver",
    {"case": delivery.deliver, **VIEWED},
    {"case": delivery.deliver_entries},
)
SWEPT = feed.Consumer("deliver", {**CONSUMER.handlers, "party-end": party_ends.project})
"""What is rare and needs more rights is left to the sweep."""
REBUILDER = feed.Consumer("rebuild", {"case": reconciler.rebuild, **VIEWED})
THREADS = 4
T = TypeVar("T")


def open_task(event: dict[str, Any]) -> dict[str, str]:
    """A flow's state asks for a visit's task."""
    return gate.handle(event)


def on_journal(event: dict[str, Any]) -> dict[str, Any]:
    """The journal's stream wakes delivery. Never raises for one stream: what fails is parked or
    left to the sweep.
    """
    appended: dict[str, list[int]] = {}
    for record in event["Records"]:
        keys = record["dynamodb"]["Keys"]
        if record["eventName"] == "INSERT":
            stream, seq = keys["stream"]["S"], int(keys["seq"]["N"])
            appended.setdefault(stream, []).append(seq)
        elif not _is_redaction(record["eventName"], keys):
            # Entries are never deleted, and changed by nobody but the redactor: somebody went
            # around the door.
            log.line(
                "journal tampered",
                counts={"JournalTampered": 1},
                keys=keys,
                event=record["eventName"],
            )
    _each(_wake, list(appended.items()))
    return {"batchItemFailures": []}


def _wake(appended: tuple[str, list[int]]) -> None:
    """Whatever a batch tells of one stream is handled once."""
    stream, seqs = appended
    CONSUMER.wake(stream, min(seqs), max(seqs))


def _is_redaction(event: str, keys: dict[str, Any]) -> bool:
    """Whether a change is one that was announced. What cannot be told rings the alarm: better once
    too often.
    """
    try:
        return event == "MODIFY" and announcements.is_announced(
            keys["stream"]["S"], int(keys["seq"]["N"])
        )
    except Exception as error:
        log.failure("change not understood", error)
        return False


def _each(handle: Callable[[T], Any], parts: list[T]) -> None:
    """A few threads: most of the work is waiting for AWS."""
    if len(parts) == 1:
        handle(parts[0])
        return
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(handle, parts))


def sweep_feed(event: dict[str, Any]) -> dict[str, int]:
    """Every minute: what the stream did not bring, and what a changed calendar moves."""
    return sweeps.all_of(_sweep_feed, recount.recount)


def _sweep_feed() -> dict[str, int]:
    return {"behind": feed.sweep(SWEPT)}


def sweep_deadlines(event: dict[str, Any]) -> dict[str, int]:
    """Every minute: what time has brought."""
    return deadline_sweep.sweep_deadlines()


def reconcile_executions(event: dict[str, Any]) -> dict[str, int]:
    """Every five minutes, or with ``{"rebuild_from": <unix seconds>}`` by hand: views made anew
    from the journal.
    """
    if "rebuild_from" in event:
        return {"rebuilt": feed.replay(REBUILDER, float(event["rebuild_from"]))}
    return reconciler.reconcile()


def sweep_retention(event: dict[str, Any]) -> dict[str, int]:
    """Every day: what has been kept long enough, and uploads that nobody attached."""
    return sweeps.all_of(redaction.sweep_retention, uploads.expire_uploads)


def sign_certificate(event: dict[str, Any]) -> dict[str, Any]:
    """Certificates that are due, and revocations, through the queue; each day, by the clock, status
    lists that age.
    """
    if "Records" not in event:
        return {"renewed": certificates.renew_all(clock.now())}

    def handle(record: Any) -> None:
        tries = int(record.attributes.approximate_receive_count)
        certification.handle(json.loads(record.body), is_first_try=tries == 1)

    return queues.each(event, handle)


def webhook(event: dict[str, Any]) -> dict[str, Any]:
    """Tasks that opened at posts with a system, through the queue, to these systems."""
    return department_systems.handle(event)
