"""Rules that watch, on the deployed stack: a burst and a refusal without reasons are found, judged
by supervision, and never stop the case; a threshold is changed by two persons, and tried before.
"""

from __future__ import annotations

from typing import Any

from infra.local.client import City, Client, wait
from tests.journeys.support.cases import Case, reviewed

SUPERVISOR, ADMINISTRATOR = "o-qin-ming", "o-xu-admin"
BURST, REASONS = "entered-in-one-burst", "no-reasons"
Json = dict[str, Any]


def found(supervisor: Client, case: Case, rule: str) -> Json:
    """The finding of a rule about a case, once it is there."""

    def look() -> list[Json]:
        page = supervisor.get("/findings", rule=rule, limit="100").expect(200)
        return [each for each in page["findings"] if each["number"] == case.number]

    findings: list[Json] = wait(look, f"{rule} of {case.number}")
    return findings[0]


def is_told(person: Client, finding: str) -> bool:
    """Whether a message in somebody's inbox names the finding."""
    messages = person.get("/messages").expect(200)["messages"]
    kinds = [message["kind"] for message in messages if finding in message["text"]]
    return kinds == ["supervision.finding"]


def counts(city: City, rule: str) -> Json:
    """What everybody reads of a rule's findings."""
    page: Json = city.anybody().get(f"/supervision-rules/{rule}").expect(200).body
    return dict(page["counts"])


def test_a_burst_and_a_refusal_without_reasons_are_found_and_judged(city: City) -> None:
    supervisor = city.person(SUPERVISOR)
    before = counts(city, REASONS)
    case = reviewed(city)
    case.act("urb-approver", "refuse", reasons=["不行。"])
    wait(lambda: case.record()["ended_at"], "the end: nothing blocks the case")
    burst, silent = found(supervisor, case, BURST), found(supervisor, case, REASONS)
    page = supervisor.get(f"/findings/{silent['id']}").expect(200)
    assert (page["severity"], page["why"]["characters"], page["status"]) == ("grave", 2, "raised")
    false = {"reasons": ["The clerk typed in what the hall had on paper, by order."]}
    judged = supervisor.post(f"/findings/{burst['id']}/false-alarm", false).expect(200)
    assert judged["status"] == "false"
    order = {"text": "Say why the applicant was told nothing."}
    taken = supervisor.post(f"/findings/{silent['id']}/matter", order).expect(201)
    supervisor.post(f"/findings/{silent['id']}/matter", order).expect(409, "finding-judged")
    matter = supervisor.get(f"/supervision-matters/{taken['matter']}").expect(200)
    assert (matter["number"], matter["cause"]) == (case.number, {"finding": silent["id"]})
    wait(lambda: counts(city, REASONS)["taken_up"] > before["taken_up"], "the public number")
    wait(lambda: is_told(supervisor, str(silent["id"])), "the message")
    city.person("o-zhou-tao").get("/findings").expect(403, "not-allowed")


def test_a_threshold_is_tried_and_then_changed_by_two_persons(city: City) -> None:
    supervisor, administrator = city.person(SUPERVISOR), city.person(ADMINISTRATOR)
    case = reviewed(city)
    case.act("urb-approver", "refuse", reasons=["招牌遮挡消防登高面。"])
    rule = f"/supervision-rules/{REASONS}"
    harder = {"thresholds": {"characters": 100}, "months": 1}
    cases = total = 0
    cursor: Json = {}
    while True:
        tried = supervisor.post(f"{rule}/dry-run", {**harder, **cursor}).expect(200)
        cases, total = cases + tried["cases"], total + tried["found"]
        if tried["next_cursor"] is None:
            break
        cursor = {"cursor": tried["next_cursor"]}
    assert cases >= 1 and total >= 1
    wanted = {"thresholds": {"characters": 7}, "reasons": ["Six characters say too little."]}
    proposal = supervisor.post(f"{rule}/changes", wanted).expect(201)["proposal"]
    approval = {"proposal": proposal}
    supervisor.post(f"{rule}/changes/approval", approval).expect(403, "not-allowed")
    administrator.post(f"{rule}/changes/approval", approval).expect(200)
    shown = city.anybody().get(rule).expect(200)
    assert shown["thresholds"][0]["value"] == 7
    assert shown["changes"][-1]["thresholds"] == {"characters": 7}
    assert SUPERVISOR not in str(shown.body)
