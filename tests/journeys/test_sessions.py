"""Sessions on the deployed stack: several issuers, new keys, strong sign-in, floods."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import pytest

from infra.local.city.tokens import TokenMakers
from infra.local.client import City, Client, Json, wait
from tests.journeys.items import Walk, filed
from tests.journeys.stack import Stack
from tests.journeys.walking import accepted, application, appointed


@pytest.fixture
def issuers(stack: Stack) -> TokenMakers:
    """The city's three issuers, with the keys that they have."""
    return stack.issuers


@contextmanager
def signed_in(city: City, token: str) -> Iterator[Client]:
    """The API under a token."""
    client = Client(city.origin, token)
    yield client
    client.close()


def test_a_person_of_another_issuer_is_another_person(city: City, issuers: TokenMakers) -> None:
    case = accepted(city)
    with signed_in(city, issuers.province.access_token("p-li-na")) as stranger:
        me = stranger.get("/me").expect(200)
        assert (me["person"], me["posts"]) == ("province:p-li-na", [])
        stranger.get(f"/cases/{case.number}").expect(404, "not-found")
        own = stranger.post("/applications", application(city, stranger)).expect(201)
        wait(lambda: own["number"] in str(stranger.get("/cases").body), "their own case in their list")
        assert own["number"] not in str(city.person("p-li-na").get("/cases", limit=100).body)
    with signed_in(city, issuers.province.access_token("o-wang-fang")) as officer:
        officer.get("/tasks", post="urb-window").expect(403, "not-allowed")


def test_a_person_of_another_issuer_can_be_appointed_by_their_own_name(city: City, issuers: TokenMakers) -> None:
    with appointed(city, "province:o-inspector", "urb-reviewer"):
        with signed_in(city, issuers.province.access_token("o-inspector")) as inspector:
            assert [post["post"] for post in inspector.get("/me").expect(200)["posts"]] == ["urb-reviewer"]
            inspector.get("/tasks", post="urb-reviewer").expect(200)
        with signed_in(city, issuers.people.access_token("o-inspector")) as namesake:
            namesake.get("/tasks", post="urb-reviewer").expect(403, "not-allowed")


@pytest.mark.parametrize("sub", ["province:o-inspector", "s-urb-oa"])
def test_the_citys_own_issuer_cannot_make_anothers_person(city: City, issuers: TokenMakers, sub: str) -> None:
    with signed_in(city, issuers.people.access_token(sub)) as forged:
        forged.get("/me").expect(401, "sign-in-needed")


def test_an_issuers_tokens_are_good_by_its_own_keys_only(city: City, issuers: TokenMakers) -> None:
    for maker, other in ((issuers.people, issuers.province), (issuers.province, issuers.people)):
        with signed_in(city, maker.access_token("p-li-na", iss=other.issuer)) as crossed:
            crossed.get("/me").expect(401, "sign-in-needed")


def test_a_clock_that_differs_by_a_minute_at_most_is_forgiven(city: City, issuers: TokenMakers) -> None:
    now = int(time.time())
    for claims in ({"exp": now - 20, "iat": now - 600}, {"iat": now + 40, "nbf": now + 40}):
        with signed_in(city, issuers.people.access_token("p-li-na", **claims)) as close:
            close.get("/me").expect(200)
    for claims in ({"exp": now - 65, "iat": now - 600}, {"nbf": now + 120}):
        with signed_in(city, issuers.people.access_token("p-li-na", **claims)) as far:
            far.get("/me").expect(401, "sign-in-needed")


def _at_its_decision(case: Walk) -> Walk:
    while "approve" not in case.open_steps():
        case.step_on()
    return case


def test_who_signed_in_weakly_learns_it_and_decides_after_a_second_factor(city: City, issuers: TokenMakers) -> None:
    case = _at_its_decision(filed(city, "investment-approval"))
    task = case.task("drc-approver")["id"]
    with signed_in(city, issuers.people.access_token("o-gao-yuan", amr=["pwd"])) as weak:
        assert weak.get("/me").expect(200)["sign_in"] == {"methods": ["2", "pwd"], "strong": False}
        weak.get(f"/tasks/{task}").expect(200)
        refused = weak.complete(task, "approve").expect(401, "stronger-sign-in-needed")
        assert refused["title"].startswith("This decision needs a sign-in by two factors")
        batch = {"tasks": [{"task": task, "outcome": "approve"}]}
        (result,) = weak.post("/task-batches", batch).expect(200)["results"]
        assert result["status"] == 401, "nor in a batch"
    with signed_in(city, issuers.people.access_token("o-gao-yuan", auth_time=int(time.time()) - 13 * 3600)) as stale:
        stale.complete(task, "approve").expect(401, "stronger-sign-in-needed")
    with signed_in(city, issuers.people.access_token("o-gao-yuan")) as strong:
        strong.complete(task, "approve").expect(200)


# ---- in a city of one's own -----------------------------------------------------------------------------
def _local(city: City, route: str, body: Json) -> Json:
    answer = httpx.post(f"{city.origin}/__local/{route}", json=body, timeout=60, trust_env=False)
    found: Json = answer.raise_for_status().json()
    return found


def _change_keys(city: City, retire: bool = False) -> list[str]:
    """A new key at the city's issuer, or an end to its old ones; what it lists then."""
    return [key["kid"] for key in _local(city, "sign-in-keys", {"retire": retire})["keys"]]


def _new_token(city: City, sub: str) -> str:
    return str(_local(city, "token", {"sub": sub})["access_token"])


def _is_taken(city: City, token: str) -> bool:
    with signed_in(city, token) as client:
        return client.get("/me").status == 200


def _change_environment(stack: Stack, function: str, **changed: str) -> None:
    """Deploy a function's settings anew, as an operator may: its workers start afresh."""
    functions, name = stack.client("lambda"), stack.resources[function]
    known = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    functions.update_function_configuration(FunctionName=name, Environment={"Variables": known | changed})


def test_abuse_25_a_flood_is_429_with_when_to_come_again_and_nobody_else_is_held_up(own_stack: Stack) -> None:
    city = own_stack.city
    _change_environment(own_stack, "APIHandler", WRITES_PER_MINUTE="60")
    flooder, other = city.person("p-zhang-wei"), city.person("p-chen-jie")
    body: Json = {"content_type": "application/pdf", "size": 10, "sha256": "0" * 64}
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: flooder.post("/uploads", body), range(600)))
    statuses = {answer.status for answer in answers}
    assert statuses == {201, 429}, "and no 5xx"
    refused = [answer for answer in answers if answer.status == 429]
    assert len(refused) > 100
    for answer in refused:
        assert answer.problem == "too-many-requests"
        assert 1 <= int(answer.headers["retry-after"]) <= 60
    other.post("/uploads", body).expect(201)
    flooder.get("/me").expect(200)


def test_abuse_25_a_flood_of_reads_is_429_for_who_floods(own_stack: Stack) -> None:
    city = own_stack.city
    _change_environment(own_stack, "APIHandler", READS_PER_MINUTE="60")
    flooder, other = city.person("p-liu-yang"), city.person("p-chen-jie")
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: flooder.get("/cases").status, range(600)))
    assert set(statuses) == {200, 429} and statuses.count(429) > 100
    other.get("/cases").expect(200)


def test_abuse_25_a_flood_without_signing_in_is_429_too(own_stack: Stack) -> None:
    city = own_stack.city
    _change_environment(own_stack, "APIHandler", WRITES_PER_MINUTE="60")
    body = {"form": city.anybody().get("/items/shop-sign").expect(200)["form"]["examples"][0]}
    with ThreadPoolExecutor(8) as pool:
        path = "/items/shop-sign/what-if"
        answers = list(pool.map(lambda _: city.anybody().request("POST", path, json=body), range(400)))
    assert {answer.status for answer in answers} <= {200, 422, 429}
    assert sum(answer.status == 429 for answer in answers) > 50
    city.anybody().get("/items").expect(200)


def test_a_new_key_is_found_and_a_retired_one_is_refused(own_stack: Stack) -> None:
    city, makers = own_stack.city, own_stack.issuers
    before = makers.people.access_token("p-li-na")
    with signed_in(city, before) as old:
        old.get("/me").expect(200)
    keys = _change_keys(city)
    assert len(keys) == 2
    after = _new_token(city, "p-li-na")
    wait(lambda: _is_taken(city, after), "the new key", seconds=60)
    with signed_in(city, makers.people.access_token("p-zhang-wei")) as still:
        still.get("/me").expect(200)
    assert _change_keys(city, retire=True) == keys[:1]
    # Workers would keep the old key for five minutes.
    _change_environment(own_stack, "Authorize", POWERTOOLS_LOG_LEVEL="WARNING")
    with signed_in(city, makers.people.access_token("p-chen-jie")) as retired:
        retired.get("/me").expect(401, "sign-in-needed")
    with signed_in(city, _new_token(city, "p-chen-jie")) as renewed:
        renewed.get("/me").expect(200)
