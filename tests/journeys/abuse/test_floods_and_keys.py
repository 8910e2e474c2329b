"""Sessions of a city whose operator acts: floods against low limits, a new sign-in key, a retired one."""

from concurrent.futures import ThreadPoolExecutor

import httpx

from infra.local.client import City, Json, wait
from tests.journeys.support.sessions import signed_in
from tests.journeys.support.stack import Stack


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
    functions.update_function_configuration(
        FunctionName=name, Environment={"Variables": known | changed}
    )


def test_abuse_25_a_flood_is_429_with_when_to_come_again_and_nobody_else_is_held_up(
    own_stack: Stack,
) -> None:
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
        answers = list(
            pool.map(lambda _: city.anybody().request("POST", path, json=body), range(400))
        )
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
