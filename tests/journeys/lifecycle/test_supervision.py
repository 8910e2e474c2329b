"""A card obliges: whoever broke a limit answers for it, supervision rules, and everybody can read
it.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from infra.local.client import Json, wait
from tests.journeys.support.cases import OFFICER, Case, reviewed
from tests.journeys.support.stack import Stack

HEAD, SUPERVISOR, GOVERNMENT = (
    OFFICER["urb-head"],
    OFFICER["city-supervisor"],
    OFFICER["gov-head"],
)
ANSWER = {
    "way": "explained",
    "text": "The approver was on sick leave; a substitute has been named.",
    "summary": "An officer was ill and no substitute had been named.",
}
RULING = {
    "ruling": "upheld",
    "reasons": ["A substitute must be named on the first day of an absence."],
    "summary": "The office was late without a reason that the law knows.",
}


def _after(case: Case, day: str, days: int = 1) -> None:
    """To the first seconds of a day after ``day``."""
    zone = datetime.fromisoformat(case.receipt["at"]).tzinfo
    last = datetime.fromisoformat(day) + timedelta(days=days)
    moment = datetime.combine(last, time(0, 0, 5), zone)
    case.city.move_clock(set=moment.isoformat())


def _published(case: Case) -> list[Json]:
    path = f"/record/{case.number}/supervision"
    found: list[Json] = case.city.anybody().get(path).expect(200)["matters"]
    return found


def _card(case: Case, level: str) -> Json:
    """The card of the decision's limit as the public sees it; until there is one, time is swept."""
    for matter in _published(case):
        if matter["level"] == level and matter["cause"]["clock"] == "decision":
            return matter
    case.city.tick("deadline")
    case.city.tick("supervision")
    return {}


def _red_card(case: Case) -> Json:
    _after(case, case.page()["due"]["statutory_by"])
    return wait(lambda: _card(case, "red"), "the red card")


def _climbed(case: Case, card: Json) -> Json:
    """The card once it has left its rung; until then the minute comes again."""
    path = f"/supervision-matters/{card['id']}"

    def look() -> Json:
        case.city.tick("supervision")
        page = case.city.person(SUPERVISOR).get(path).expect(200)
        return dict(page.body) if page["rung"] != card["rung"] else {}

    return wait(look, f"somebody above the {card['rung']}")


def _kinds(case: Case, person: str, matter: str) -> set[str]:
    messages = case.city.person(person).messages("")
    return {m["kind"] for m in messages if matter in m["text"]}


def test_a_red_card_is_answered_ruled_and_published(own_stack: Stack) -> None:
    case = reviewed(own_stack.city)
    card = _red_card(case)
    assert (card["status"], card["rung"], card["department"]) == ("open", "head", "URB")
    path = f"/supervision-matters/{card['id']}"
    head, supervisor = case.city.person(HEAD), case.city.person(SUPERVISOR)
    assert wait(lambda: "supervision.card" in _kinds(case, HEAD, card["id"]), "the head to be told")

    early: Any = supervisor.post(f"{path}/ruling", RULING)
    assert (early.status, early["type"]) == (409, "urn:sunlit:problem:matter-unanswered")
    head.post(f"{path}/answer", ANSWER).expect(200)
    assert wait(
        lambda: "supervision.answered" in _kinds(case, SUPERVISOR, card["id"]),
        "the supervisor to be told",
    )
    assert supervisor.get(path).expect(200)["answers"][0]["text"] == ANSWER["text"]
    supervisor.post(f"{path}/ruling", RULING).expect(200)

    public = next(matter for matter in _published(case) if matter["id"] == card["id"])
    assert public["ruling"]["ruling"] == "upheld"
    assert public["ruling"]["summary"] == RULING["summary"]
    assert ANSWER["text"] not in str(public) and RULING["reasons"][0] not in str(public)

    def listed() -> list[Json]:
        query = {"department": "URB", "status": "ruled"}
        page = case.city.anybody().get("/published-matters", **query).expect(200)
        return [row for row in page["matters"] if row["id"] == card["id"]]

    assert wait(listed, "the list to show it")


def test_a_card_that_nobody_answers_climbs_to_the_top(own_stack: Stack) -> None:
    case = reviewed(own_stack.city)
    card = _red_card(case)
    rungs = []
    while card["due"] and card["rung"] != "government":
        _after(case, card["due"])
        card = _climbed(case, card)
        rungs.append(card["rung"])
    assert rungs == ["supervisor", "government"]
    assert wait(
        lambda: "supervision.climbed" in _kinds(case, GOVERNMENT, card["id"]),
        "the government to be told",
    )
    assert wait(lambda: own_stack.has_alarmed("matter-unanswered"), "the alarm of the unanswered")
    assert wait(lambda: own_stack.has_alarmed("matter-unruled"), "the alarm of the unruled")
    ruling = {**RULING, "ruling": "accountability", "measure": "criticism"}
    supervisor = case.city.person(SUPERVISOR)
    supervisor.post(f"/supervision-matters/{card['id']}/ruling", ruling).expect(200)
    full = supervisor.get(f"/supervision-matters/{card['id']}").expect(200)
    measure = supervisor.get(f"/supervision-matters/{full['ruling']['opened']}").expect(200)
    assert (measure["kind"], measure["measure"], measure["rung"]) == (
        "accountability",
        "criticism",
        "head",
    )
