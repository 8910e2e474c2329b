"""What an office writes for the parties reaches them, with whose views are whose for the office."""

from typing import Any

import pytest

from chalicelib import authority
from chalicelib.casework.acts import (
    AnswerExtension,
    AskExtension,
    BeginProcedure,
    CompleteTask,
    EndProcedure,
    OrderRefund,
    Pay,
    RecordCertificate,
    StateViews,
)
from chalicelib.casework.views import pages
from chalicelib.casework.views.case_history import matters
from chalicelib.kernel.journal import Actor
from tests.support.builders.case_walks import HEAD, led, officer
from tests.support.builders.cases import APPLICANT, REVIEWER, Desk

NEIGHBOUR = Actor("p-neighbour")


def texts(desk: Desk) -> dict[str, list[str]]:
    """What the parties are told, by act."""
    return {told["act"]: told["texts"] for told in matters(desk.case)["notices"]}


def test_why_the_limit_moves_and_what_came_of_it_is_told() -> None:
    desk = led("heard-licence", "accept", procedures=["expert_review"])
    desk.do(BeginProcedure("expert_review", 5, "The soil is to be examined.", "report 7"), REVIEWER)
    desk.do(EndProcedure("1", "The soil is sound."), REVIEWER)
    desk.do(AskExtension(3, ("Five reports are to be read.",)), REVIEWER)
    desk.do(AnswerExtension(True, ("It is a large building.",)), HEAD)
    assert texts(desk) == {
        "ProcedureBegun": ["The soil is to be examined."],
        "ProcedureEnded": ["The soil is sound."],
        "ExtensionGranted": ["It is a large building."],
    }


def test_why_money_is_given_back_is_told() -> None:
    desk = led("fee-licence", "accept", "review", "approve")
    desk.do(
        CompleteTask(desk.open("assess"), "assessed", fee_fen=500), officer(desk.case, "assess")
    )
    desk.do(Pay("paid", "o1", 500), Actor())
    desk.do(OrderRefund(("The street was never opened.",)), HEAD)
    assert texts(desk)["RefundOrdered"] == ["The street was never opened."]


def test_how_a_result_was_sent_is_told_and_no_agents_id() -> None:
    desk = led("heard-licence", "accept", "review", "approve", "issue")
    desk.do(
        CompleteTask(desk.open("deliver"), "delivered", way="post", tracking="EMS-7"),
        officer(desk.case, "deliver"),
    )
    assert texts(desk) == {"ResultDelivered": ["EMS-7"]}


def test_the_office_knows_whose_views_it_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authority, "post_of", lambda post: {"title": {}, "department": "URB"})
    desk = led("heard-licence", "accept")
    told: dict[str, Any] = {
        "reasons": ("A wall is planned.",),
        "parties": ({"person": "p-neighbour", "relation": "next door"},),
    }
    desk.do(CompleteTask(desk.open("review"), "inform", **told), REVIEWER)
    desk.do(StateViews("Fine with me."), APPLICANT)
    desk.do(StateViews("My light!"), NEIGHBOUR)
    said = [
        (r["relation"], r["reasons"])
        for r in pages.remarks(desk.case)
        if r["act"] == "StatementMade"
    ]
    assert said == [("applicant", ["Fine with me."]), ("next door", ["My light!"])]


def test_who_was_only_told_of_a_case_does_not_learn_what_the_applicant_pays_and_is_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(authority, "post_of", lambda post: {"title": {}, "department": "URB"})
    monkeypatch.setattr(
        pages.catalog, "version", lambda *of: {"name": {}, "appeal": [], "form": {}}
    )
    desk = led("heard-licence", "accept", procedures=["expert_review"])
    desk.do(BeginProcedure("expert_review", 5, "The soil is to be examined.", "report 7"), REVIEWER)
    desk.do(EndProcedure("1", "The soil is sound."), REVIEWER)
    for step in ("review", "approve"):
        desk.do(
            CompleteTask(desk.open(step), desk.case.flow.steps[step].plain),
            officer(desk.case, step),
        )
    desk.do(RecordCertificate("c-1"), Actor())
    desk.do(
        CompleteTask(desk.open("deliver"), "delivered", way="post", tracking="EMS-7"),
        officer(desk.case, "deliver"),
    )
    shown = [notice["act"] for notice in pages.party(desk.case)["matters"]["notices"]]
    assert shown == ["ProcedureBegun", "ProcedureEnded"] and "ResultDelivered" in texts(desk)
