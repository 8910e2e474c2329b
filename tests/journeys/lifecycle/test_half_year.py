"""A city with half a year behind it: what was loaded is as if it had been done there, and it goes
on from there.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from functools import cached_property

import pytest

from chalicelib.certificates import verify
from infra.local.client import City, Json, wait
from infra.seed import load
from tests.journeys.support.cases import OFFICER
from tests.journeys.support.item_walks import Walk, filed
from tests.journeys.support.stack import Stack, deployed

SAMPLE_CITIZENS = ("p-zhang-wei", "p-li-na", "p-chen-jie", "p-liu-yang")
DUE_SHARDS = 4


class LivedIn:
    """The city, and what its journal holds."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.city: City = stack.city

    @cached_property
    def filings(self) -> dict[str, Json]:
        """The filing of each case, by the case's id."""
        client = self.stack.client("dynamodb")
        found = {}
        pages = client.get_paginator("scan").paginate(TableName=self.stack.resources["Journal"])
        for page in pages:
            for entry in page["Items"]:
                kind, _, case = entry["stream"]["S"].partition("#")
                if kind == "case" and entry["seq"]["N"] == "1":
                    found[case] = dict(json.loads(entry["acts"]["S"])[0][1])
        return found

    @cached_property
    def records(self) -> dict[str, Json]:
        """The public record of each case, by the case's id."""
        anybody = self.city.anybody()
        found = {}
        for case, filing in self.filings.items():
            found[case] = anybody.get(f"/record/{filing['number']}").expect(200).body
        return found

    @property
    def open_cases(self) -> set[str]:
        """Ids of those that have not ended."""
        return {case for case, record in self.records.items() if record["ended_at"] is None}


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivedIn]:
    with deployed(tmp_path_factory.mktemp("lived-in"), with_history=True) as stack:
        yield LivedIn(stack)
        assert not stack.troubles()


def test_every_case_has_its_record_and_conforms(lived_in: LivedIn) -> None:
    assert len(lived_in.records) >= 400
    anybody = lived_in.city.anybody()
    for record in lived_in.records.values():
        report = anybody.get(f"/record/{record['number']}/conformance").expect(200)
        assert report["conforms"] and not report["findings"], report.body


def test_every_open_case_has_its_flow_and_its_tasks(lived_in: LivedIn) -> None:
    assert 60 <= len(lived_in.open_cases) <= 100

    def waiting() -> bool:
        return all(map(has_tokens, lived_in.open_cases))

    def has_tokens(case: str) -> bool:
        steps = {step["step"] for step in lived_in.records[case]["steps"] if not step["closed_at"]}
        rows = lived_in.stack.rows("Views", pk=f"case#{case}")
        return steps <= {json.loads(row["data"]["S"])["step"] for row in rows if "tokens" in row}

    assert wait(waiting, "a token of every open task", 30)
    running = {each["name"].partition("-")[0] for each in lived_in.stack.executions()}
    assert running == lived_in.open_cases


def test_inboxes_hold_what_is_open_and_nothing_else(lived_in: LivedIn) -> None:
    in_inboxes = defaultdict(set)
    for appointment in load.read("appointments.json"):
        post = appointment["post"]
        for task in lived_in.city.person(appointment["person"]).tasks(post):
            in_inboxes[task["number"]].add(task["step"])
    open_numbers = {lived_in.records[case]["number"] for case in lived_in.open_cases}
    assert in_inboxes.keys() <= open_numbers
    assert len(in_inboxes) > 50
    reviewer = lived_in.city.person("o-zhao-min")
    red = reviewer.get("/tasks", post="urb-reviewer", colour="yellow").expect(200)["tasks"]
    assert red and {task["colour"] for task in red} == {"yellow"}


def test_the_due_index_holds_every_open_case(lived_in: LivedIn) -> None:
    client, table = lived_in.stack.client("dynamodb"), lived_in.stack.resources["Views"]
    found = set()
    for shard in range(DUE_SHARDS):
        rows = client.query(
            TableName=table,
            IndexName="due",
            KeyConditionExpression="due_shard = :shard",
            ExpressionAttributeValues={":shard": {"S": f"case#{shard}"}},
        )["Items"]
        found |= {row["pk"]["S"].partition("#")[2] for row in rows}
    assert found == lived_in.open_cases


def test_people_find_their_cases_by_status_and_their_certificates_verify(
    lived_in: LivedIn,
) -> None:
    keys = lived_in.city.anybody().get("/certificates/keys").expect(200).body
    statuses, verified = set(), 0
    for person in SAMPLE_CITIZENS:
        citizen = lived_in.city.person(person)
        cases = citizen._all("/cases", "cases")
        assert len(cases) >= 5 and len(citizen.messages()) >= 10
        for row in cases:
            statuses.add(row["status"])
            certificate = citizen.case(row["number"])["certificate"]
            if row["status"] == "granted" and certificate:
                jwt = citizen.get(f"/certificates/{certificate}").expect(200)["jwt"]
                assert verify.verify(jwt, keys, datetime.now().astimezone())
                verified += 1
    assert {"granted", "refused", "accepted"} <= statuses
    assert verified >= 10


def test_a_loaded_case_is_worked_on(lived_in: LivedIn) -> None:
    window = lived_in.city.person(OFFICER["urb-window"])
    for task in window.tasks("urb-window"):
        if (task["item"], task["step"]) == ("shop-sign", "accept"):
            window.complete(task["id"], "accept").expect(200)
            reviewer = lived_in.city.person(OFFICER["urb-reviewer"])
            assert reviewer.wait_for_task("urb-reviewer", task["number"], "review")
            return
    pytest.fail("no shop sign waits at the window")


def test_numbers_go_on_after_the_last_and_a_new_case_comes_to_its_end(lived_in: LivedIn) -> None:
    numbers = [filing["number"] for filing in lived_in.filings.values()]
    year = str(lived_in.city.official_time().year)
    online = [number for number in numbers if number.startswith(f"URB-{year}-W-")]
    walk: Walk = filed(lived_in.city, "shop-sign")
    assert int(walk.number[-6:]) == max(int(number[-6:]) for number in online) + 1
    assert walk.to_the_end() == "granted"


# What rings when an office of the half year lets another midnight pass: nothing is wrong with the
# system.
OF_OFFICES = {"red-warning", "matter-unanswered", "matter-unruled"}


def test_no_alarm_has_rung(lived_in: LivedIn) -> None:
    alarms = lived_in.stack.client("cloudwatch").describe_alarms()["MetricAlarms"]
    ringing = {alarm["AlarmName"] for alarm in alarms if alarm["StateValue"] == "ALARM"}
    assert {name.removeprefix("sunlit-embedded-") for name in ringing} <= OF_OFFICES
    assert not lived_in.stack.troubles()
