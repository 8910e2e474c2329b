"""The dashboard: the metrics that alarms watch, and a few that nobody is woken for."""

import json
from typing import Any

from infra.build import functions

DEAD_LETTERS = (
    "NotifyDeadLetters",
    "SigningDeadLetters",
    "WebhookDeadLetters",
    "SupervisionDeadLetters",
    "StreamDeadLetters",
)
FINDINGS = (
    "RequestErrors",
    "FeedParked",
    "FeedFailures",
    "SweepFailures",
    "VisitsWithoutTask",
    "ReconcilerFindings",
    "JournalTampered",
)
COLOURS = ("reminder", "yellow", "red")
API = ("ApiName", "sunlit-${Stage}", "Stage", "api")
OWN = ("service", "sunlit")
COLUMNS, WIDTH, HEIGHT = 3, 8, 6

Metric = list[str]


def resource() -> dict[str, Any]:
    """The CloudFormation dashboard, its widgets three in a row."""
    widgets = []
    for place, (title, metrics, statistic) in enumerate(_rows()):
        row, column = divmod(place, COLUMNS)
        properties = _properties(title, metrics, statistic)
        widgets.append(_widget(column, row, properties))
    body = json.dumps({"widgets": widgets})
    return {
        "Type": "AWS::CloudWatch::Dashboard",
        "Properties": {
            "DashboardName": {"Fn::Sub": "sunlit-${Stage}"},
            "DashboardBody": {"Fn::Sub": body},
        },
    }


def _widget(column: int, row: int, properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "metric",
        "x": WIDTH * column,
        "y": HEIGHT * row,
        "width": WIDTH,
        "height": HEIGHT,
        "properties": properties,
    }


def _properties(title: str, metrics: list[Metric], statistic: str) -> dict[str, Any]:
    return {
        "title": title,
        "region": "${AWS::Region}",
        "stat": statistic,
        "period": 300,
        "metrics": metrics,
    }


def _rows() -> list[tuple[str, list[Metric], str]]:
    """Title, metrics and statistic of each widget."""
    answers = [_of_api(name) for name in ("Count", "4XXError", "5XXError")]
    warnings = [_own("WarningsRaised", "colour", colour) for colour in COLOURS]
    lags = [_own("FeedLag"), _own("SweepLag")]
    findings = [_own(name) for name in FINDINGS]
    return [
        ("Requests", answers, "Sum"),
        ("Latency", [_of_api("Latency")], "p95"),
        ("Warnings", warnings, "Sum"),
        ("Lag (s)", lags, "Maximum"),
        ("Findings", findings, "Sum"),
        ("Restarts", [_own("ExecutionsRestarted")], "Sum"),
        ("Errors", _of_functions("Errors"), "Sum"),
        ("Duration (ms)", _of_functions("Duration"), "p95"),
        ("Dead letters", _of_queues(), "Maximum"),
    ]


def _of_api(metric: str) -> Metric:
    return ["AWS/ApiGateway", metric, *API]


def _own(metric: str, *dimensions: str) -> Metric:
    return ["Sunlit", metric, *OWN, *dimensions]


def _of_functions(metric: str) -> list[Metric]:
    names = [f"sunlit-${{Stage}}-{name}" for name in functions.FUNCTIONS]
    return [["AWS/Lambda", metric, "FunctionName", name] for name in names]


def _of_queues() -> list[Metric]:
    names = [f"${{{queue}.QueueName}}" for queue in DEAD_LETTERS]
    visible = "ApproximateNumberOfMessagesVisible"
    return [["AWS/SQS", visible, "QueueName", name] for name in names]
