"""Mandates, from end to end: a company's people act for it as far as it lets them, and not a
request longer.
"""

import pytest

from infra.local.client import City, Client, Json, new_key, wait
from tests.journeys.support.cases import OFFICER, application

COMPANY = "c-9133990000455502XE"
UNTIL = "2099-01-01T00:00:00+08:00"
BOSS, CLERK = "p-liu-yang", "p-chen-jie"


def _granted(city: City, by: str = BOSS, grantee: str = CLERK, **more: object) -> Json:
    party = {"party": COMPANY} if by == BOSS else {}
    body = {"grantee": grantee, "until": UNTIL, **party, **more}
    made = city.person(by).post("/mandates", body).expect(201)
    city.person(grantee).post(f"/mandates/{made['id']}/acceptance").expect(200)
    return dict(made.body)


def _end(client: Client, mandate: Json) -> None:
    client.post(f"/mandates/{mandate['id']}/end", {"reason": "She has left us."}).expect(200)


@pytest.fixture
def clerk(city: City) -> Client:
    return city.person(CLERK)


@pytest.fixture
def boss(city: City) -> Client:
    return city.person(BOSS)


def test_a_company_is_represented_until_it_withdraws_the_mandate(
    city: City, clerk: Client, boss: Client
) -> None:
    body = application(city, clerk, on_behalf_of=COMPANY)
    clerk.post("/applications", body).expect(403, "not-allowed")
    mandate = _granted(city)
    number = clerk.post("/applications", body).expect(201)["number"]
    assert clerk.case(number)["applicant"] == "明杭市清河文化活动有限公司"
    assert clerk.case(number)["matters"]["represented_by"] == "陈洁"
    assert boss.case(number)["applicant"] == clerk.case(number)["applicant"]
    wait(lambda: number in _numbers(boss), "the company's list of cases")
    assert number in _numbers(clerk)
    wait(
        lambda: boss.get("/messages", party=COMPANY).expect(200)["messages"],
        "the company's messages",
    )
    _end(boss, mandate)
    clerk.get(f"/cases/{number}").expect(404)
    clerk.post(f"/cases/{number}/withdrawal", {}).expect(404)
    clerk.get("/cases", party=COMPANY).expect(403)
    boss.post(f"/cases/{number}/withdrawal", {}).expect(201)


def _numbers(client: Client) -> list[str]:
    return [case["number"] for case in client.get("/cases", party=COMPANY).expect(200)["cases"]]


def test_a_mandate_is_limited_online_and_holds_so_on_the_next_request(
    city: City, clerk: Client, boss: Client
) -> None:
    mandate = _granted(city)
    number = clerk.post("/applications", application(city, clerk, on_behalf_of=COMPANY)).expect(
        201
    )["number"]
    boss.post(f"/mandates/{mandate['id']}/limit", {"acts": ["pay", "collect"]}).expect(200)
    clerk.post(f"/cases/{number}/withdrawal", {}).expect(403, "not-allowed")
    clerk.post("/applications", application(city, clerk, on_behalf_of=COMPANY)).expect(403)
    clerk.case(number)
    boss.post(f"/mandates/{mandate['id']}/limit", {"acts": ["file"]}).expect(422)
    _end(clerk, mandate)
    clerk.post(f"/mandates/{mandate['id']}/acceptance").expect(409)


def test_nobody_grants_in_the_name_of_a_company_that_is_not_theirs(
    city: City, clerk: Client
) -> None:
    mandate = _granted(city)
    body = {"party": COMPANY, "grantee": "p-zhang-wei", "until": UNTIL}
    for person in (CLERK, "p-li-na", OFFICER["city-administrator"]):
        city.person(person).post("/mandates", body).expect(403)
    clerk.post(f"/mandates/{mandate['id']}/limit", {"acts": ["pay"]}).expect(403)
    city.person("p-li-na").post(f"/mandates/{mandate['id']}/end", {}).expect(404)
    _end(city.person(BOSS), mandate)


def test_an_officer_with_a_mandate_keeps_away_from_the_partys_cases(
    city: City, boss: Client
) -> None:
    number = boss.post("/applications", application(city, boss, on_behalf_of=COMPANY)).expect(201)[
        "number"
    ]
    window = city.person(OFFICER["urb-window"])
    task = window.wait_for_task("urb-window", number)
    mandate = _granted(city, grantee=OFFICER["urb-window"], acts=["collect"])
    refused = window.complete(task["id"], "accept").expect(403)
    assert refused["rule"]["id"] == "no-represented-case"
    _end(window, mandate)
    refused = window.complete(task["id"], "accept").expect(403)
    assert refused["rule"]["id"] == "no-represented-case", "who renounces it is not impartial now"
    later = boss.post("/applications", application(city, boss, on_behalf_of=COMPANY)).expect(201)[
        "number"
    ]
    window.complete(window.wait_for_task("urb-window", later)["id"], "accept").expect(200)


def test_both_sides_hear_of_a_mandate_in_their_inboxes(
    city: City, clerk: Client, boss: Client
) -> None:
    mandate = _granted(city)
    _end(boss, mandate)

    def heard(client: Client, **query: str) -> list[str]:
        found = client.get("/messages", limit=100, **query).expect(200)["messages"]
        return [message["kind"] for message in found if message["mandate"] == mandate["id"]][::-1]

    wait(lambda: heard(clerk) == ["mandate.offered", "mandate.ended"], "what the clerk hears")
    told = ["mandate.granted", "mandate.accepted", "mandate.ended"]
    wait(lambda: heard(boss, party=COMPANY) == told, "what the company hears")
    assert heard(city.person("p-zhang-wei")) == []


def test_the_same_request_makes_one_mandate(city: City, boss: Client) -> None:
    body, key = {"party": COMPANY, "grantee": CLERK, "until": UNTIL}, new_key()
    first, again = (boss.post("/mandates", body, key=key).expect(201).body for _ in range(2))
    assert first == again
    boss.post("/mandates", {**body, "grantee": "p-li-na"}, key=key).expect(
        422, "idempotency-key-reused"
    )
    boss.post(f"/mandates/{first['id']}/end", {}).expect(200)
