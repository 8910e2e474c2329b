"""How journeys are walked: a deployed city of one's own, and cases that are brought to where a test needs them."""

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

from infra.local import city as sample
from infra.local import embedded
from infra.local.client import Answer, City, Client, Json, pdf, wait
from infra.local.tokens import TokenMaker

SEED = Path(embedded.ROOT) / "infra" / "seed"
STACK = "sunlit-embedded"
TROUBLES = ("RequestErrors", "FeedParked", "FeedFailures", "VisitsWithoutTask", "SweepFailures", "JournalTampered")
# Who holds each post of the sample city.
OFFICER = {held["post"]: held["person"] for held in json.loads((SEED / "appointments.json").read_text())}
PEOPLE = {person["id"]: person for person in sample.people()}
MATERIALS = {
    "shop-sign": ("sign-rendering", "premises-proof"),
    "disability-benefit": ("employment-proof", "account-proof"),
    "mass-event": ("event-plan", "safety-plan", "venue-consent", "safety-officer-identity"),
}


@dataclass
class Stack:
    """A deployed city and the AWS under it."""

    running: embedded.Running
    city: City = field(init=False)

    def __post_init__(self) -> None:
        self.city = City(self.running.gateway)

    def client(self, service: str) -> Any:
        """A boto3 client, as the account's owner."""
        return self.running.client(service)

    def as_function(self, logical_id: str, service: str) -> Any:
        """A boto3 client with the rights of one of the city's functions, and no more."""
        configuration = self.client("lambda").get_function_configuration(FunctionName=self.resources[logical_id])
        assumed = self.client("sts").assume_role(RoleArn=configuration["Role"], RoleSessionName="test")["Credentials"]
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
        found = self.client("cloudformation").describe_stack_resources(StackName=STACK)["StackResources"]
        return {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in found}

    @cached_property
    def tokens(self) -> TokenMaker:
        """Right and wrong tokens of the city's issuer."""
        names = {person: PEOPLE[person]["name"] for person in PEOPLE}
        return TokenMaker(self.running.issuer, self.running.state_dir / "sign-in-key.json", names)

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
            for page in states.get_paginator("list_executions").paginate(stateMachineArn=arn, statusFilter=status)
        )
        return [each for page in pages for each in page["executions"] if each["name"].startswith(case_id)]

    def alarm(self, name: str) -> str:
        """The state of one of the city's alarms."""
        found = self.client("cloudwatch").describe_alarms(AlarmNames=[f"{STACK}-{name}"])["MetricAlarms"]
        return str(found[0]["StateValue"])

    def has_alarmed(self, name: str) -> bool:
        """Whether the alarm is in ALARM, or has been: one of a minute's sum goes back by itself."""
        history = self.client("cloudwatch").describe_alarm_history(
            AlarmName=f"{STACK}-{name}", HistoryItemType="StateUpdate"
        )
        changes = [each["HistorySummary"] for each in history["AlarmHistoryItems"]]
        return self.alarm(name) == "ALARM" or any(change.endswith("to ALARM") for change in changes)

    def troubles(self) -> dict[str, float]:
        """Sums of the metrics that count what went wrong inside, since the stack was started; none is good."""
        watched = [("Sunlit", name, {"service": "sunlit"}) for name in TROUBLES]
        functions = self.client("lambda").list_functions()["Functions"]
        watched += [("AWS/Lambda", "Errors", {"FunctionName": f["FunctionName"]}) for f in functions]
        found = {f"{name} {' '.join(dims.values())}": self._sum(space, name, dims) for space, name, dims in watched}
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
def deployed(state: Path, persist: bool = False) -> Iterator[Stack]:
    """A city of one's own on free ports; nothing is left of it afterwards."""
    with embedded.start(state, persist=persist) as running:
        sample.make_ready(running)
        stack = Stack(running)
        try:
            yield stack
        finally:
            stack.close()


@dataclass
class Case:
    """A filed case, and whoever acts on it."""

    city: City
    receipt: Answer
    applicant: Client

    @property
    def number(self) -> str:
        """Its public number."""
        return str(self.receipt["number"])

    @property
    def id(self) -> str:
        """What its stream and its tasks are named after."""
        return str(self.receipt["receipt"]["stream"]).removeprefix("case#")

    def page(self) -> Answer:
        """The case as its applicant sees it."""
        return self.applicant.case(self.number)

    def record(self) -> Answer:
        """The case as the public sees it."""
        return self.city.anybody().get(f"/record/{self.number}").expect(200)

    def task(self, post: str, step: str = "") -> Json:
        """Its task in a post's inbox, once it is there."""
        return self.officer(post).wait_for_task(post, self.number, step)

    def officer(self, post: str) -> Client:
        """Who holds a post."""
        return self.city.person(OFFICER[post])

    def act(self, post: str, outcome: str, **more: Any) -> Answer:
        """The holder of a post completes the case's task."""
        return self.officer(post).complete(self.task(post)["id"], outcome, **more).expect(200)

    def supplement(self, codes: tuple[str, ...] = ("premises-proof",)) -> Answer:
        """The applicant answers the supplement notice."""
        materials = self.applicant.attach({code: pdf(f"{code}.pdf") for code in codes})
        path = f"/cases/{self.number}/supplements"
        return self.applicant.post(path, {"materials": materials}, match=self.page().headers["etag"]).expect(201)

    def certificate(self) -> str:
        """The id of its certificate, once it is signed."""
        return str(wait(lambda: self.page()["certificate"], f"the certificate of {self.number}"))

    def is_gone_from(self, post: str) -> bool:
        """Whether no inbox of that post shows it."""
        return not self.officer(post).tasks(post, self.number)

    def outcomes(self) -> list[tuple[str, str | None]]:
        """The steps of the public record in order: (step, outcome)."""
        return [(step["step"], step["outcome"]) for step in self.record()["steps"]]


def form_of(city: City, item: str, **changed: Any) -> Json:
    """The item's own example of a form, with fields changed (None removes)."""
    example = city.anybody().get(f"/items/{item}").expect(200)["form"]["examples"][0]
    return {name: value for name, value in {**example, **changed}.items() if value is not None}


def application(city: City, person: Client, item: str = "shop-sign", **changed: Any) -> Json:
    """A body for POST /applications, its materials uploaded; ``changed`` replaces parts of it."""
    materials = person.attach({code: pdf(f"{code}.pdf") for code in MATERIALS[item]})
    phone = PEOPLE[person.person].get("phone", "14000009999")
    body = {"item": item, "form": form_of(city, item), "contact": {"phone": phone}, "materials": materials}
    return body | changed


def filed(city: City, item: str = "shop-sign", applicant: str = "p-li-na", **changed: Any) -> Case:
    """A case that has just been filed."""
    person = city.person(applicant)
    receipt = person.post("/applications", application(city, person, item, **changed)).expect(201)
    return Case(city, receipt, person)


def accepted(city: City, **more: Any) -> Case:
    """A shop-sign case at its reviewer."""
    case = filed(city, **more)
    case.act("urb-window", "accept")
    return case


def reviewed(city: City, **more: Any) -> Case:
    """A shop-sign case at its approver."""
    case = accepted(city, **more)
    case.act("urb-reviewer", "pass")
    return case


def granted(city: City, **more: Any) -> Case:
    """A shop-sign case that is granted, its certificate signed."""
    case = reviewed(city, **more)
    case.act("urb-approver", "approve")
    case.certificate()
    return case


@contextmanager
def appointed(city: City, person: str, post: str) -> Iterator[str]:
    """A person holds one more post for a while; the appointment's id."""
    administrator = city.person("o-xu-admin")
    made = administrator.post("/appointments", {"person": person, "post": post}).expect(201)
    try:
        yield str(made["id"])
    finally:
        ended = administrator.post(f"/appointments/{made['id']}/end")
        assert ended.status in (200, 409), ended  # a test may have ended it itself


def same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two problems say the same; each request has a correlation id of its own."""
    return {**one, "correlation_id": ""} == {**other, "correlation_id": ""}
