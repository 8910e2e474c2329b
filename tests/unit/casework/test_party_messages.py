"""What applicants, interested parties and invited departments hear of a case: each of them what
concerns them, once.
"""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib import authority
from chalicelib.casework.acts import (
    AnswerExtension,
    ApplyDeadlines,
    AskExtension,
    BeginProcedure,
    Collect,
    Convene,
    Correct,
    EndProcedure,
    OrderRefund,
    Pay,
    Revoke,
    StateViews,
    Supplement,
    Withdraw,
)
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
from tests.support.builders.cases import APPLICANT, OWED, REVIEWER, Desk
from tests.support.fakes.stores import MemoryJournal, MemoryViews
from tests.unit.casework.test_moved_cases import moved
from tests.unit.casework.test_office_cases import opened
from tests.unit.casework.test_warning_messages import inboxes, tell_all

Stores = tuple[MemoryJournal, MemoryViews]
ME, NEXT_DOOR = APPLICANT.person, NEIGHBOUR.person
OFFICES = {
    "urb-head": "o-head",
    "fire-reviewer": "o-fire",
    "city-supervisor": "o-sup",
    "a-assessor": "o-assess",
}


@pytest.fixture(autouse=True)
def _city(monkeypatch: pytest.MonkeyPatch) -> None:
    def holders_of(post: str) -> list[SimpleNamespace]:
        return [SimpleNamespace(person=OFFICES[post], mail="")] if post in OFFICES else []

    monkeypatch.setattr(authority, "holders_of", holders_of)


def heard_by(memory: Stores, desk: Desk) -> dict[str, list[str]]:
    """Kinds of message by person, in the order in which they were told."""
    tell_all(desk, memory[0])
    return inboxes(memory[1])


def params(memory: Stores, kind: str) -> dict[str, Any]:
    """What the last message of a kind names."""
    return [row.data["params"] for row in memory[1].rows.values() if row.data["kind"] == kind][-1]


def test_an_applicant_hears_of_every_turn_of_the_case(memory: Stores) -> None:
    desk = led("fee-licence", "accept.supplement", procedures=["expert_review"], owed=[OWED])
    desk.do(Supplement([{"code": "sign-rendering"}, {"code": OWED}]), APPLICANT)
    go(desk, "accept")
    desk.do(BeginProcedure("expert_review", 5, "a new kind"), REVIEWER)
    desk.do(EndProcedure("1", "it stands"), REVIEWER)
    desk.do(AskExtension(5, REASONS), REVIEWER)
    desk.do(AnswerExtension(True, REASONS), HEAD)
    go(desk, "review", "approve", "assess", "pay", "issue")
    desk.do(Collect(), APPLICANT)
    go(desk, "archive")
    desk.do(Correct(2, "the right day", REASONS), HEAD)
    desk.do(OrderRefund(REASONS), HEAD)
    desk.do(Pay("order-1", "refunded", 5000))
    desk.do(Revoke(REASONS), HEAD)
    assert sorted(heard_by(memory, desk)[ME]) == sorted([
        "case.filed", "case.supplement_requested", "case.accepted", "case.procedure_begun", "case.procedure_ended",
        "case.extension_granted", "case.granted", "case.fee_assessed", "case.fee_paid", "certificate.issued",
        "case.delivered", "case.corrected", "case.refund_ordered", "case.refunded", "case.revoked",
    ])  # fmt: skip


def test_sums_are_in_yuan_ways_and_procedures_in_words(memory: Stores) -> None:
    desk = led("fee-licence", "accept", procedures=["expert_review"])
    desk.do(BeginProcedure("expert_review", 5, "a new kind"), REVIEWER)
    desk.do(EndProcedure("1", "it stands"), REVIEWER)
    go(desk, "review", "approve")
    finish(desk, "assess", fee_fen=123405)
    go(desk, "pay", "issue")
    finish(desk, "deliver", way="post", tracking="EMS-1")
    tell_all(desk, memory[0])
    assert params(memory, "case.fee_paid") == {"yuan": "1234.05"}
    assert params(memory, "case.delivered")["way"]["zh"] == "邮寄送达"
    assert params(memory, "case.procedure_begun")["procedure"]["en"] == "expert review"


@pytest.mark.parametrize(
    ("flow", "ways", "kind"),
    [
        ("licence", ("accept.not_accept",), "case.not_accepted"),
        ("licence", ("accept", "review", "approve.refuse"), "case.refused"),
        ("inspection", ("inspect", "order"), "case.ordered"),
        ("inspection", ("inspect", "order.drop"), "case.dropped"),
        (
            "promise-licence",
            ("accept", "approve", "issue", "deliver", "verify.broken"),
            "case.revoked",
        ),
        ("levy", ("accept", "assess.exempt"), "case.fee_assessed"),
    ],
)
def test_how_it_ends_is_told(memory: Stores, flow: str, ways: tuple[str, ...], kind: str) -> None:
    assert heard_by(memory, led(flow, *ways))[ME].count(kind) == 1


def test_what_time_and_others_bring_is_told(memory: Stores) -> None:
    withdrawn, tacit, lapsed = (
        led("licence"),
        led("filing", "accept", tacit=True),
        led("filing", "accept.supplement"),
    )
    withdrawn.do(Withdraw(), APPLICANT)
    tacit.wait(days=40).do(ApplyDeadlines())
    days_pass(lapsed, 20)
    late = Desk().wait(days=8)
    late.do(ApplyDeadlines())
    kinds = (
        "case.withdrawn",
        "case.granted_tacitly",
        "case.lapsed",
        "case.accepted_by_default",
        "case.moved",
    )
    for desk, kind in zip((withdrawn, tacit, lapsed, late, moved("accept")), kinds, strict=True):
        memory[0].entries.clear(), memory[1].rows.clear()
        assert heard_by(memory, desk)[ME].count(kind) == 1
    assert params(memory, "case.moved") == {"version": 2}


# Interested parties


def test_a_party_hears_that_it_may_speak_and_how_the_case_is_decided_and_nothing_else(
    memory: Stores,
) -> None:
    desk = led(
        "heard-licence", "accept", "review.inform", "hear", "approve", "issue", "deliver", "archive"
    )
    desk.do(Correct(2, "the right day", REASONS), HEAD)
    desk.do(Revoke(REASONS), HEAD)
    told = heard_by(memory, desk)
    assert told[NEXT_DOOR] == ["case.informed", "case.decided", "case.corrected", "case.revoked"]
    assert {"case.informed", "case.granted", "case.corrected", "case.revoked"} <= set(told[ME])


def test_a_party_hears_of_a_refusal_too(memory: Stores) -> None:
    desk = led("heard-licence", "accept", "review.inform", "hear", "approve.refuse")
    assert heard_by(memory, desk)[NEXT_DOOR] == ["case.informed", "case.decided"]


def test_who_was_not_told_hears_nothing(memory: Stores) -> None:
    told = heard_by(memory, led("heard-licence", "accept", "review", "approve"))
    assert NEXT_DOOR not in told and "" not in told


def test_parties_are_reminded_that_the_days_for_their_views_end(memory: Stores) -> None:
    desk = led("heard-licence", "accept", "review.inform")
    days_pass(desk, 7)
    told = heard_by(memory, desk)
    assert told[NEXT_DOOR].count("warning.reminder") == told[ME].count("warning.reminder") == 1
    assert "o-head" not in told


def test_the_applicant_alone_is_reminded_of_what_is_owed_or_to_be_paid(memory: Stores) -> None:
    owing = led(
        "licence",
        "accept",
        owed=[OWED],
        limits={**led("licence").case.rules.limits, "supplement_days": 3},
    )
    days_pass(owing, 3)
    assert heard_by(memory, owing)[ME].count("warning.reminder") == 1
    memory[0].entries.clear(), memory[1].rows.clear()
    paying = led("fee-licence", "accept", "review", "approve", "assess")
    days_pass(paying, 14)
    told = heard_by(memory, paying)
    assert told[ME].count("warning.reminder") == 1 and "o-head" not in told


# Ex officio


def test_the_person_concerned_hears_that_a_case_was_opened_not_that_one_was_filed(
    memory: Stores,
) -> None:
    told = heard_by(memory, opened("penalty", "p-zhang-wei"))
    assert told == {"p-zhang-wei": ["case.opened"]}


def test_about_somebody_without_account_nobody_is_told_online(memory: Stores) -> None:
    desk = opened("penalty", "")
    finish(desk, "investigate", "inform", parties=())
    days_pass(desk, 10)
    assert not {""} & set(heard_by(memory, desk))


def test_a_fined_person_hears_of_hearing_order_and_delivery(memory: Stores) -> None:
    desk = led("penalty", "investigate.inform", fine=FINE)
    desk.do(StateViews(hearing=True), APPLICANT)
    finish(go(desk, "hearing"), "order", amount_fen=20000)
    go(desk, "deliver", "pay", "archive")
    assert heard_by(memory, desk)[ME] == [
        "case.opened", "case.informed", "case.ordered", "case.delivered", "case.fee_paid",
    ]  # fmt: skip


# Departments


def test_invited_departments_hear_of_the_day_of_the_meeting_each_holder_once(
    memory: Stores,
) -> None:
    desk = led(
        "investment", "accept", "fire", "planning", "environment", "construction", "review.refer"
    )
    day = desk.at.date() + timedelta(days=2)
    convene = Convene(
        desk.open("meeting"), day, ["fire-reviewer", "urb-head", "fire-reviewer", "gone-post"]
    )
    desk.do(convene, officer(desk.case, "meeting"))
    told = heard_by(memory, desk)
    assert (told["o-fire"], told["o-head"]) == (
        ["case.meeting_convened"],
        ["case.meeting_convened"],
    )
    assert params(memory, "case.meeting_convened") == {"on": day.isoformat()}
    assert "case.meeting_convened" not in told[ME]


def test_an_overrun_procedure_is_named_to_the_head(memory: Stores) -> None:
    desk = led("licence", "accept", procedures=["expert_review"])
    desk.do(BeginProcedure("expert_review", 2, "a new kind"), REVIEWER)
    days_pass(desk, 3)
    told = heard_by(memory, desk)
    assert "warning.yellow" in told["o-head"]
    late = [
        row.data["params"]["clock"]["en"]
        for row in memory[1].rows.values()
        if row.data["level"] == "yellow"
    ]
    assert "expert review" in late


def test_every_kind_of_step_can_be_named_in_a_warning(memory: Stores) -> None:
    for flow, ways in {
        "heard-licence": ("accept", "review", "approve"),
        "fee-licence": ("accept", "review", "approve", "assess"),
        "reward": ("accept", "review"),
        "investment": ("accept",),
    }.items():
        memory[0].entries.clear(), memory[1].rows.clear()
        desk = led(flow, *ways)
        days_pass(desk, 40)
        tell_all(desk, memory[0])
        warned = [
            row.data["params"]["clock"]
            for row in memory[1].rows.values()
            if "warning" in row.data["kind"]
        ]
        assert warned and all(clock_["zh"] and clock_["en"] for clock_ in warned)
