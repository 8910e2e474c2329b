"""A power item is drafted, reviewed by a second person, published, retired; its cases stay on their
version.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from infra.local.client import Answer, City, Client, Json, wait
from tests.journeys.support.cases import SEED, Case, application, appointed, changed, filed
from tests.journeys.support.stack import Stack

AUTHOR, PUBLISHER = "o-lu-yao", "o-bai-lu"
PROOF = {"zh": "试点期间免交场所使用证明的纸质件", "en": "No paper copy is needed during the pilot"}


@pytest.fixture
def city(own_stack: Stack) -> Iterator[City]:
    """A city whose clock a test may move; afterwards it shows the system's time again."""
    yield own_stack.city
    own_stack.running.clock_file.write_text("0.0")


def _document(item: str, **changed: Any) -> Json:
    document: Json = json.loads((SEED / "items" / f"{item}.json").read_text("utf-8"))
    return document | changed


def _act(person: Client, draft: str, what: str, body: Json | None = None) -> Answer:
    """An act on a draft as the person has just read it."""
    etag = person.get(f"/item-drafts/{draft}").expect(200).headers["etag"]
    return person.post(f"/item-drafts/{draft}/{what}", body, match=etag)


def _drafted(city: City, document: Json) -> str:
    return str(city.person(AUTHOR).post("/item-drafts", {"document": document}).expect(201)["id"])


def _approved(city: City, document: Json) -> str:
    draft = _drafted(city, document)
    _act(city.person(AUTHOR), draft, "submission").expect(200)
    _act(city.person(PUBLISHER), draft, "review", {"outcome": "approve"}).expect(200)
    return draft


def _day(city: City, days: int) -> str:
    return (city.official_time() + timedelta(days=days)).date().isoformat()


def _version_of(case: Case) -> int:
    return int(case.record()["item"]["version"])


def test_a_new_version_begins_on_its_day_and_cases_stay_on_theirs(city: City) -> None:
    author, publisher = city.person(AUTHOR), city.person(PUBLISHER)
    draft = _drafted(city, _document("shop-sign", conditions=[PROOF]))
    _act(author, draft, "submission").expect(200)
    _act(author, draft, "review", {"outcome": "approve"}).expect(403, "own-draft")
    both = {"kind": "appointment", "data": {"person": AUTHOR, "post": "legal-publisher"}}
    city.person("o-xu-admin").post("/register-changes", both).expect(409, "offices-not-together")
    listed = wait(
        lambda: [
            d for d in publisher.get("/item-drafts").expect(200)["drafts"] if d["id"] == draft
        ],
        "it",
    )
    assert listed[0]["authority"] == "URB"
    _act(publisher, draft, "review", {"outcome": "approve"}).expect(200)
    _act(author, draft, "publication", {}).expect(403)
    begins = _day(city, 2)
    done = _act(publisher, draft, "publication", {"from": begins}).expect(200)
    assert done["version"] == 2 and done["in_force_from"].startswith(begins)

    versions = city.anybody().get("/items/shop-sign/versions").expect(200)["versions"]
    assert [(v["version"], v["in_force_from"][:10] == begins) for v in versions] == [
        (2, True),
        (1, False),
    ]
    changes = (
        city.anybody()
        .get("/items/shop-sign/changes", **{"from": 1, "to": 2})
        .expect(200)["changes"]
    )
    assert {change["path"].split("/")[1] for change in changes} == {"conditions"}
    assert city.anybody().get("/items/shop-sign").expect(200)["version"] == 1
    old = filed(city)
    assert _version_of(old) == 1

    city.move_clock(set=f"{begins}T00:00:01+08:00")
    assert city.anybody().get("/items/shop-sign").expect(200)["version"] == 2
    new = filed(city)
    assert (_version_of(new), _version_of(old)) == (2, 1)
    for case in (old, new):
        case.act("urb-window", "accept")
    assert (_version_of(new), _version_of(old)) == (2, 1)
    wait(lambda: _listed(city, "shop-sign") == 2, "the list to show it")


def _listed(city: City, item: str) -> int:
    """The version of an item that the public list shows; 0 for none."""
    page = city.anybody().get("/items", limit=100).expect(200)["items"]
    return next((int(each["version"]) for each in page if each["id"] == item), 0)


def test_a_version_that_breaks_promises_is_refused_with_every_reason_at_once(city: City) -> None:
    document = _document("mass-event", flow={"id": "licence", "version": 77})
    document["limits"] |= {"promised_days": 9, "statutory_days": 8}
    document["materials"][0]["copies"] = 0
    document["posts"]["head"] = "nobodys-post"
    first = next(iter(document["form"]["properties"]))
    del document["form"]["properties"][first]["x-title-en"]
    reasons = {
        "/document/flow",
        "/document/limits/promised_days",
        "/document/materials/0/copies",
        "/document/posts/head",
        f"/document/form/properties/{first}/x-title-en",
    }
    draft = _drafted(city, document)
    page = city.person(AUTHOR).get(f"/item-drafts/{draft}").expect(200)
    refused = _act(city.person(AUTHOR), draft, "submission").expect(422, "draft-not-sound")
    for told in (page["faults"], refused["errors"]):
        assert {each["field"] for each in told} == reasons
        assert all("{" not in each["message"] and " " in each["message"] for each in told)
    assert len(city.anybody().get("/items/mass-event/versions").expect(200)["versions"]) == 1


def test_a_post_that_was_left_meanwhile_keeps_a_version_from_being_published(city: City) -> None:
    document = _document("mass-event", faq=[])
    document["posts"]["head"] = "legal-author"
    draft = _approved(city, document)
    administrator = city.person("o-xu-admin")
    administrator.post(f"/appointments/{AUTHOR}.1/end").expect(200)
    try:
        refused = _act(city.person(PUBLISHER), draft, "publication", {}).expect(
            422, "draft-not-sound"
        )
        assert [each["field"] for each in refused["errors"]] == ["/document/posts/head"]
    finally:
        changed(city, "appointment", {"person": AUTHOR, "post": "legal-author"})
    _act(city.person(PUBLISHER), draft, "publication", {}).expect(200)


def test_a_retired_item_takes_no_new_filings_and_its_cases_go_on(city: City) -> None:
    item, ends = "disability-benefit", _day(city, 1)
    body = {"from": ends, "reasons": ["并入社会保险补贴"]}
    city.person(PUBLISHER).post(f"/items/{item}/retirement", body).expect(201)
    etag = city.anybody().get(f"/items/{item}/acts").expect(200).headers["etag"]
    confirmation = f"/items/{item}/retirement/confirmation"
    city.person(PUBLISHER).post(confirmation, match=etag).expect(403, "own-proposal")
    with appointed(city, "o-han-bing", "legal-publisher"):
        city.person("o-han-bing").post(confirmation, match=etag).expect(200)
    case = filed(city, item, "p-chen-jie")

    city.move_clock(set=f"{ends}T00:00:01+08:00")
    person = city.person("p-chen-jie")
    refused = person.post("/applications", application(city, person, item)).expect(422)
    assert [each["field"] for each in refused["errors"]] == ["/item"]
    assert "retired" in refused["errors"][0]["message"]
    case.act("dpf-window", "accept")
    assert case.record()["status"] == "accepted"
    page = city.anybody().get(f"/items/{item}").expect(200)
    assert page["retired_from"].startswith(ends)
    wait(lambda: _listed(city, item) == 0, "the list to be rid of it")
    assert (
        city.anybody().get(f"/items/{item}/versions").expect(200)["retired_from"]
        == page["retired_from"]
    )
    table = (
        city.anybody().request("GET", "/open-data/items.csv", valid=False).raw.decode("utf-8-sig")
    )
    ends_by_item = {
        row["id"]: row["retired_from"] for row in csv.DictReader(io.StringIO(table, newline=""))
    }
    assert {known: end for known, end in ends_by_item.items() if end} == {
        item: page["retired_from"]
    }


def test_everybody_can_read_how_an_item_came_about(city: City) -> None:
    draft = _approved(
        city, _document("mass-event", life_events=["hold-an-event"], conditions=[PROOF])
    )
    number = _act(city.person(PUBLISHER), draft, "publication", {}).expect(200)["version"]
    page = city.anybody().get("/items/mass-event/acts").expect(200)
    last = [each["act"] for each in page["acts"] if each.get("version") == number]
    assert last == ["ItemDrafted", "DraftSubmitted", "DraftReviewed", "ItemPublished"]
    offices = [
        each["office"]["department"] for each in page["acts"] if each.get("version") == number
    ]
    assert offices == ["GOV"] * 4
    assert not [
        person for person in (AUTHOR, PUBLISHER, "陆瑶", "白露") if person in page.raw.decode()
    ]
