"""Departments' systems are told of the tasks that open at their posts; one that is slow or away
holds up no other.
"""

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Any

from chalicelib import authority, notify
from chalicelib.kernel import aws, clock, log
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.settings import settings

# Seconds until a message that was not taken is sent again, one for each try; then it is among the
# dead letters.
AGAIN_AFTER = (5, 30, 300, 1800, 7200, 21600, 39600)
PAUSE = 5  # seconds in which a system that was not reached is not tried with other messages
_away: dict[str, float] = {}


def handle(event: Mapping[str, Any]) -> dict[str, Any]:
    """A batch of the queue, all at once; those that were not taken are tried again, each in its own
    time.
    """
    records = event["Records"]
    with ThreadPoolExecutor(len(records)) as pool:
        failed = [
            record
            for record, taken in zip(records, pool.map(_take, records), strict=True)
            if not taken
        ]
    return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in failed]}


def _take(record: Mapping[str, Any]) -> bool:
    """Whether a message needs no other try."""
    detail = json.loads(record["body"])["detail"]
    try:
        tell(detail)
        return True
    except Exception as error:
        tries = int(record["attributes"]["ApproximateReceiveCount"])
        reason = str(error) if isinstance(error, notify.NotTold) else type(error).__name__
        log.line(
            "webhook not taken",
            counts={"WebhooksNotTaken": 1},
            post=detail["post"],
            tries=tries,
            reason=reason,
        )
        _try_again(record, AGAIN_AFTER[min(tries, len(AGAIN_AFTER)) - 1])
        return False


def _try_again(record: Mapping[str, Any], seconds: int) -> None:
    try:
        aws.client("sqs").change_message_visibility(
            QueueUrl=settings().webhook_queue,
            ReceiptHandle=record["receiptHandle"],
            VisibilityTimeout=seconds,
        )
    except Exception as error:  # the queue's own time holds then
        log.failure("webhook not put off", error)


def tell(detail: Mapping[str, Any]) -> None:
    """Tell the system of a post of one task; a post without an address is told nothing. Raises
    NotTold.
    """
    try:
        webhook = authority.webhook_of(detail["post"])
    except NotFound:
        return
    if _away.get(webhook.url, 0) > monotonic():
        raise notify.NotTold("was not reached a moment ago")
    body = json.dumps(message(detail), ensure_ascii=False).encode()
    now = int(clock.system_now().timestamp())
    head = notify.signed_head(
        authority.webhook_secret(webhook),
        message_id(detail),
        now,
        body,
    )
    try:
        notify.tell_system(
            webhook.url,
            head,
            body,
            settings().webhook_networks,
        )
    except notify.NotTold:
        _away[webhook.url] = monotonic() + PAUSE
        raise


def message(detail: Mapping[str, Any]) -> dict[str, Any]:
    """What a system is told: which task it may now fetch, and nothing about persons."""
    told = {name: detail[name] for name in ("number", "item", "item_version", "step", "post")}
    return {
        "type": "task.opened",
        "timestamp": detail["at"],
        "data": {"task": f"{detail['case']}.{detail['visit']}", **told},
    }


def message_id(detail: Mapping[str, Any]) -> str:
    """The same for every try, so that a receiver knows it again; without the dots that part what is
    signed.
    """
    return f"task_{detail['case']}_{detail['visit'].replace('.', '_')}"
