"""Abuse cases 1 to 3, 5, 6 and 22: who calls, and what they may not even know of. Numbers as in
docs.
"""

import re
from collections.abc import Callable

import pytest

from infra.local.city.tokens import WRONG
from infra.local.client import City, Client, answers, new_key, wait
from tests.journeys.support.cases import Case, accepted, appointed, filed, granted, reviewed, same
from tests.journeys.support.stack import Stack

PUBLIC = {
    "GET /health",
    "GET /openapi.json",
    "GET /items",
    "GET /items/{item}",
    "GET /items/{item}/versions",
    "GET /items/{item}/changes",
    "GET /items/{item}/acts",
    "POST /items/{item}/what-if",
    "GET /window-consent",
    "GET /record/{number}",
    "GET /record/{number}/conformance",
    "GET /record/{number}/redaction",
    "GET /record/{number}/refusals",
    "GET /record/{number}/supervision",
    "GET /published-matters",
    "GET /published-complaints",
    "GET /published-complaints/{month}",
    "GET /supervision-limits",
    "GET /supervision-rules",
    "GET /supervision-rules/{rule}",
    "GET /statistics",
    "GET /usual-times",
    "GET /forecast-accuracy",
    "POST /nameless-complaints",
    "POST /complaints/{complaint}/follow",
    "POST /complaints/{complaint}/appeal",
    "GET /public-notices",
    "GET /organizations",
    "GET /posts",
    "GET /posts/{post}/holders",
    "GET /service-points",
    "GET /delegations",
    "GET /catalog",
    "GET /flows",
    "GET /flows/{flow}",
    "GET /.well-known/jwt-vc-issuer",
    "GET /certificates/keys",
    "GET /certificates/{certificate}/status",
    "POST /cases/{number}/follow",
    "POST /payments/notices",
    "GET /policies",
    "GET /policies/{policy}",
}
CLOSED = sorted(set(answers.REPLIES) - PUBLIC)


def _call(client: Client, route: str, **parts: str) -> answers.Any:
    method, path = route.split(" ")
    path = re.sub(r"{(\w+)}", lambda found: parts.get(found[1], "x"), path)
    if method == "GET":
        return client.get(path)
    return client.post(path, {}, match='"1"')


def test_abuse_01_a_missing_token_is_401_on_every_route_that_is_not_public(city: City) -> None:
    document = city.anybody().get("/openapi.json").expect(200).body
    routes = {
        f"{v.upper()} {path}": each
        for path, verbs in document["paths"].items()
        for v, each in verbs.items()
    }
    closed = {route for route, each in routes.items() if each.get("security")}
    assert {route for route in routes if routes[route]["x-audience"] == "public"} == set(
        routes
    ) - closed
    assert set(CLOSED) <= closed and not PUBLIC & closed
    for route in sorted(closed):
        answer = _call(city.anybody(), route).expect(401, "sign-in-needed")
        assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("kind", WRONG)
def test_abuse_01_a_wrong_token_is_401(stack: Stack, kind: str) -> None:
    client = Client(stack.city.origin, stack.tokens.wrong(kind))
    client.get("/me").expect(401, "sign-in-needed")
    client.post("/applications", {}).expect(401, "sign-in-needed")
    client.close()


@pytest.mark.parametrize(
    "header", ["Bearer", "bearer", "Bearer x", "Basic cC1saS1uYTp4", "p-li-na", "Bearer a.b.c"]
)
def test_abuse_01_what_is_no_token_is_401(city: City, header: str) -> None:
    city.anybody().request("GET", "/me", headers={"Authorization": header}).expect(
        401, "sign-in-needed"
    )


def test_abuse_01_an_id_token_from_the_real_sign_in_is_401(stack: Stack) -> None:
    client = Client(stack.city.origin, stack.tokens.id_token("p-li-na"))
    client.get("/cases").expect(401, "sign-in-needed")
    client.close()


STRANGE = (
    "URB-2026-W-999999",
    "URB-2026-W-0",
    "x",
    "URB-2026-W-000001-9",
    "%E5%BC%A0%E4%BC%9F",
    "1e9",
    "-1",
)


def _looks_the_same(ask: Callable[[str], answers.Any], number: str) -> None:
    """The same refusal, to the last header, for what is another's and for what there is not."""
    other, absent = (
        ask(number).expect(404, "not-found"),
        ask("URB-2026-W-999999").expect(404, "not-found"),
    )
    assert same(other.body, absent.body)
    assert set(other.headers) == set(absent.headers)
    assert len(other.raw) == len(absent.raw)


def test_abuse_02_another_citizens_case_looks_absent(city: City) -> None:
    case = granted(city)
    stranger = city.person("p-zhang-wei")
    _looks_the_same(lambda number: stranger.get(f"/cases/{number}"), case.number)
    _looks_the_same(
        lambda number: stranger.get(f"/cases/{number}/materials/premises-proof"), case.number
    )
    _looks_the_same(lambda number: stranger.post(f"/cases/{number}/withdrawal", {}), case.number)
    supplement = {"form": {"a": 1}}
    _looks_the_same(
        lambda n: stranger.post(f"/cases/{n}/supplements", supplement, match='"1"'), case.number
    )
    _looks_the_same(lambda number: stranger.get(f"/certificates/{number}-1"), case.number)
    assert case.page()["status"] == "granted"


@pytest.mark.parametrize("number", STRANGE)
def test_abuse_02_a_strange_number_is_just_absent(city: City, number: str) -> None:
    city.person("p-zhang-wei").get(f"/cases/{number}").expect(404, "not-found")
    city.anybody().get(f"/record/{number}").expect(404, "not-found")
    city.anybody().get(f"/certificates/{number}/status").expect(404, "not-found")


def test_abuse_02_a_list_shows_only_ones_own(city: City) -> None:
    case = filed(city)
    wait(
        lambda: case.number in str(case.applicant.get("/cases", limit=100).body),
        "the case in my list",
    )
    for other in ("p-zhang-wei", "p-chen-jie", "o-wang-fang"):
        assert case.number not in str(city.person(other).get("/cases", limit=100).expect(200).body)
        assert not city.person(other).messages(case.number)


@pytest.mark.parametrize("post", ["dpf-window", "psb-head", "fire-reviewer"])
def test_abuse_03_another_departments_case_looks_absent(city: City, post: str) -> None:
    case = accepted(city)
    task = case.task("urb-reviewer")["id"]
    stranger = case.officer(post)
    stranger.get(f"/cases/{case.number}").expect(404, "not-found")
    stranger.get(f"/cases/{case.number}/materials/premises-proof").expect(404, "not-found")
    known = stranger.get(f"/tasks/{task}").expect(404, "not-found")
    absent = stranger.get(f"/tasks/{'a' * 26}.review.2").expect(404, "not-found")
    assert same(known.body, absent.body)
    for verb, body in (("claim", None), ("release", None), ("complete", {"outcome": "pass"})):
        stranger.post(f"/tasks/{task}/{verb}", body).expect(404, "not-found")
    stranger.get("/tasks", post="urb-reviewer").expect(404, "not-found")
    assert case.page()["status"] == "accepted"


@pytest.mark.parametrize("role", ["city-supervisor", "city-administrator"])
def test_abuse_03_nor_do_supervisor_and_administrator_act_on_cases(city: City, role: str) -> None:
    case = accepted(city)
    task = case.task("urb-reviewer")["id"]
    powerful = case.officer(role)
    powerful.complete(task, "pass").expect(404, "not-found")
    powerful.post(f"/tasks/{task}/claim").expect(404, "not-found")
    powerful.post(f"/cases/{case.number}/withdrawal", {}).expect(404, "not-found")


OFFICE = [
    route
    for route in CLOSED
    if "/tasks" in route or "/appointments" in route or "/register" in route
]


@pytest.mark.parametrize("route", OFFICE)
def test_abuse_05_a_citizen_on_an_officers_route_is_403(city: City, route: str) -> None:
    case = filed(city)
    _call(case.applicant, route, task=f"{case.id}.accept.0", appointment="o-wang-fang.1").expect(
        403, "not-allowed"
    )


def test_abuse_05_an_officer_is_no_administrator(city: City) -> None:
    order = {"person": "o-wang-fang", "post": "urb-approver"}
    for officer in ("o-wang-fang", "o-zhou-tao"):
        wish = {"kind": "appointment", "data": order}
        city.person(officer).post("/register-changes", wish).expect(403, "not-allowed")
    city.person("o-wang-fang").post("/appointments/o-sun-li.1/end").expect(403, "not-allowed")


def test_abuse_05_nobody_appoints_themselves(city: City) -> None:
    administrator = city.person("o-xu-admin")
    order = {"person": "o-xu-admin", "post": "urb-approver"}
    administrator.post("/register-changes", {"kind": "appointment", "data": order}).expect(
        403, "not-allowed"
    )
    administrator.post("/appointments/o-xu-admin.1/end").expect(403, "not-allowed")


def _refused_as_barred(case: Case, person: str, post: str, outcome: str) -> None:
    task = case.city.person(person).wait_for_task(post, case.number)["id"]
    refused = case.city.person(person).complete(task, outcome)
    assert refused.status == 403 and refused.problem in ("not-allowed", "duties-not-separate"), (
        refused
    )
    assert case.city.person(person).post(f"/tasks/{task}/claim").status == 403


def test_abuse_06_who_accepted_does_not_review_or_decide(city: City) -> None:
    case = accepted(city)
    with appointed(city, "o-wang-fang", "urb-reviewer"):
        _refused_as_barred(case, "o-wang-fang", "urb-reviewer", "pass")
    case.act("urb-reviewer", "pass")
    with appointed(city, "o-wang-fang", "urb-approver"):
        _refused_as_barred(case, "o-wang-fang", "urb-approver", "approve")
    with appointed(city, "o-zhao-min", "urb-approver"):
        _refused_as_barred(case, "o-zhao-min", "urb-approver", "approve")
    case.act("urb-approver", "approve")


def test_abuse_06_nobody_handles_their_own_application(city: City) -> None:
    case = filed(city, applicant="o-wang-fang")
    _refused_as_barred(case, "o-wang-fang", "urb-window", "accept")
    with appointed(city, "o-zhao-min", "urb-window"):
        task = city.person("o-zhao-min").wait_for_task("urb-window", case.number)["id"]
        city.person("o-zhao-min").complete(task, "accept").expect(200)


def test_abuse_22_an_officer_revoked_within_the_authorizers_cache_is_403(city: City) -> None:
    case = reviewed(city)
    stand_in = city.person("o-han-bing")
    with appointed(city, "o-han-bing", "urb-approver") as appointment:
        task = stand_in.wait_for_task("urb-approver", case.number)["id"]
        stand_in.post(f"/tasks/{task}/claim").expect(200)
        city.person("o-xu-admin").post(f"/appointments/{appointment}/end").expect(200)
        refused = stand_in.complete(task, "approve", key=new_key())
        assert refused.status in (403, 404), refused
        stand_in.get("/tasks", post="urb-approver").expect(404, "not-found")
    assert case.page()["status"] == "accepted"


def test_abuse_22_an_officer_who_lost_the_only_post_is_403_at_once(city: City) -> None:
    case = filed(city)
    with appointed(city, "p-zhang-wei", "urb-window") as appointment:
        former = city.person("p-zhang-wei")
        task = former.wait_for_task("urb-window", case.number)["id"]
        city.person("o-xu-admin").post(f"/appointments/{appointment}/end").expect(200)
        former.complete(task, "accept").expect(403, "not-allowed")
        former.get("/tasks", post="urb-window").expect(403, "not-allowed")
    assert case.page()["status"] == "filed"
