"""What functions log as metrics (EMF), and how they fare, becomes CloudWatch metrics that alarm.

What the emulator lacks: log lines in embedded metric format make no metric; alarms are looked at
only when somebody calls PutMetricData; only direct invocations count as a function's invocations;
every invocation opens a log stream of its own, kept for ever.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections import deque
from typing import Any

from ministack import app as emulator
from ministack.core import responses
from ministack.services import cloudwatch, cloudwatch_logs, lambda_svc

from infra.local.emulator.patches import alarms, require

FLUSH_SECONDS = 1.0
_EVENTS_KEPT = 2000  # per log stream; a developer reads the tail
_logger = logging.getLogger(__name__)

# Account, region, namespace, name, dimensions, unit, value, second.
Point = tuple[str, str, str, str, alarms.Dimensions, str, float, int]
_waiting: deque[Point] = deque()


def record(
    namespace: str,
    name: str,
    value: float,
    unit: str,
    dimensions: dict[str, str],
    at: int = 0,
) -> None:
    """Keeps one value for the next flush; ``at`` is its second in Unix time, 0 for now."""
    point = (
        responses.get_account_id(),
        responses.get_region(),
        namespace,
        name,
        tuple(sorted(dimensions.items())),
        unit,
        float(value),
        at or int(time.time()),
    )
    _waiting.append(point)


def record_embedded(line: str) -> None:
    """Records the metrics of one log line in embedded metric format."""
    try:
        document = json.loads(line)
        at = int(document["_aws"]["Timestamp"]) // 1000
        for directive in document["_aws"]["CloudWatchMetrics"]:
            _record_directive(directive, document, at)
    except (ValueError, KeyError, TypeError):
        _logger.warning("not embedded metric format: %.200s", line)


def _record_directive(directive: dict[str, Any], document: dict[str, Any], at: int) -> None:
    """Every value of every metric, under each set of dimensions."""
    for names in directive.get("Dimensions") or [[]]:
        dimensions = {name: str(document[name]) for name in names}
        for metric in directive["Metrics"]:
            unit = metric.get("Unit", "None")
            for value in _values(document[metric["Name"]]):
                record(
                    directive["Namespace"],
                    metric["Name"],
                    value,
                    unit,
                    dimensions,
                    at,
                )


def _values(told: Any) -> list[Any]:
    return told if isinstance(told, list) else [told]


def _keep_logs(
    func: dict[str, Any],
    request_id: str,
    log_text: str,
    error: bool,
    duration_ms: int,
    **_: Any,
) -> None:
    """One log stream per function and day, and the metrics of the invocation."""
    config = func.get("config") or func
    lines = log_text.splitlines() if log_text else []
    for line in lines:
        if line.startswith("{") and '"_aws"' in line:
            record_embedded(line)
    function = {"FunctionName": config["FunctionName"]}
    record("AWS/Lambda", "Invocations", 1, "Count", function)
    record("AWS/Lambda", "Errors", int(error), "Count", function)
    record(
        "AWS/Lambda",
        "Duration",
        duration_ms,
        "Milliseconds",
        function,
    )
    lines.append(f"REPORT RequestId: {request_id}\tDuration: {duration_ms} ms")
    _append(config, lines)


def _append(config: dict[str, Any], lines: list[str]) -> None:
    """Lines of a function's log, all of now."""
    now = int(time.time() * 1000)
    group = (config.get("LoggingConfig") or {}).get("LogGroup")
    day = time.strftime("%Y/%m/%d/[$LATEST]", time.gmtime())
    stream = _log_stream(
        group or f"/aws/lambda/{config['FunctionName']}",
        day,
        now,
    )
    events = []
    for line in lines:
        events.append({"timestamp": now, "message": line, "ingestionTime": now})
    cloudwatch_logs._append_log_events(stream, events)
    if len(stream["events"]) > 2 * _EVENTS_KEPT:
        stream["events"] = stream["events"][-_EVENTS_KEPT:]


def _log_stream(group_name: str, stream_name: str, now: int) -> dict[str, Any]:
    groups = cloudwatch_logs._log_groups
    if group_name not in groups:
        groups[group_name] = {
            "arn": cloudwatch_logs._make_group_arn(group_name),
            "creationTime": now,
            "retentionInDays": None,
            "tags": {},
            "subscriptionFilters": {},
            "streams": {},
        }
    empty = {"firstEventTimestamp": None, "lastEventTimestamp": None, "lastIngestionTime": None}
    stream: dict[str, Any] = groups[group_name]["streams"].setdefault(
        stream_name, {"events": [], "uploadSequenceToken": "1", "creationTime": now, **empty}
    )
    return stream


def flush() -> None:
    """Hands waiting values to CloudWatch, equal ones of a second as one, and judges the alarms."""
    counts: dict[Point, int] = {}
    while _waiting:
        point = _waiting.popleft()
        counts[point] = counts.get(point, 0) + 1
    for point, count in counts.items():
        _store(point, count)
    alarms.judge({point[:5] for point in counts})


def _store(point: Point, count: int) -> None:
    account, region, namespace, name, dimensions, unit, value, at = point
    with responses.request_scope(account, region):
        cloudwatch._store_datum(
            namespace,
            name,
            dict(dimensions),
            float(at),
            unit,
            None,
            [value],
            [count],
            None,
        )


def _keep_throttles(name: str, duration_ms: float, error: bool, throttle: bool) -> None:
    if throttle:
        record("AWS/Lambda", "Throttles", 1, "Count", {"FunctionName": name})


def _flush_for_ever() -> None:
    while True:
        time.sleep(FLUSH_SECONDS)
        loop = emulator._MAIN_LOOP
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(flush)


def apply() -> None:
    """Replaces the emulator's log writer, and starts the flush, one second apart."""
    require(emulator, "_MAIN_LOOP")
    require(responses, "request_scope", "get_account_id", "get_region")
    require(cloudwatch, "_store_datum")
    require(cloudwatch_logs, "_append_log_events", "_log_groups", "_make_group_arn")
    require(lambda_svc, "_emit_lambda_logs", "_emit_lambda_metrics")
    lambda_svc._emit_lambda_logs = _keep_logs
    lambda_svc._emit_lambda_metrics = _keep_throttles
    threading.Thread(target=_flush_for_ever, name="metrics", daemon=True).start()
