"""The policies in the open: shown, named by denials, and asked about days gone by."""

from __future__ import annotations

import pytest

from infra.local.client import City, Client
from tests.journeys.support.cases import accepted, appointed, granted


def test_anybody_reads_the_policies_that_are_in_force(city: City) -> None:
    page = city.anybody().get("/policies").expect(200)
    assert page["in_force_since"], "the set that runs is on record"
    for policy in page["policies"]:
        assert city.anybody().get(f"/policies/{policy['id']}").expect(200).body == policy
    city.anybody().get("/policies/none").expect(404, "not-found")


@pytest.mark.parametrize(("language", "said"), [("zh", "职责分离"), ("en", "Separation of duties")])
def test_a_denial_names_the_rule_in_the_callers_language_and_nobody(
    city: City, language: str, said: str
) -> None:
    case = accepted(city)
    with appointed(city, "o-wang-fang", "urb-reviewer"):
        task = city.person("o-wang-fang").wait_for_task("urb-reviewer", case.number)["id"]
        refused = (
            city.person("o-wang-fang", language)
            .complete(task, "pass")
            .expect(403, "duties-not-separate")
        )
    assert refused["rule"]["id"] == "no-second-step-by-the-same-person"
    assert refused["rule"]["title"].startswith(said)
    assert (
        city.anybody().get(f"/policies/{refused['rule']['id']}").expect(200)["effect"] == "forbid"
    )
    for told in ("o-wang-fang", "p-li-na", "王芳", "李娜", case.number):
        assert told not in str(refused.body)


def test_a_denial_says_to_whom_it_would_be_allowed(city: City) -> None:
    refused = city.person("p-zhang-wei").get("/tasks", post="urb-window").expect(403, "not-allowed")
    assert "officer-inbox-of-own-post" in {rule["id"] for rule in refused["rules"]}


def test_a_supervisor_asks_what_was_allowed_before_an_appointment_ended(city: City) -> None:
    case = granted(city)
    with appointed(city, "o-han-bing", "urb-approver"):
        held = city.official_time().isoformat()
    question = {
        "person": "o-han-bing",
        "action": "view_task",
        "resource": {"case": case.number, "step": "approve"},
    }
    supervisor = city.person("o-qin-ming")
    then = _asked(supervisor, question | {"at": held})
    assert (then["allowed"], _ids(then["rules"])) == (True, ["officer-task-of-own-post"])
    assert "urb-approver" in {post["post"] for post in then["posts"]}
    now = _asked(supervisor, question)
    assert not now["allowed"] and "officer-task-of-own-post" in _ids(now["others"])
    for person in ("o-tong-auditor", "o-qin-ming"):
        assert _asked(city.person(person), question)["allowed"] is False
    city.person("o-xu-admin").request("POST", "/policy-questions", json=question).expect(
        403, "not-allowed"
    )


def _asked(person: Client, question: dict[str, object]) -> dict[str, object]:
    found: dict[str, object] = (
        person.request("POST", "/policy-questions", json=question).expect(200).body
    )
    return found


def _ids(rules: object) -> list[str]:
    assert isinstance(rules, list)
    return [rule["id"] for rule in rules]
