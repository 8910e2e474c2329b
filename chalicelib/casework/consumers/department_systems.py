"""Departments' systems are told of the tasks that open at their posts and of the warnings that
concern them; one that is slow or away holds up no other.
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
from chalicelib.kernel.values import dataclass

# Seconds until a message that was not taken is sent again, one for each try; then it is among the
# dead letters.
AGAIN_AFTER = (5, 30, 300, 1800, 7200, 21600, 39600)
PAUSE = 5  # seconds in which a system that was not reached is not tried with other messages
_away: dict[str, float] = {}


@dataclass(frozen=True)
class SystemMessage:
    """What the system of a post is told; ``id`` is the same for every try, so that a receiver knows
    it again.
    """

    post: str
    id: str
    body: Mapping[str, Any]


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
    """Whether a message needs no other try. Of several posts that are told, one that took it is
    told again with the others: it knows the message by its id.
    """
    tries = int(record["attributes"]["ApproximateReceiveCount"])
    told = [_tell_once(message, tries) for message in messages(json.loads(record["body"]))]
    if all(told):
        return True
    _try_again(record, AGAIN_AFTER[min(tries, len(AGAIN_AFTER)) - 1])
    return False


def _tell_once(message: SystemMessage, tries: int) -> bool:
    """Whether a post's system needs not be told again."""
    try:
        tell(message)
        return True
    except Exception as error:
        reason = str(error) if isinstance(error, notify.NotTold) else type(error).__name__
        log.line(
            "webhook not taken",
            counts={"WebhooksNotTaken": 1},
            post=message.post,
            tries=tries,
            reason=reason,
        )
        _note(message.post, message.id, reason, tries)
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


def tell(message: SystemMessage) -> None:
    """Tell the system of a post; a post without an address is told nothing. Raises NotTold."""
    try:
        webhook = authority.webhook_of(message.post)
    except NotFound:
        return
    if _away.get(webhook.url, 0) > monotonic():
        raise notify.NotTold("was not reached a moment ago")
    body = json.dumps(message.body, ensure_ascii=False).encode()
    now = int(clock.system_now().timestamp())
    head = notify.signed_head(
        authority.webhook_secret(webhook),
        message.id,
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
    _note(message.post, message.id)


def _note(post: str, message_id: str, reason: str = "", tries: int = 0) -> None:
    """For the department's administrator to see; a message that was taken stays taken where that
    cannot be noted.
    """
    try:
        authority.note_webhook(post, message_id, reason, tries)
    except Exception as error:
        log.failure("webhook not noted", error, post=post)


def messages(event: Mapping[str, Any]) -> list[SystemMessage]:
    """Whose systems are told what of an event of the bus, and nothing about persons."""
    detail = event["detail"]
    if event.get("detail-type") == "WarningRaised":
        return [_warning(detail, post) for post in detail["posts"]]
    return [_task(detail)]


def _task(detail: Mapping[str, Any]) -> SystemMessage:
    """Which task a system may now fetch. The id is without the dots that part what is signed."""
    told = {name: detail[name] for name in ("number", "item", "item_version", "step", "post")}
    body = {
        "type": "task.opened",
        "timestamp": detail["at"],
        "data": {"task": f"{detail['case']}.{detail['visit']}", **told},
    }
    visit = detail["visit"].replace(".", "_")
    return SystemMessage(detail["post"], f"task_{detail['case']}_{visit}", body)


def _warning(detail: Mapping[str, Any], post: str) -> SystemMessage:
    """Which limit is near or broken."""
    told = {
        name: detail[name] for name in ("number", "item", "item_version", "level", "clock", "due")
    }
    body = {
        "type": "warning.raised",
        "timestamp": detail["at"],
        "data": {**told, "post": post},
    }
    identity = f"warning_{detail['case']}_{detail['seq']}_{detail['act']}_{post}"
    return SystemMessage(post, identity, body)
