"""Sessions on the deployed stack: several issuers, new keys, strong sign-in, floods."""

import time

import pytest

from infra.local.city.tokens import TokenMakers
from infra.local.client import City, wait
from tests.journeys.support.cases import accepted, application, appointed
from tests.journeys.support.item_walks import Walk, filed
from tests.journeys.support.sessions import signed_in
from tests.journeys.support.stack import Stack


@pytest.fixture
def issuers(stack: Stack) -> TokenMakers:
    """The city's three issuers, with the keys that they have."""
    return stack.issuers


def test_a_person_of_another_issuer_is_another_person(city: City, issuers: TokenMakers) -> None:
    case = accepted(city)
    with signed_in(city, issuers.province.access_token("p-li-na")) as stranger:
        me = stranger.get("/me").expect(200)
        assert (me["person"], me["posts"]) == ("province:p-li-na", [])
        stranger.get(f"/cases/{case.number}").expect(404, "not-found")
        own = stranger.post("/applications", application(city, stranger)).expect(201)
        wait(
            lambda: own["number"] in str(stranger.get("/cases").body),
            "their own case in their list",
        )
        assert own["number"] not in str(city.person("p-li-na").get("/cases", limit=100).body)
    with signed_in(city, issuers.province.access_token("o-wang-fang")) as officer:
        officer.get("/tasks", post="urb-window").expect(403, "not-allowed")


def test_a_person_of_another_issuer_can_be_appointed_by_their_own_name(
    city: City, issuers: TokenMakers
) -> None:
    with appointed(city, "province:o-inspector", "urb-reviewer"):
        with signed_in(city, issuers.province.access_token("o-inspector")) as inspector:
            assert [post["post"] for post in inspector.get("/me").expect(200)["posts"]] == [
                "urb-reviewer"
            ]
            inspector.get("/tasks", post="urb-reviewer").expect(200)
        with signed_in(city, issuers.people.access_token("o-inspector")) as namesake:
            namesake.get("/tasks", post="urb-reviewer").expect(403, "not-allowed")


@pytest.mark.parametrize("sub", ["province:o-inspector", "s-urb-oa"])
def test_the_citys_own_issuer_cannot_make_anothers_person(
    city: City, issuers: TokenMakers, sub: str
) -> None:
    with signed_in(city, issuers.people.access_token(sub)) as forged:
        forged.get("/me").expect(401, "sign-in-needed")


def test_an_issuers_tokens_are_good_by_its_own_keys_only(city: City, issuers: TokenMakers) -> None:
    for maker, other in ((issuers.people, issuers.province), (issuers.province, issuers.people)):
        with signed_in(city, maker.access_token("p-li-na", iss=other.issuer)) as crossed:
            crossed.get("/me").expect(401, "sign-in-needed")


def test_a_clock_that_differs_by_a_minute_at_most_is_forgiven(
    city: City, issuers: TokenMakers
) -> None:
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


def test_who_signed_in_weakly_learns_it_and_decides_after_a_second_factor(
    city: City, issuers: TokenMakers
) -> None:
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
    with signed_in(
        city, issuers.people.access_token("o-gao-yuan", auth_time=int(time.time()) - 13 * 3600)
    ) as stale:
        stale.complete(task, "approve").expect(401, "stronger-sign-in-needed")
    with signed_in(city, issuers.people.access_token("o-gao-yuan")) as strong:
        strong.complete(task, "approve").expect(200)
