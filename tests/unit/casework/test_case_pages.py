"""How a case is shown: to the public without texts and persons, to a party what it is told, to its
own in full.
"""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from chalicelib import authority
from chalicelib.casework.acts import (
    AnswerExtension,
    ApplyDeadlines,
    AskExtension,
    BeginProcedure,
    Case,
    CompleteTask,
    Convene,
    Correct,
    LinkCase,
    OrderRefund,
    Pay,
    Revoke,
    StateViews,
)
from chalicelib.casework.views import pages, term_page
from chalicelib.kernel import schemas, visibility
from tests.support.builders.case_walks import (
    FINE,
    HEAD,
    NEIGHBOUR,
    REASONS,
    days_pass,
    finish,
    go,
    led,
    officer,
)
from tests.support.builders.cases import APPLICANT, MONDAY, OWED, REVIEWER, Desk
from tests.support.builders.filings import city
from tests.unit.casework.test_moved_cases import moved

TITLE = {"zh": "岗位", "en": "Post"}


@pytest.fixture(autouse=True)
def _city(memory: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with city(monkeypatch, "shop-sign"):
        monkeypatch.setattr(
            authority, "post_of", lambda post: {"title": TITLE, "department": "URB"}
        )
        yield


def fits(schema: str, shown: dict[str, Any]) -> dict[str, Any]:
    """What is shown, if it is as the schema says."""
    assert [error.message for error in schemas.named(schema).iter_errors(shown)] == []
    return shown


def rich() -> Desk:
    """A case to which everything happened that leaves texts."""
    desk = led("fee-licence", "accept", procedures=["expert_review"], owed=[OWED], on_promise=True)
    desk.do(BeginProcedure("expert_review", 5, "SECRET ground", "SECRET evidence"), REVIEWER)
    desk.do(AskExtension(5, ["SECRET need"]), REVIEWER)
    desk.do(AnswerExtension(True, ["TOLD reason"]), HEAD)
    desk.do(Correct(2, "TOLD correction", ["TOLD cause"]), HEAD)
    desk.do(LinkCase("appeal", "GOV-2026-W-000001"))
    return desk


def met() -> Desk:
    desk = led(
        "investment", "accept", "fire", "planning", "environment", "construction", "review.refer"
    )
    convene = Convene(desk.open("meeting"), desk.at.date(), ["fire-reviewer"])
    desk.do(convene, officer(desk.case, "meeting"))
    finish(desk, "meeting", resolution="approve", minutes="SECRET minutes")
    return desk


def heard() -> Desk:
    desk = led("penalty", "investigate.inform", fine=FINE)
    desk.do(StateViews("SECRET views"), NEIGHBOUR)
    desk.do(StateViews(hearing=True), APPLICANT)
    finish(go(desk, "hearing"), "order", amount_fen=20000, measure="TOLD measure")
    return desk


CASES = [
    rich,
    met,
    heard,
    lambda: led("reward", "accept", "review"),
    lambda: moved("accept"),
    lambda: late(),
]


def late() -> Desk:
    desk = Desk()
    days_pass(desk, 60)
    return desk


@pytest.mark.parametrize("make", CASES)
def test_the_public_record_fits_its_schema_and_keeps_every_text_and_person_to_itself(
    make: Any,
) -> None:
    shown = json.dumps(fits("record", pages.public_record(make().case, MONDAY)), ensure_ascii=False)
    assert not [
        word
        for word in ("SECRET", "TOLD", *REASONS, NEIGHBOUR.person, APPLICANT.person, "李娜")
        if word in shown
    ]


@pytest.mark.parametrize("make", CASES)
def test_each_reader_gets_what_its_schema_says(make: Any) -> None:
    case: Case = make().case
    fits("progress", pages.progress(case))
    fits("case", pages.full(case))
    fits("case", {**pages.full(case), "remarks": pages.remarks(case)})
    fits("case", pages.party(case))


def test_the_course_tells_what_happened_beside_the_steps() -> None:
    course = pages.record(rich().case)["course"]
    assert (course["ex_officio"], course["on_promise"], course["extended_days"]) == (False, True, 5)
    assert [(p["kind"], p["days"], p["ended_on"]) for p in course["procedures"]] == [
        ("expert_review", 5, None)
    ]
    assert course["links"] == [{"relation": "appeal", "number": "GOV-2026-W-000001"}]
    assert [made["entry"] for made in course["corrections"]] == [2]


def test_a_meeting_shows_departments_and_day() -> None:
    (meeting,) = pages.record(met().case)["course"]["meetings"]
    assert (meeting["on"], meeting["invited"][0]["title"]) == (MONDAY.date().isoformat(), TITLE)


def test_how_many_were_told_is_public_who_is_not() -> None:
    assert pages.record(heard().case)["course"]["parties_told"] == 1


def test_a_party_reads_what_it_is_told_and_not_the_applicants_papers() -> None:
    shown = pages.party(led("heard-licence", "accept", "review.inform", owed=[OWED]).case)
    assert not {"form", "contact", "materials", "certificate"} & set(shown)
    assert (shown["matters"]["told"], shown["matters"]["owed"], shown["applicant"]) == (
        list(REASONS),
        [],
        "李*",
    )


def test_the_applicant_reads_what_is_owed_ordered_paid_and_corrected() -> None:
    shown = pages.full(rich().case)["matters"]
    assert (shown["owed"], shown["extension"]) == ([OWED], {"days": 5, "status": "granted"})
    assert shown["corrections"][0]["text"] == "TOLD correction"
    fined = pages.full(heard().case)["matters"]
    assert (fined["measure"], fined["fee"]["due_fen"]) == ("TOLD measure", 20000)


def test_money_is_shown_as_it_comes_and_goes() -> None:
    desk = led("fee-licence", "accept", "review", "approve", "assess", "pay")
    assert pages.full(desk.case)["matters"]["fee"] == {
        "due_fen": 5000,
        "paid_fen": 5000,
        "refunded": False,
    }
    desk.do(OrderRefund(REASONS), HEAD)
    desk.do(Pay("order-1", "refunded", 5000))
    assert pages.full(desk.case)["matters"]["fee"]["refunded"] is True


def test_the_office_reads_opinions_views_minutes_and_why_an_extension_was_asked() -> None:
    said = [
        text
        for case in (rich().case, met().case, heard().case)
        for r in pages.remarks(case)
        for text in r["reasons"]
    ]
    assert {"SECRET need", "SECRET minutes", "SECRET views"} <= set(said)


# Dates


def test_the_dates_shown_move_with_stops_and_extension() -> None:
    plain = pages.due(led("fee-licence", "accept").case)
    assert (plain["decide_by"], plain["statutory_by"]) == ("2026-03-16", "2026-03-30")
    moved_on = pages.due(rich().case)
    assert (moved_on["decide_by"], moved_on["statutory_by"]) == ("2026-03-30", "2026-04-14")


def test_who_is_to_supplement_sees_until_when() -> None:
    assert (
        pages.due(led("heard-licence", "accept.supplement").case)["supplement_by"] == "2026-03-16"
    )
    assert pages.due(led("heard-licence").case)["accept_by"] == "2026-03-09"
    assert pages.due(led("heard-licence", "accept", "review", "approve").case) == {}


# Steps that nobody did


def test_a_step_that_time_completed_says_so_and_one_that_an_officer_did_does_not() -> None:
    desk = Desk().wait(days=8)
    desk.do(CompleteTask("review.2", "pass"), REVIEWER)
    steps = {step["step"]: step["by_default"] for step in pages.record(desk.case)["steps"]}
    assert steps == {"accept": True, "review": False, "approve": False}


def test_an_acceptance_by_time_is_not_shown_as_the_officers_in_whose_entry_it_stands() -> None:
    desk = Desk().wait(days=8)
    desk.do(CompleteTask("review.2", "pass"), REVIEWER)
    visit = desk.case.visits["accept.0"]
    assert (visit.by, visit.post, pages.record(desk.case)["accepted_by_default"]) == ("", "", True)


def test_views_that_were_not_stated_and_objections_that_were_not_made_are_by_default() -> None:
    desk = led("reward", "accept", "review")
    desk.wait(days=10).do(ApplyDeadlines())
    assert [step["by_default"] for step in pages.record(desk.case)["steps"]] == [
        False,
        False,
        True,
        False,
    ]


# Ways of appeal


@pytest.mark.parametrize(
    ("flow", "ways", "shows"),
    [
        ("heard-licence", ("accept", "review", "approve.refuse"), True),
        ("heard-licence", ("accept.not_accept",), True),
        ("penalty", ("investigate", "order"), True),
        ("promise-licence", ("accept", "approve", "issue", "deliver", "verify.broken"), True),
        ("heard-licence", ("accept", "review"), False),
        ("penalty", ("investigate", "order.drop"), False),
    ],
)
def test_who_is_burdened_by_a_decision_is_told_how_to_appeal(
    flow: str, ways: tuple[str, ...], shows: bool
) -> None:
    assert bool(pages.progress(led(flow, *ways).case)["appeal"]) is shows


def test_a_revoked_decision_shows_why_and_how_to_appeal() -> None:
    desk = led("heard-licence", "accept", "review", "approve", "issue", "deliver", "archive")
    desk.wait(days=30).do(Revoke(["TOLD reason"]), HEAD)
    shown = pages.progress(desk.case)
    assert (shown["status"], shown["reasons"], bool(shown["appeal"])) == (
        "revoked",
        ["TOLD reason"],
        True,
    )
    assert desk.at - MONDAY == timedelta(days=30)


# The account of the term


def test_everybody_reads_the_same_numbers_and_the_words_only_whom_they_are_for() -> None:
    desk = rich()
    shown = fits("term", term_page.term(desk.case, desk.at))
    seen = {viewer: visibility.show("term", shown, viewer) for viewer in visibility.SEES}
    public, party, office = seen["public"], seen["party"], seen["office"]
    [statutory] = [each for each in public["limits"] if each["limit"] == "statutory"]
    assert statutory["stops"] and statutory["extended"]
    for limit, told, known in zip(public["limits"], party["limits"], office["limits"], strict=True):
        for stop, said, kept in zip(limit["stops"], told["stops"], known["stops"], strict=True):
            assert stop.items() <= said.items() <= kept.items()
            assert not {"ground", "evidence"} & set(stop)
            assert said["ground"] and "evidence" not in said and "evidence" in kept
    assert "reasons" not in public["extension"] and party["extension"]["reasons"]
    assert json.dumps(public["limits"]).count("due_on") == len(shown["limits"])
