"""What is watched: one line per alarm, and the dashboard that shows the same metrics."""

import json
from dataclasses import dataclass, field
from typing import Any

from infra.build import functions

API = {"ApiName": {"Fn::Sub": "sunlit-${Stage}"}, "Stage": "api"}
OWN = {"service": "sunlit"}
# What reports every minute: its silence is the alarm.
EACH_MINUTE: dict[str, Any] = {"statistic": "Maximum", "periods": 5, "silence": "breaching"}
DEAD_LETTERS = ("NotifyDeadLetters", "SigningDeadLetters", "WebhookDeadLetters", "StreamDeadLetters")
FINDINGS = (
    "RequestErrors",
    "FeedParked",
    "FeedFailures",
    "SweepFailures",
    "VisitsWithoutTask",
    "ReconcilerFindings",
    "JournalTampered",
)


@dataclass(frozen=True)
class Alarm:
    """Goes off when ``statistic`` of a metric is at or above ``threshold`` for ``periods`` of
    ``seconds``.
    """

    namespace: str
    metric: str
    dimensions: dict[str, Any]
    threshold: float
    why: str
    statistic: str = "Sum"
    seconds: int = 60
    periods: int = 1
    silence: str = "notBreaching"
    name: str = field(default="", kw_only=True)

    def resource(self) -> dict[str, Any]:
        """The CloudFormation alarm; percentiles are called extended statistics there."""
        kind = "ExtendedStatistic" if self.statistic.startswith("p") else "Statistic"
        return {
            "Type": "AWS::CloudWatch::Alarm",
            "Properties": {
                "AlarmName": {"Fn::Sub": f"sunlit-${{Stage}}-{self.name}"},
                "AlarmDescription": self.why,
                "Namespace": self.namespace,
                "MetricName": self.metric,
                "Dimensions": [{"Name": key, "Value": value} for key, value in self.dimensions.items()],
                kind: self.statistic,
                "Period": self.seconds,
                "EvaluationPeriods": self.periods,
                "Threshold": self.threshold,
                "ComparisonOperator": "GreaterThanOrEqualToThreshold",
                "TreatMissingData": self.silence,
                "AlarmActions": [{"Ref": "Alarms"}],
            },
        }


def own(name: str, metric: str, threshold: float, why: str, **more: Any) -> Alarm:
    """An alarm on a metric that our functions write."""
    extra = more.pop("dimensions", {})
    return Alarm("Sunlit", metric, OWN | extra, threshold, why, name=name, **more)


def api_and_acts() -> list[Alarm]:
    """The API's health and what only Sunlit itself can know."""
    return [
        Alarm("AWS/ApiGateway", "5XXError", API, 5, "The API fails.", seconds=300, name="api-5xx"),
        Alarm("AWS/ApiGateway", "Latency", API, 3000, "The API is slow.", "p99", 300, 3, name="api-latency"),
        own("red-warning", "WarningsRaised", 1, "A case has passed its limit.", dimensions={"colour": "red"}),
        own("authorizer-errors", "AuthorizerErrors", 1, "Tokens cannot be verified.", seconds=300),
        own("journal-tampered", "JournalTampered", 1, "A journal entry was changed or removed."),
        own("feed-parked", "FeedParked", 1, "An act could not be delivered and was set aside."),
        own("feed-lag", "FeedLag", 120, "Delivery is behind.", **EACH_MINUTE),
        own("sweep-lag", "SweepLag", 300, "Deadlines are swept late.", **EACH_MINUTE),
        own("request-errors", "RequestErrors", 5, "Requests end in a defect of ours.", seconds=300),
        own("sweep-failures", "SweepFailures", 1, "Due cases could not be acted on.", periods=3),
        own("retention-failures", "RetentionFailures", 1, "Private parts could not be redacted in time."),
        own("retention-short", "RetentionShort", 1, "More cases were due for redaction than a day's sweep takes."),
        own("sweep-short", "SweepShort", 1, "A sweep could not finish.", periods=3),
        own("visits-without-task", "VisitsWithoutTask", 1, "A step waits without a task in any inbox.", periods=2),
        own("payments-refused", "PaymentsRefused", 1, "The provider reports money that no case takes.", seconds=300),
        own("reconciler-failures", "ReconcilerFailures", 1, "A case could not be given an execution.", seconds=300),
        own("reconciler-findings", "ReconcilerFindings", 1, "Journal, views, runs disagree.", seconds=300, periods=2),
    ]  # fmt: skip


def of_functions() -> list[Alarm]:
    """Errors and throttles of every function.

    ``authorize`` can refuse a token only by failing, so anybody could ring its error alarm: it has
    a metric of its own.
    """
    watched = [(name, metric) for name in functions.FUNCTIONS for metric in ("Errors", "Throttles")]
    watched.remove(("authorize", "Errors"))
    return [
        Alarm("AWS/Lambda", metric, {"FunctionName": {"Ref": functions.logical_id(name)}}, 1, f"{name}: {metric}.",
              seconds=300, name=f"{name.replace('_', '-')}-{metric.lower()}")
        for name, metric in watched
    ]  # fmt: skip


def of_queues() -> list[Alarm]:
    """Work that waits too long, and anything at all among the dead letters."""

    def queue(name: str) -> dict[str, Any]:
        return {"QueueName": {"Fn::GetAtt": [name, "QueueName"]}}

    # A department's system may be away for hours without anything being wrong here.
    waiting = [("NotifyQueue", "notify-queue-age", 300), ("SigningQueue", "signing-queue-age", 300),
               ("WebhookQueue", "webhook-queue-age", 8 * 3600)]  # fmt: skip
    return [
        Alarm("AWS/SQS", "ApproximateAgeOfOldestMessage", queue(q), age, f"{q} is behind.", "Maximum", name=name)
        for q, name, age in waiting
    ] + [
        Alarm("AWS/SQS", "ApproximateNumberOfMessagesVisible", queue(q), 1, f"{q} holds what failed.", "Maximum",
              name=q.replace("DeadLetters", "-dead-letters").lower())
        for q in DEAD_LETTERS
    ]  # fmt: skip


def of_flows(flow_ids: dict[str, str]) -> list[Alarm]:
    """Failed executions, per flow version: ``{logical id: flow name}``."""
    return [
        Alarm("AWS/States", "ExecutionsFailed", {"StateMachineArn": {"Ref": logical}}, 1,
              f"A run of {flow} failed.", seconds=300, name=f"{flow}-failed")
        for logical, flow in flow_ids.items()
    ]  # fmt: skip


def resources(flow_ids: dict[str, str]) -> dict[str, dict[str, Any]]:
    """All alarms and the dashboard."""
    alarms = [*api_and_acts(), *of_functions(), *of_queues(), *of_flows(flow_ids)]
    found = {f"Alarm{''.join(part.title() for part in alarm.name.split('-'))}": alarm.resource() for alarm in alarms}
    return found | {"Dashboard": _dashboard()}


def _widget(x: int, y: int, title: str, metrics: list[list[Any]], stat: str) -> dict[str, Any]:
    shown = {"title": title, "region": "${AWS::Region}", "stat": stat, "period": 300, "metrics": metrics}
    return {"type": "metric", "x": x, "y": y, "width": 8, "height": 6, "properties": shown}


def _dashboard() -> dict[str, Any]:
    api = ["ApiName", "sunlit-${Stage}", "Stage", "api"]
    every = [f"sunlit-${{Stage}}-{name}" for name in functions.FUNCTIONS]
    mine = ["service", "sunlit"]
    rows = [
        ("Requests", [["AWS/ApiGateway", name, *api] for name in ("Count", "4XXError", "5XXError")], "Sum"),
        ("Latency", [["AWS/ApiGateway", "Latency", *api]], "p95"),
        ("Warnings", [["Sunlit", "WarningsRaised", *mine, "colour", lv] for lv in ("reminder", "yellow", "red")], "Sum"),
        ("Lag (s)", [["Sunlit", name, *mine] for name in ("FeedLag", "SweepLag")], "Maximum"),
        ("Findings", [["Sunlit", name, *mine] for name in FINDINGS], "Sum"),
        ("Restarts", [["Sunlit", "ExecutionsRestarted", *mine]], "Sum"),
        ("Errors", [["AWS/Lambda", "Errors", "FunctionName", name] for name in every], "Sum"),
        ("Duration (ms)", [["AWS/Lambda", "Duration", "FunctionName", name] for name in every], "p95"),
        ("Dead letters", [["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", f"${{{q}.QueueName}}"]
                          for q in DEAD_LETTERS], "Maximum"),
    ]  # fmt: skip
    widgets = [_widget(8 * (i % 3), 6 * (i // 3), *row) for i, row in enumerate(rows)]
    return {
        "Type": "AWS::CloudWatch::Dashboard",
        "Properties": {
            "DashboardName": {"Fn::Sub": "sunlit-${Stage}"},
            "DashboardBody": {"Fn::Sub": json.dumps({"widgets": widgets})},
        },
    }
