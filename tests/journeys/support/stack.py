"""A deployed city for the journeys, and the AWS under it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3

from infra.local.city import sample
from infra.local.city.tokens import TokenMaker, TokenMakers
from infra.local.client import City, Json
from infra.local.emulator import embedded
from infra.seed.load import SEED
from tests.journeys.support import used_rights

STACK = "sunlit-embedded"
TROUBLES = (
    "RequestErrors",
    "FeedParked",
    "FeedFailures",
    "VisitsWithoutTask",
    "SweepFailures",
    "JournalTampered",
)


@dataclass
class Stack:
    """A deployed city and the AWS under it."""

    running: embedded.Running
    city: City = field(init=False)
    planted: Any = None  # the canaries, where a search for them is to come

    def __post_init__(self) -> None:
        self.city = City(self.running.gateway)

    def client(self, service: str) -> Any:
        """A boto3 client, as the account's owner."""
        return self.running.client(service)

    def as_function(self, logical_id: str, service: str) -> Any:
        """A boto3 client with the rights of one of the city's functions, and no more."""
        configuration = self.client("lambda").get_function_configuration(
            FunctionName=self.resources[logical_id]
        )
        assumed = self.client("sts").assume_role(
            RoleArn=configuration["Role"], RoleSessionName="test"
        )["Credentials"]
        return boto3.client(
            service,
            endpoint_url=self.running.aws,
            region_name=self.running.region,
            aws_access_key_id=assumed["AccessKeyId"],
            aws_secret_access_key=assumed["SecretAccessKey"],
            aws_session_token=assumed["SessionToken"],
        )

    @cached_property
    def resources(self) -> dict[str, str]:
        """Physical ids of the stack's resources by their logical ids."""
        found = self.client("cloudformation").describe_stack_resources(StackName=STACK)[
            "StackResources"
        ]
        return {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in found}

    @cached_property
    def tokens(self) -> TokenMaker:
        """Right and wrong tokens of the city's issuer."""
        names = {person["id"]: person["name"] for person in sample.people()}
        return TokenMaker(self.running.issuer, self.running.state_dir / "sign-in-key.json", names)

    @cached_property
    def issuers(self) -> TokenMakers:
        """All of the city's issuers, with the keys that they have at first use."""
        systems = json.loads((SEED / "systems.json").read_text())
        return TokenMakers.of(self.running.issuer, self.running.state_dir, sample.people(), systems)

    def rows(self, table: str, **key: str) -> list[Json]:
        """The stored rows of a partition, as DynamoDB writes them."""
        (name, value), resource = next(iter(key.items())), self.resources[table]
        found = self.client("dynamodb").query(
            TableName=resource,
            KeyConditionExpression="#k = :v",
            ExpressionAttributeNames={"#k": name},
            ExpressionAttributeValues={":v": {"S": value}},
            ConsistentRead=True,
        )
        return list(found["Items"])

    def journal(self, stream: str) -> list[Json]:
        """A stream's entries as they are stored."""
        return self.rows("Journal", stream=stream)

    def state_machines(self) -> list[str]:
        """ARNs of the city's flows."""
        found = self.client("stepfunctions").list_state_machines()["stateMachines"]
        return [machine["stateMachineArn"] for machine in found]

    def executions(self, case_id: str = "", status: str = "RUNNING") -> list[Json]:
        """Executions with that status, of one case where it is given."""
        states = self.client("stepfunctions")
        pages = (
            page
            for arn in self.state_machines()
            for page in states.get_paginator("list_executions").paginate(
                stateMachineArn=arn, statusFilter=status
            )
        )
        return [
            each
            for page in pages
            for each in page["executions"]
            if each["name"].startswith(case_id)
        ]

    def alarm(self, name: str) -> str:
        """The state of one of the city's alarms."""
        found = self.client("cloudwatch").describe_alarms(AlarmNames=[f"{STACK}-{name}"])[
            "MetricAlarms"
        ]
        return str(found[0]["StateValue"])

    def has_alarmed(self, name: str) -> bool:
        """Whether the alarm is in ALARM, or has been: one of a minute's sum goes back by itself."""
        history = self.client("cloudwatch").describe_alarm_history(
            AlarmName=f"{STACK}-{name}", HistoryItemType="StateUpdate"
        )
        changes = [each["HistorySummary"] for each in history["AlarmHistoryItems"]]
        return self.alarm(name) == "ALARM" or any(change.endswith("to ALARM") for change in changes)

    def troubles(self) -> dict[str, float]:
        """Sums of the metrics that count what went wrong inside, since the stack was started; none
        is good.

        The authorizer is left out: API Gateway knows a refused token only as its error.
        """
        watched = [("Sunlit", name, {"service": "sunlit"}) for name in TROUBLES]
        functions = self.client("lambda").list_functions()["Functions"]
        names = [
            f["FunctionName"] for f in functions if not f["FunctionName"].endswith("-authorize")
        ]
        watched += [("AWS/Lambda", "Errors", {"FunctionName": name}) for name in names]
        found = {
            f"{name} {' '.join(dims.values())}": self._sum(space, name, dims)
            for space, name, dims in watched
        }
        return {name: value for name, value in found.items() if value}

    def _sum(self, namespace: str, name: str, dimensions: Mapping[str, str]) -> float:
        now = datetime.now(UTC)
        points = self.client("cloudwatch").get_metric_statistics(
            Namespace=namespace,
            MetricName=name,
            Dimensions=[{"Name": key, "Value": value} for key, value in dimensions.items()],
            StartTime=now - timedelta(hours=2),
            EndTime=now + timedelta(minutes=5),
            Period=7200,
            Statistics=["Sum"],
        )["Datapoints"]
        return float(sum(point["Sum"] for point in points))

    def close(self) -> None:
        """Give the connections back."""
        self.city.close()


@contextmanager
def deployed(
    state: Path, persist: bool = False, record: bool = False, with_history: bool = False
) -> Iterator[Stack]:
    """A city of one's own on free ports; nothing is left of it afterwards. ``record``: every answer
    is written down. ``with_history``: half a year of it has passed.
    """
    with embedded.start(state, persist=persist, record=record) as running:
        sample.make_ready(running, with_history=with_history)
        stack = Stack(running)
        try:
            yield stack
            used_rights.note(stack)
        finally:
            stack.close()
