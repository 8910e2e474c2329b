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
    "MessageFailures",
    "MessageSweepFailures",
)
COLOURS = ("reminder", "yellow", "red")
SEVERITIES = ("notice", "serious", "grave")
API = ("ApiName", "sunlit-${Stage}", "Stage", "api")
OWN = ("service", "sunlit")
COLUMNS, WIDTH, HEIGHT = 3, 8, 6

Metric = list[Any]
WARNINGS = "SEARCH('{Sunlit,authority,level,service} MetricName=\"Warnings\"', 'Sum', 300)"
KINDS = ("card", "order", "accountability")
RUNGS = ("head", "supervisor", "government")


def resource() -> dict[str, Any]:
    """The CloudFormation dashboard of the whole stack."""
    return _dashboard("sunlit-${Stage}", _rows())


def of_supervision() -> dict[str, Any]:
    """The dashboard of supervision: warnings by authority, matters, and whether its sweeps keep up."""
    return _dashboard("sunlit-${Stage}-supervision", _supervision_rows())


def _dashboard(name: str, rows: list[tuple[str, list[Metric], str]]) -> dict[str, Any]:
    """Widgets three in a row."""
    widgets = []
    for place, (title, metrics, statistic) in enumerate(rows):
        row, column = divmod(place, COLUMNS)
        properties = _properties(title, metrics, statistic)
        widgets.append(_widget(column, row, properties))
    body = json.dumps({"widgets": widgets})
    return {
        "Type": "AWS::CloudWatch::Dashboard",
        "Properties": {
            "DashboardName": {"Fn::Sub": name},
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
    watched = [_own("FindingsRaised", "severity", severity) for severity in SEVERITIES]
    lags = [_own("FeedLag"), _own("SweepLag"), _own("MessageLag")]
    findings = [_own(name) for name in FINDINGS]
    return [
        ("Requests", answers, "Sum"),
        ("Latency", [_of_api("Latency")], "p95"),
        ("Warnings", warnings, "Sum"),
        ("Rules that watch", watched, "Sum"),
        ("Lag (s)", lags, "Maximum"),
        ("Findings", findings, "Sum"),
        ("Restarts", [_own("ExecutionsRestarted")], "Sum"),
        ("Errors", _of_functions("Errors"), "Sum"),
        ("Duration (ms)", _of_functions("Duration"), "p95"),
        ("Dead letters", _of_queues(), "Maximum"),
    ]


def _supervision_rows() -> list[tuple[str, list[Metric], str]]:
    """Title, metrics and statistic of each widget."""
    opened = [_own("MattersOpened", "kind", kind) for kind in KINDS]
    climbed = [_own("MattersClimbed", "rung", rung) for rung in RUNGS]
    failures = ("MatterFailures", "StatisticsFailures", "OutlookFailures")
    return [
        ("Warnings by authority", [[{"expression": WARNINGS}]], "Sum"),
        ("Warnings", [_own("WarningsRaised", "colour", colour) for colour in COLOURS], "Sum"),
        ("Matters opened", opened, "Sum"),
        ("Matters nobody acted on", climbed, "Sum"),
        ("Lag (s)", [_own("SweepLag"), _own("StatisticsLag"), _own("FeedLag")], "Maximum"),
        ("Failures", [_own(name) for name in failures], "Sum"),
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
