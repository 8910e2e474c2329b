"""What is watched: every alarm, and beside it the dashboard that shows the same metrics."""

from dataclasses import dataclass, field
from typing import Any

from infra.build import dashboard, functions
from infra.build.dashboard import DEAD_LETTERS

API = {"ApiName": {"Fn::Sub": "sunlit-${Stage}"}, "Stage": "api"}
OWN = {"service": "sunlit"}
# What reports every minute: its silence is the alarm.
EACH_MINUTE: dict[str, Any] = {"statistic": "Maximum", "periods": 5, "silence": "breaching"}


@dataclass(frozen=True)
class Alarm:
    """Goes off when ``statistic`` of a metric is at or above ``threshold``.

    It must be so for ``periods`` of ``seconds`` each.
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
        is_percentile = self.statistic.startswith("p")
        kind = "ExtendedStatistic" if is_percentile else "Statistic"
        names_and_values = self.dimensions.items()
        return {
            "Type": "AWS::CloudWatch::Alarm",
            "Properties": {
                "AlarmName": {"Fn::Sub": f"sunlit-${{Stage}}-{self.name}"},
                "AlarmDescription": self.why,
                "Namespace": self.namespace,
                "MetricName": self.metric,
                "Dimensions": [{"Name": key, "Value": value} for key, value in names_and_values],
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
    dimensions = OWN | more.pop("dimensions", {})
    return Alarm("Sunlit", metric, dimensions, threshold, why, name=name, **more,)


def api_and_acts() -> list[Alarm]:
    """The API's health and what only Sunlit itself can know."""
    return [
        Alarm("AWS/ApiGateway", "5XXError", API, 5, "The API fails.", seconds=300, name="api-5xx"),
        Alarm(
            "AWS/ApiGateway",
            "Latency",
            API,
            3000,
            "The API is slow.",
            "p99",
            300,
            3,
            name="api-latency",
        ),
        own(
            "red-warning",
            "WarningsRaised",
            1,
            "A case has passed its limit.",
            dimensions={"colour": "red"},
        ),
        own(
            "matter-unanswered",
            "MattersClimbed",
            1,
            "An office has not answered a supervision matter in time.",
            dimensions={"rung": "supervisor"},
        ),
        own(
            "matter-unruled",
            "MattersClimbed",
            1,
            "Supervision has not ruled on a matter in time.",
            dimensions={"rung": "government"},
        ),
        own("matter-failures", "MatterFailures", 1, "Supervision matters could not be moved."),
        own("complaint-failures", "ComplaintFailures", 1, "Complaints could not be moved."),
        own("statistics-lag", "StatisticsLag", 900, "Counters are behind.", **EACH_MINUTE),
        own("statistics-failures", "StatisticsFailures", 1, "A stream could not be counted."),
        own("outlook-failures", "OutlookFailures", 1, "Cases at risk could not be looked for."),
        own("authorizer-errors", "AuthorizerErrors", 1, "Tokens cannot be verified.", seconds=300),
        own(
            "grave-finding",
            "FindingsRaised",
            1,
            "A rule that watches has found something grave.",
            dimensions={"severity": "grave"},
        ),
        own("journal-tampered", "JournalTampered", 1, "A journal entry was changed or removed."),
        own("feed-parked", "FeedParked", 1, "An act could not be delivered and was set aside."),
        own("feed-lag", "FeedLag", 120, "Delivery is behind.", **EACH_MINUTE),
        own("sweep-lag", "SweepLag", 300, "Deadlines are swept late.", **EACH_MINUTE),
        own("message-failures", "MessageFailures", 1, "Mail or text messages were given up."),
        own("mail-returned", "MailReturned", 20, "Much mail comes back: SES may stop us.", seconds=3600),
        own("message-lag", "MessageLag", 900, "Messages are sent late.", **EACH_MINUTE),
        own(
            "message-sweep-failures",
            "MessageSweepFailures",
            1,
            "Messages that were due could not be handled.",
            periods=3,
        ),
        own("request-errors", "RequestErrors", 5, "Requests end in a defect of ours.", seconds=300),
        own("sweep-failures", "SweepFailures", 1, "Due cases could not be acted on.", periods=3),
        own(
            "retention-failures",
            "RetentionFailures",
            1,
            "Private parts could not be redacted in time.",
        ),
        own(
            "retention-short",
            "RetentionShort",
            1,
            "More cases were due for redaction than a day's sweep takes.",
        ),
        own("sweep-short", "SweepShort", 1, "A sweep could not finish.", periods=3),
        own(
            "visits-without-task",
            "VisitsWithoutTask",
            1,
            "A step waits without a task in any inbox.",
            periods=2,
        ),
        own(
            "payments-refused",
            "PaymentsRefused",
            1,
            "The provider reports money that no case takes.",
            seconds=300,
        ),
        own(
            "reconciler-failures",
            "ReconcilerFailures",
            1,
            "A case could not be given an execution.",
            seconds=300,
        ),
        own(
            "reconciler-findings",
            "ReconcilerFindings",
            1,
            "Journal, views, runs disagree.",
            seconds=300,
            periods=2,
        ),
    ]


def of_functions() -> list[Alarm]:
    """Errors and throttles of every function.

    ``authorize`` can refuse a token only by failing, so anybody could ring its error alarm: it has
    a metric of its own.
    """
    alarms = []
    for function in functions.FUNCTIONS:
        alarms.append(_of_function(function, "Throttles"))
        if function != "authorize":
            alarms.append(_of_function(function, "Errors"))
    return alarms


def _of_function(function: str, metric: str) -> Alarm:
    name = function.replace("_", "-")
    return Alarm(
        "AWS/Lambda",
        metric,
        {"FunctionName": {"Ref": functions.logical_id(function)}},
        1,
        f"{function}: {metric}.",
        seconds=300,
        name=f"{name}-{metric.lower()}",
    )


def of_queues() -> list[Alarm]:
    """Work that waits too long, and anything at all among the dead letters."""
    return [
        _waiting("NotifyQueue", "notify-queue-age", 300),
        _waiting("SigningQueue", "signing-queue-age", 300),
        _waiting("SupervisionQueue", "supervision-queue-age", 300),
        # A department's system may be away for hours without anything being wrong here.
        _waiting("WebhookQueue", "webhook-queue-age", 8 * 3600),
        *(_dead_letters(queue) for queue in DEAD_LETTERS),
    ]


def _waiting(queue: str, name: str, seconds: int) -> Alarm:
    return Alarm(
        "AWS/SQS",
        "ApproximateAgeOfOldestMessage",
        _named(queue),
        seconds,
        f"{queue} is behind.",
        "Maximum",
        name=name,
    )


def _dead_letters(queue: str) -> Alarm:
    name = queue.replace("DeadLetters", "-dead-letters")
    return Alarm(
        "AWS/SQS",
        "ApproximateNumberOfMessagesVisible",
        _named(queue),
        1,
        f"{queue} holds what failed.",
        "Maximum",
        name=name.lower(),
    )


def _named(queue: str) -> dict[str, Any]:
    return {"QueueName": {"Fn::GetAtt": [queue, "QueueName"]}}


def of_flows(flow_ids: dict[str, str]) -> list[Alarm]:
    """Failed executions, per flow version: ``{logical id: flow name}``."""
    alarms = []
    for logical_id, flow in flow_ids.items():
        alarm = Alarm(
            "AWS/States",
            "ExecutionsFailed",
            {"StateMachineArn": {"Ref": logical_id}},
            1,
            f"A run of {flow} failed.",
            seconds=300,
            name=f"{flow}-failed",
        )
        alarms.append(alarm)
    return alarms


def resources(flow_ids: dict[str, str]) -> dict[str, dict[str, Any]]:
    """All alarms and the dashboard."""
    found = {
        "Dashboard": dashboard.resource(),
        "SupervisionDashboard": dashboard.of_supervision(),
    }
    for alarm in [*api_and_acts(), *of_functions(), *of_queues(), *of_flows(flow_ids)]:
        words = alarm.name.split("-")
        titles = [word.title() for word in words]
        found["Alarm" + "".join(titles)] = alarm.resource()
    return found
