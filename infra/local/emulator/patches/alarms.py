"""Alarms change as CloudWatch's do.

What the emulator lacks: an alarm ignores its dimensions, its data points per period and
TreatMissingData. Here it is judged when its metric has moved, and now and then since time passes.
"""

from __future__ import annotations

import logging
import operator
import time
from typing import Any

from ministack.core import responses
from ministack.services import cloudwatch

from infra.local.emulator.patches import require

Dimensions = tuple[tuple[str, str], ...]
# Account, region, namespace, name, dimensions.
Metric = tuple[str, str, str, str, Dimensions]
_SECONDS = 5.0  # after which an alarm is judged though its metric did not move
_LATE_SECONDS = 120.0  # how much later than it says a function's line may be written
_COMPARISONS = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
_judged_all_at = 0.0
_logger = logging.getLogger(__name__)


def judge(moved: set[Metric]) -> None:
    """Judges the alarms on metrics that have moved, and every few seconds all of them."""
    global _judged_all_at
    now = time.monotonic()
    is_due = now - _judged_all_at > _SECONDS
    if is_due:
        _judged_all_at = now
    for (account, region, _), alarm in list(cloudwatch._alarms._data.items()):
        if is_due or (account, region, *_metric(alarm)) in moved:
            with responses.request_scope(account, region):
                _try_to_evaluate(alarm)


def _try_to_evaluate(alarm: dict[str, Any]) -> None:
    """One alarm that cannot be judged must not keep the others from it."""
    try:
        _evaluate(alarm)
    except Exception:
        _logger.exception("alarm %s could not be judged", alarm.get("AlarmName"))


def _metric(alarm: dict[str, Any]) -> tuple[str, str, Dimensions]:
    dimensions = cloudwatch._dims_from_list(alarm.get("Dimensions") or [])
    name = alarm.get("MetricName", "")
    return alarm.get("Namespace", ""), name, tuple(sorted(dimensions.items()))


def _breaches(alarm: dict[str, Any], points: list[dict[str, Any]]) -> bool | None:
    """Whether one period's points breach the alarm; None when there are none."""
    stats = cloudwatch._calc_stats(points) if points else None
    name = alarm.get("ExtendedStatistic") or alarm.get("Statistic") or "Average"
    value = (
        cloudwatch._stat_value(
            stats,
            name,
            points,
        )
        if stats
        else None
    )
    if value is None:
        missing = {"breaching": True, "notBreaching": False}
        return missing.get(alarm.get("TreatMissingData", "missing"))
    threshold = alarm.get("Threshold", 0)
    compare = _COMPARISONS.get(alarm.get("ComparisonOperator", ""))
    return compare is not None and bool(compare(value, threshold))


def _evaluate(alarm: dict[str, Any]) -> None:
    """CloudWatch's rule: M of the last N periods of this very metric and dimensions breach."""
    if not alarm.get("Namespace") or not alarm.get("MetricName"):
        return
    dims = cloudwatch._dims_key(cloudwatch._dims_from_list(alarm.get("Dimensions") or []))
    points = cloudwatch._metrics.get((alarm["Namespace"], alarm["MetricName"], dims)) or []
    period, periods = alarm.get("Period", 60), alarm.get("EvaluationPeriods", 1)
    now = time.time()
    recent = _since(points, now - period * periods)
    verdicts = []
    for number in range(periods):
        ends = now - period * number
        within = [p for p in recent if ends - period < p["Timestamp"] <= ends + 1]
        verdicts.append(_breaches(alarm, within))
    known = [verdict for verdict in verdicts if verdict is not None]
    if not known:
        return
    threshold = alarm.get("DatapointsToAlarm") or periods
    state = "ALARM" if sum(known) >= threshold else "OK"
    if state != alarm["StateValue"]:
        breaching = f"{sum(known)} of the last {periods} data points"
        _change(
            alarm,
            state,
            f"{breaching} breach {alarm.get('Threshold')}",
        )


def _since(points: list[dict[str, Any]], moment: float) -> list[dict[str, Any]]:
    """The newest points, back to the first that is well before the moment."""
    recent = []
    for point in reversed(points):
        if point["Timestamp"] < moment - _LATE_SECONDS:
            break
        if point["Timestamp"] > moment:
            recent.append(point)
    recent.reverse()
    return recent


def _change(alarm: dict[str, Any], state: str, reason: str) -> None:
    before = alarm["StateValue"]
    alarm.update(
        StateValue=state,
        StateReason=reason,
        StateUpdatedTimestamp=int(time.time()),
    )
    cloudwatch._record_history(
        alarm["AlarmName"],
        before,
        state,
        reason,
    )
    cloudwatch._dispatch_alarm_actions(alarm, before, state, reason)
    cloudwatch._evaluate_parent_alarms(alarm)


def apply() -> None:
    """Replaces the emulator's alarm rule."""
    require(cloudwatch, "_alarms", "_evaluate_alarm", "_evaluate_parent_alarms", "_metrics")
    require(responses, "request_scope")
    require(cloudwatch, "_dims_key", "_dims_from_list", "_calc_stats", "_stat_value")
    require(cloudwatch, "_record_history", "_dispatch_alarm_actions")
    cloudwatch._evaluate_alarm = _evaluate
