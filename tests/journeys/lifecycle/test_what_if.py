"""What if, on the deployed stack: anybody asks, and the case that is then filed keeps to what was
foretold.
"""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from infra.local.client import City, Client, Json
from infra.seed import load
from tests.journeys.support.cases import PEOPLE
from tests.journeys.support.item_walks import Walk, filed, item
from tests.journeys.support.stack import Stack

ITEMS = [document["id"] for document in load.items()]


@pytest.fixture(scope="module")
def city(own_stack: Stack) -> City:
    """A city of their own: its clock is moved."""
    return own_stack.city


def asked(client: Client, name: str, **body: object) -> Json:
    """What is foretold; nobody signs in and no key is sent."""
    found: Json = client.request("POST", f"/items/{name}/what-if", json=body).expect(200).body
    return found


def noon(city: City, day: str) -> None:
    """Official time comes to noon of a day, unless it is there already."""
    now = city.official_time()
    moment = datetime.combine(date.fromisoformat(day), time(12), now.tzinfo)
    if moment > now:
        city.move_clock(set=moment.isoformat())


def refused_for(city: City, name: str, form: Json) -> set[str]:
    """The materials for want of which a filing with none of them is refused."""
    body = {
        "item": name,
        "form": form,
        "contact": {"phone": PEOPLE["p-li-na"]["phone"]},
        "materials": [],
    }
    refusal = city.person("p-li-na").post("/applications", body).expect(422)
    fields = [fault["field"].split("/") for fault in refusal["errors"]]
    return {field[2] for field in fields if field[1] == "materials"}


@pytest.mark.parametrize("name", ITEMS)
def test_every_item_answers_anybody(city: City, name: str) -> None:
    open_, whole = (
        asked(city.anybody(), name),
        asked(city.anybody(), name, answers=item(name)["form"]["examples"][0]),
    )
    assert [step["step"] for step in open_["steps"]] and whole["fee"]["depends_on"] == []
    known = {material["code"]: material["needed"] for material in whole["materials"]}
    early = {material["code"]: material["needed"] for material in open_["materials"]}
    assert all(known[code] == needed for code, needed in early.items() if needed != "depends")


@pytest.mark.parametrize("name", ["construction-permit", "tender-filing", "food-licence"])
def test_filing_is_refused_for_the_materials_that_were_foretold(city: City, name: str) -> None:
    form = item(name)["form"]["examples"][0]
    told = asked(city.anybody(), name, answers=form)["materials"]
    wanted = {m["code"] for m in told if m["needed"] == "yes" and not m["may_follow_until"]}
    assert refused_for(city, name, form) == wanted


def test_the_fee_is_what_was_foretold(city: City) -> None:
    form = item("road-excavation")["form"]["examples"][0]
    told = asked(city.anybody(), "road-excavation", answers=form)["fee"]
    case = filed(city, "road-excavation", form=form)
    for step in ("accept", "review", "approve", "assess"):
        case.complete(step)
    bill = case.applicant.request("POST", f"/cases/{case.number}/payment").expect(200)
    assert bill["amount_fen"] == told["least_fen"] == told["most_fen"]


def test_a_case_keeps_to_the_dates_that_were_foretold(city: City) -> None:
    told = asked(city.anybody(), "investment-approval")
    case: Walk = filed(city, "investment-approval")
    assert case.receipt["due"]["accept_by"] == told["due"]["accept_by"]
    for step in told["steps"]:
        if step["kind"] == "issue":
            case.certificate()
            continue
        noon(city, step["due_on"])
        case.complete(step["step"])
        if step["kind"] == "accept":
            due = case.record()["due"]
            assert {limit: told["due"][limit] for limit in due} == due | {
                "provisional": told["due"]["provisional"]
            }
    opened = {step["step"]: step["opened_at"][:10] for step in case.record()["steps"]}
    assert opened == {step["step"]: step["opens_by"] for step in told["steps"]}
    assert case.record()["status"] == "granted"


def test_a_question_that_cannot_be_understood_is_refused_in_ones_own_language(city: City) -> None:
    asked = {"answers": {"uscc": "no code"}, "filing_date": "2001-01-01"}
    refusal = (
        city.person("", "zh-CN").request("POST", "/items/shop-sign/what-if", json=asked).expect(422)
    )
    told = {fault["field"]: fault["message"] for fault in refusal["errors"]}
    assert told["/filing_date"] == "申请日期与今天相差不能超过两年。"
    assert "/answers/uscc" in told and "no code" not in refusal.raw.decode()
    city.anybody().request("POST", "/items/no-such-item/what-if", json={}).expect(404)
