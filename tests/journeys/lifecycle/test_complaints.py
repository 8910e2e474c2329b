"""Somebody complains of an office, with and without a name: it is answered and appealed, and the
office never learns who it was.
"""

from __future__ import annotations

from infra.local.client import Client, Json, wait
from tests.journeys.support.cases import OFFICER
from tests.journeys.support.stack import Stack

CITIZEN, HEAD = "p-li-na", OFFICER["urb-head"]
HANDLER, REVIEWER = OFFICER["city-supervisor"], OFFICER["commission-supervisor"]
TEXT = "The reviewer let my application lie and asked for a gift."
SUBSTANCE = "It is said that an officer asked for gifts. Look into it and say what you found."
FOUND = {"findings": "partly", "reasons": ["No gift was taken; the application did lie."]}


def _told(client: Client, kind: str, complaint: str) -> bool:
    messages = client.messages("")
    return any(m["kind"] == kind and complaint in m["text"] for m in messages)


def _published(stack: Stack, complaint: str) -> Json | None:
    rows = stack.city.anybody().get("/published-complaints").expect(200)["complaints"]
    return next((row for row in rows if row["id"] == complaint), None)


def test_a_report_is_answered_and_appealed_and_the_office_learns_not_whose_it_is(
    own_stack: Stack,
) -> None:
    city = own_stack.city
    citizen, head = city.person(CITIZEN), city.person(HEAD)
    handler, reviewer = city.person(HANDLER), city.person(REVIEWER)
    contact = {"phone": "13800001234"}
    body = {"kind": "report", "department": "URB", "text": TEXT, "contact": contact}
    receipt = citizen.post("/complaints", body).expect(201)
    complaint, path = receipt["id"], f"/complaints/{receipt['id']}"
    assert wait(lambda: _told(handler, "complaint.filed", complaint), "the handler to be told")
    assert handler.get(path).expect(200)["text"] == TEXT
    head.get(path).expect(404)

    handler.post(f"{path}/acceptance").expect(200)
    order = handler.post(f"{path}/order", {"text": SUBSTANCE}).expect(201)
    matter = head.get(f"/supervision-matters/{order['matters'][0]}").expect(200)
    assert (matter["text"], matter["cause"]) == (SUBSTANCE, {"complaint": complaint})
    assert TEXT not in matter.raw.decode()
    handler.post(f"{path}/answer", FOUND).expect(200)
    assert wait(lambda: _told(citizen, "complaint.answered", complaint), "the answer to be told")

    appeal = {"tracking_code": receipt["tracking_code"], "text": "A gift was taken."}
    city.anybody().post(f"{path}/appeal", appeal).expect(201)
    assert wait(lambda: _told(reviewer, "complaint.appealed", complaint), "the reviewer to be told")
    handler.post(f"{path}/answer", FOUND).expect(403)
    reviewer.post(f"{path}/answer", {**FOUND, "findings": "upheld"}).expect(200)
    code = {"tracking_code": receipt["tracking_code"]}
    page = city.anybody().post(f"{path}/follow", code).expect(200)
    assert (page["status"], page["outcome"]) == ("closed", "upheld")

    def shown() -> bool:
        row = _published(own_stack, complaint)
        return row is not None and row["outcome"] == "upheld"

    assert wait(shown, "the outcome to be published")
    month = _month(own_stack, complaint)
    counts = city.anybody().get(f"/published-complaints/{month}").expect(200)
    assert counts["outcome"]["upheld"] >= 1


def _month(stack: Stack, complaint: str) -> str:
    """The month under which a complaint is counted."""
    row = _published(stack, complaint)
    assert row is not None
    return str(row["filed_at"][:7])


def test_a_report_without_a_name_that_nobody_accepts_climbs(own_stack: Stack) -> None:
    city = own_stack.city
    body = {"kind": "report", "department": "DPF", "text": TEXT}
    receipt = city.anybody().post("/nameless-complaints", body).expect(201)
    city.move_clock(advance_days=12)

    def climbed() -> bool:
        city.tick("supervision")
        row = _published(own_stack, receipt["id"])
        return row is not None and row["by_default"]

    assert wait(climbed, "the report to climb")
    row = _published(own_stack, receipt["id"])
    assert row is not None
    assert (row["status"], row["handler"]) == ("accepted", "commission-supervisor")
