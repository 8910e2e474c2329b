"""What AWS itself measures: the API's answers, failed executions and what waits in queues.

What the emulator lacks: the metrics of AWS/ApiGateway, AWS/States and AWS/SQS, so that alarms on
them never change.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from ministack.core import responses
from ministack.services import sqs, stepfunctions

from infra.local.emulator.patches import require
from infra.local.emulator.patches.function_metrics import record

_SECONDS = 20.0
_ENDED = {
    "FAILED": "ExecutionsFailed",
    "TIMED_OUT": "ExecutionsTimedOut",
    "ABORTED": "ExecutionsAborted",
}


def count_answer(api: str, stage: str, status: int, milliseconds: float) -> None:
    """Records one answer of the deployed API."""
    dims = {"ApiName": api, "Stage": stage}
    record("AWS/ApiGateway", "Count", 1, "Count", dims)
    record(
        "AWS/ApiGateway",
        "4XXError",
        int(400 <= status < 500),
        "Count",
        dims,
    )
    record(
        "AWS/ApiGateway",
        "5XXError",
        int(status >= 500),
        "Count",
        dims,
    )
    record(
        "AWS/ApiGateway",
        "Latency",
        round(milliseconds),
        "Milliseconds",
        dims,
    )


def _count_ended(original: Callable[[dict[str, Any]], None], execution: dict[str, Any]) -> None:
    metric = _ENDED.get(execution["status"])
    if metric:
        machine = {"StateMachineArn": execution["stateMachineArn"]}
        record("AWS/States", metric, 1, "Count", machine)
    original(execution)


def _measure_queues() -> None:
    for (account, region, _), queue in sqs._queues.all_items():
        with responses.request_scope(account, region):
            _measure(queue)


def _measure(queue: dict[str, Any]) -> None:
    now = time.time()
    waiting = []
    for message in list(queue["messages"]):
        if message["visible_at"] <= now:
            waiting.append(message["sent_at"])
    name = queue["attributes"]["QueueArn"].rsplit(":", 1)[1]
    age = round(now - min(waiting)) if waiting else 0
    of = {"QueueName": name}
    record(
        "AWS/SQS",
        "ApproximateNumberOfMessagesVisible",
        len(waiting),
        "Count",
        of,
    )
    record(
        "AWS/SQS",
        "ApproximateAgeOfOldestMessage",
        age,
        "Seconds",
        of,
    )


def _measure_for_ever() -> None:
    while True:
        time.sleep(_SECONDS)
        _measure_queues()


def apply() -> None:
    """Starts measuring."""
    require(stepfunctions, "_emit_execution_status_event")
    require(sqs, "_queues")
    emit = stepfunctions._emit_execution_status_event
    stepfunctions._emit_execution_status_event = partial(_count_ended, emit)
    threading.Thread(
        target=_measure_for_ever,
        name="queues",
        daemon=True,
    ).start()
