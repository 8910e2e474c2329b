"""What leaves the door besides answers: events as their schemas say, and log lines; neither names a
person.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from infra.local.client import City, Json, pdf, wait
from infra.local.emulator.embedded import ROOT
from tests.journeys.support.cases import Case, application, filed, form_of, reviewed
from tests.journeys.support.stack import Stack

EVENTS = Path(ROOT) / "schemas" / "events"
CANARIES = {
    "name": "买买提·艾力",
    "phone": "13987654321",
    "mail": "canary-7d1f@citizen.example",
    "file": "canary-8e2a.pdf",
    "reason": "金丝雀理由九零三",
    "note": "金丝雀批注四一七",
    "defect": "金丝雀缺陷二二六",
}


@pytest.fixture
def events(stack: Stack) -> Iterator[list[Json]]:
    """All events of the city's bus while a test runs, filled by ``_collect``."""
    bus, queues = stack.client("events"), stack.client("sqs")
    queue = queues.create_queue(QueueName="journey-events")["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"][
        "QueueArn"
    ]
    name = stack.resources["Bus"].rpartition("/")[2]
    pattern = json.dumps({"source": ["sunlit.casework"]})
    bus.put_rule(Name="journey-events", EventBusName=name, EventPattern=pattern)
    bus.put_targets(Rule="journey-events", EventBusName=name, Targets=[{"Id": "all", "Arn": arn}])
    seen: list[Json] = []
    yield seen
    bus.remove_targets(Rule="journey-events", EventBusName=name, Ids=["all"])
    bus.delete_rule(Name="journey-events", EventBusName=name)
    queues.delete_queue(QueueUrl=queue)


def _collect(stack: Stack, events: list[Json], case: Case) -> dict[str, Json]:
    """What has arrived so far of one case, by type; each event once."""
    queues = stack.client("sqs")
    queue = queues.get_queue_url(QueueName="journey-events")["QueueUrl"]
    while found := queues.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
        for message in found:
            queues.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
            events.append(json.loads(message["Body"]))
    own = [event for event in events if event["detail"]["case"] == case.id]
    keys = [(event["detail-type"], event["detail"]["seq"], event["detail"]["act"]) for event in own]
    assert len(keys) == len(set(keys)), keys
    return {event["detail-type"]: event for event in own}


def _validate(event: Json) -> None:
    schema = json.loads((EVENTS / f"{event['detail-type']}.v1.schema.json").read_text())
    properties: dict[str, Any] = schema["properties"]
    whole = "detail" in properties
    Draft202012Validator(schema).validate(event if whole else event["detail"])


def test_each_act_of_public_interest_is_told_once_as_its_schema_says(
    stack: Stack, events: list[Json]
) -> None:
    case = filed(stack.city)
    case.act("urb-window", "supplement", defects=[{"subject": "premises-proof", "problem": "缺"}])
    case.supplement()
    case.act("urb-window", "accept")
    case.act("urb-reviewer", "pass")
    case.act("urb-approver", "approve")
    case.certificate()
    expected = {
        "CaseFiled",
        "SupplementRequested",
        "CaseAccepted",
        "CaseGranted",
        "CertificateDue",
        "CertificateIssued",
    }
    told = wait(
        lambda: t if set(t := _collect(stack, events, case)) >= expected else {}, "every event"
    )
    assert set(told) == expected
    for event in told.values():
        _validate(event)
        assert event["detail"]["number"] == case.number
    text = json.dumps(list(told.values()), ensure_ascii=False)
    assert not [
        secret
        for secret in ("李娜", "p-li-na", "o-wang-fang", case.receipt["tracking_code"])
        if secret in text
    ]


def _log_text(stack: Stack) -> str:
    logs = stack.client("logs")
    lines: list[str] = []
    for group in logs.describe_log_groups()["logGroups"]:
        if "/aws/lambda/" in group["logGroupName"]:
            pages = logs.get_paginator("filter_log_events").paginate(
                logGroupName=group["logGroupName"]
            )
            lines += [event["message"] for page in pages for event in page["events"]]
    return "\n".join(lines)


def test_no_log_line_holds_what_people_wrote_or_who_they_are(city: City, stack: Stack) -> None:
    person = city.person("p-zhang-wei")
    files = {"sign-rendering": pdf(CANARIES["file"]), "premises-proof": pdf("b.pdf")}
    body = application(city, person, form=form_of(city, "shop-sign", handler_name=CANARIES["name"]))
    body |= {
        "contact": {"phone": CANARIES["phone"], "email": CANARIES["mail"]},
        "materials": person.attach(files),
    }
    case = Case(city, person.post("/applications", body).expect(201), person)
    case.act(
        "urb-window",
        "supplement",
        defects=[{"subject": "premises-proof", "problem": CANARIES["defect"]}],
    )
    case.supplement()
    case.act("urb-window", "accept", note=CANARIES["note"])
    case.act("urb-reviewer", "pass")
    case.act("urb-approver", "refuse", reasons=[CANARIES["reason"]])
    body["form"]["uscc"] = CANARIES["reason"]
    person.post("/applications", body).expect(422)
    code = case.receipt["tracking_code"]
    city.anybody().follow(case.number, code, "4321").expect(200)
    wait(lambda: "case.refused" in str(person.messages(case.number)), "the last message")
    text = _log_text(stack)
    assert "POST /applications" in text, "the log is read"
    secrets = [
        *CANARIES.values(),
        "买买提",
        "张伟",
        "p-zhang-wei",
        "o-wang-fang",
        code,
        code.replace("-", ""),
        person.token,
    ]
    assert not [secret for secret in secrets if secret in text]


def test_each_request_leaves_one_line_with_its_correlation_id(city: City, stack: Stack) -> None:
    mark = "journey-test-0001"
    answer = city.anybody().request("GET", "/items", headers={"X-Correlation-Id": mark})
    assert answer.headers["x-correlation-id"] == mark
    lines = [line for line in _log_text(stack).splitlines() if mark in line]
    assert len(lines) == 1
    said = json.loads(lines[0])
    assert (said["route"], said["status"]) == ("GET /items", 200)


@pytest.mark.parametrize("mark", ["a b", "x" * 65, "<script>", "short", "有有有有有有有有"])
def test_a_strange_correlation_id_is_replaced(city: City, mark: str) -> None:
    answer = city.anybody().request("GET", "/health", headers={"X-Correlation-Id": mark.encode()})
    assert answer.headers["x-correlation-id"] != mark


def test_no_answer_about_a_case_is_kept_by_what_lies_between(city: City) -> None:
    case = reviewed(city)
    followed = city.anybody().follow(case.number, case.receipt["tracking_code"], "1002")
    absent = case.applicant.get("/cases/URB-2026-W-999999")
    unsigned = city.anybody().get(f"/cases/{case.number}")
    for answer in (case.page(), case.receipt, followed, absent, unsigned):
        assert answer.headers["cache-control"] == "no-store", answer
    assert case.page().headers["x-content-type-options"] == "nosniff"
