"""A department's business system on the deployed stack: it signs in, is told of tasks, works on
them, and is bound.
"""

from collections.abc import Iterator

import httpx
import pytest

from infra.local.client import City, Client
from tests.journeys.support.cases import accepted, appointed
from tests.journeys.support.systems import SYSTEM, signed_in


@pytest.fixture
def system(city: City) -> Iterator[Client]:
    """The Urban Management Bureau's system, appointed to its reviewer's post."""
    with appointed(city, SYSTEM, "urb-reviewer"):
        client = signed_in(city, "urb-oa")
        yield client
        client.close()


def test_a_wrong_secret_gets_no_token(city: City) -> None:
    form = {"grant_type": "client_credentials"}
    token = f"{city.origin}/sign-in/systems/token"
    assert (
        httpx.post(token, data=form, auth=("urb-oa", "guess"), trust_env=False).status_code == 401
    )


def test_a_system_takes_the_tasks_of_its_post_reports_and_completes_them(
    city: City, system: Client
) -> None:
    case = accepted(city)
    task = system.wait_for_task("urb-reviewer", case.number)["id"]
    assert system.get(f"/tasks/{task}").expect(200)["case"]["number"] == case.number
    system.post(f"/tasks/{task}/claim").expect(200)
    told = {"title": "现场踏勘完成", "at": city.official_time().isoformat(timespec="seconds")}
    assert system.post(f"/tasks/{task}/milestones", told).expect(201)["done"] is False
    remarks = system.get(f"/tasks/{task}").expect(200)["remarks"]
    assert [(r["act"], r["note"]) for r in remarks] == [("MilestoneReported", "现场踏勘完成")]
    assert "踏勘" not in str(case.record().body), "it is for the office"
    system.complete(task, "pass").expect(200)
    assert ("review", "pass") in case.outcomes()
    case.act("urb-approver", "approve")
    assert city.anybody().get(f"/record/{case.number}/conformance").expect(200)["conforms"]


def test_a_milestone_that_is_to_come_or_strange_is_refused(city: City, system: Client) -> None:
    case = accepted(city)
    task = system.wait_for_task("urb-reviewer", case.number)["id"]
    path = f"/tasks/{task}/milestones"
    system.post(path, {"title": "x", "at": "2999-01-01T00:00:00+08:00"}).expect(422, "invalid")
    system.post(path, {"title": "x", "at": "2026-02-31T00:00:00+08:00"}).expect(422, "invalid")
    system.post(path, {"title": ""}).expect(422, "invalid")
    city.person("o-sun-li").post(path, {"title": "x"}).expect(404, "not-found")
    city.person("p-li-na").post(path, {"title": "x"}).expect(403, "not-allowed")


def test_a_system_does_nothing_beyond_its_scopes(city: City, system: Client) -> None:
    case = accepted(city)
    task = system.wait_for_task("urb-reviewer", case.number)["id"]
    reader = signed_in(city, "urb-oa", scope="tasks:read")
    reader.get(f"/tasks/{task}").expect(200)
    for verb, body in (
        ("claim", None),
        ("complete", {"outcome": "pass"}),
        ("milestones", {"title": "x"}),
    ):
        reader.post(f"/tasks/{task}/{verb}", body).expect(403, "not-allowed")
    blind = signed_in(city, "urb-oa", scope="tasks:act")
    blind.get("/tasks", post="urb-reviewer").expect(404, "not-found")
    for client in (reader, system):
        assert client.get("/me").expect(200)["person"] == SYSTEM
        client.get("/cases").expect(403, "not-allowed")
        client.get("/messages").expect(403, "not-allowed")
        upload = {"content_type": "application/pdf", "size": 9, "sha256": "0" * 64}
        client.post("/uploads", upload).expect(403, "not-allowed")
        client.post(f"/tasks/{task}/handover", {"to": "o-zhao-min", "reasons": ["r"]}).expect(
            403, "not-allowed"
        )
        client.post(f"/cases/{case.number}/objections", {"text": "x"}).expect(404, "not-found")
    for client in (reader, blind):
        client.close()


def test_a_system_may_ask_for_no_more_than_it_was_given(city: City) -> None:
    with appointed(city, "s-psb-archive", "psb-reviewer"):
        archive = signed_in(city, "psb-archive", scope="tasks:read tasks:act")
        archive.get("/tasks", post="psb-reviewer").expect(200)
        archive.post(f"/tasks/{'a' * 26}.review.2/claim").expect(404, "not-found")
        archive.close()


def test_a_system_that_is_appointed_no_more_is_out_at_once(city: City) -> None:
    case = accepted(city)
    with appointed(city, SYSTEM, "urb-reviewer") as appointment:
        system = signed_in(city, "urb-oa")
        task = system.wait_for_task("urb-reviewer", case.number)["id"]
        city.person("o-xu-admin").post(f"/appointments/{appointment}/end").expect(200)
        system.complete(task, "pass").expect(403, "not-allowed")
        system.close()


def test_an_address_is_the_administrators_to_set_and_its_secret_is_shown_once(city: City) -> None:
    administrator, path = city.person("o-xu-admin"), "/posts/psb-window/webhook"
    administrator.get(path).expect(404, "not-found")
    body = {"url": "https://oa.psb.example/hooks"}
    for other in ("p-li-na", "o-wei-dong", "o-han-bing"):
        city.person(other).post(path, body).expect(403, "not-allowed")
    made = administrator.post(path, body).expect(201)
    assert "secret" not in administrator.get(path).expect(200).body
    assert city.person("o-han-bing").get(path).expect(200)["url"] == body["url"], (
        "the department's head may look"
    )
    city.person("o-zhou-tao").get(path).expect(403, "not-allowed")
    again = administrator.post(path, body).expect(201)
    assert again["secret"] != made["secret"]
    city.person("o-han-bing").post(path + "/end").expect(200)
    administrator.get(path).expect(404, "not-found")
    administrator.post("/posts/no-such-post/webhook", body).expect(404, "not-found")
    for url in (
        "http://oa.psb.example/",
        "https://u:p@oa.psb.example/",
        "ftp://x/",
        "https://oa.psb.example/#x",
    ):
        administrator.post(path, {"url": url}).expect(422, "invalid")
