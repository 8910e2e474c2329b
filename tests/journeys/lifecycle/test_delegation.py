"""Delegation on the deployed stack: the chief window decides what was delegated to it, and the
record says so.
"""

from datetime import timedelta

from infra.local.client import City
from tests.journeys.support.cases import OFFICER, changed, reviewed

CHIEF = "urb-chief-window"


def test_the_chief_window_decides_by_delegation_and_the_record_says_so(city: City) -> None:
    case = reviewed(city)
    delegate = case.officer(CHIEF)
    task = delegate.wait_for_task("urb-approver", case.number)["id"]
    delegate.complete(task, "return", reasons=["再审"]).expect(403, "not-allowed")
    delegate.complete(task, "approve").expect(200)
    step = next(step for step in case.record()["steps"] if step["step"] == "approve")
    (given,) = [
        d
        for d in city.anybody().get("/delegations").expect(200)["delegations"]
        if d["id"] == step["delegation"]
    ]
    assert (given["post"]["id"], given["to"]["id"], given["items"]) == (
        "urb-approver",
        CHIEF,
        ["shop-sign"],
    )
    assert step["office"]["title"] == given["to"]["title"]
    assert city.anybody().get(f"/record/{case.number}/conformance").expect(200)["conforms"]
    assert case.certificate()


def test_a_delegation_ends_at_once(city: City) -> None:
    case = reviewed(city)
    until = (city.official_time() + timedelta(days=30)).date().isoformat()
    wish = {
        "post": "urb-approver",
        "to": "psb-window",
        "items": ["shop-sign"],
        "outcomes": ["approve"],
    }
    given = changed(city, "delegation", wish, until=until)
    delegate = city.person(OFFICER["psb-window"])
    task = delegate.wait_for_task("urb-approver", case.number)["id"]
    delegate.post(f"/tasks/{task}/claim").expect(200)
    city.person(OFFICER["urb-head"]).post(f"/delegations/{given}/end").expect(200)
    delegate.complete(task, "approve").expect(404, "not-found")
    delegate.get("/tasks", post="urb-approver").expect(404, "not-found")
    case.act("urb-approver", "approve")


def test_a_delegate_sees_only_the_items_that_were_delegated(city: City) -> None:
    case = reviewed(city)
    delegate = case.officer(CHIEF)
    delegate.wait_for_task("urb-approver", case.number)
    listed = delegate.get("/tasks", post="urb-approver", limit=100).expect(200)["tasks"]
    assert {task["item"] for task in listed} == {"shop-sign"}
    delegate.get("/tasks", post="urb-reviewer").expect(404, "not-found")
    delegate.get("/tasks", post="dpf-approver").expect(404, "not-found")
