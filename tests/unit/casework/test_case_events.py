"""What the bus is told of a case: every kind of event as its published schema says, and no person
in any.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.casework.acts import (
    DECLARED,
    AnswerExtension,
    ApplyDeadlines,
    AskExtension,
    BeginProcedure,
    Collect,
    CompleteTask,
    Convene,
    Correct,
    EndProcedure,
    FileObjection,
    OrderRefund,
    Pay,
    RecordPartyEnd,
    RecordReplacement,
    RecountLimits,
    Revoke,
    StateViews,
    Supplement,
    Withdraw,
    fold,
)
from chalicelib.casework.consumers import case_messages
from chalicelib.casework.execution import events
from chalicelib.kernel import schemas
from chalicelib.kernel.bus import Event
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
from tests.support.builders.cases import APPLICANT, CALENDAR, LIMITS, OWED, REVIEWER, Desk
from tests.unit.casework.test_moved_cases import moved

STREAM = "case#" + "a" * 26  # as the ids of real cases are
TOLD_OF = {name for name, row in DECLARED.items() if row.event is not None}
AT_WINDOWS = {"WindowAssisted"}  # no rule of the flow brings it
OF_CERTIFICATES = {
    "CertificateDue",
    "CertificateRevocationDue",
    "CertificateCancellationDue",
}


def granted() -> Desk:
    """A procedure, an extension, a fee, a refund, a correction and a revocation on the way."""
    desk = led("fee-licence", "accept", procedures=["expert_review"], owed=[OWED])
    desk.do(BeginProcedure("expert_review", 5, "a new kind", "letter"), REVIEWER)
    desk.do(EndProcedure("1", "it stands"), REVIEWER)
    desk.do(AskExtension(5, REASONS), REVIEWER)
    desk.do(AnswerExtension(True, REASONS), HEAD)
    desk.do(Supplement([{"code": OWED}]), APPLICANT)
    go(desk, "review", "approve", "assess", "pay", "issue")
    desk.do(Collect(), APPLICANT)
    go(desk, "archive")
    desk.do(Correct(2, "the right day", REASONS), HEAD)
    desk.do(Correct(1, "the right name", REASONS, name="李娜娜", is_certified=True), HEAD)
    desk.do(RecordReplacement(desk.case.next_certificate))
    desk.do(OrderRefund(REASONS), HEAD)
    desk.do(Pay("order-1", "refunded", 5000))
    desk.do(Revoke(REASONS), HEAD)
    return desk


def met() -> Desk:
    desk = led(
        "investment", "accept", "fire", "planning", "environment", "construction", "review.refer"
    )
    desk.do(
        Convene(desk.open("meeting"), desk.at.date() + timedelta(days=1), ["urb-head"]),
        officer(desk.case, "meeting"),
    )
    desk.wait(days=1)
    finish(desk, "meeting", resolution="refuse")
    return go(desk, "approve.refuse")


def heard() -> Desk:
    desk = led("penalty", "investigate.inform", fine=FINE)
    desk.do(StateViews(hearing=True), NEIGHBOUR)
    finish(go(desk, "hearing"), "order", amount_fen=20000)
    finish(desk, "deliver", way="post", tracking="EMS-1")
    days_pass(desk, 30)
    return go(desk, "urge", "archive")


def late() -> Desk:
    """Everything comes too late, and is warned of."""
    desk = Desk("filing", limits=LIMITS | {"supplement_days": 5}, tacit=True)
    days_pass(desk, 60)
    return desk


def accepted_late() -> Desk:
    desk = Desk()
    desk.wait(days=8).do(CompleteTask("review.2", "pass"), REVIEWER)
    return desk


def opposed() -> Desk:
    desk = led("reward", "accept", "review")
    desk.do(FileObjection("no"), NEIGHBOUR)
    days_pass(desk, 20)
    return go(desk, "recheck", "approve", "issue", "archive")


def withdrawn() -> Desk:
    desk = led("heard-licence", "accept", "review.inform")
    desk.do(Withdraw("moved away"), APPLICANT)
    return desk


def overdue() -> Desk:
    desk = led("licence", "accept", procedures=["expert_review"])
    desk.do(BeginProcedure("expert_review", 2, "a new kind"), REVIEWER)
    days_pass(desk, 60)
    return desk


def recounted() -> Desk:
    """The city has worked on a day that was to be off."""
    desk = led("licence", "accept")
    desk.do(RecountLimits(f"{CALENDAR.edition} 2026-03-18"))
    return desk


WALKS: list[Callable[[], Desk]] = [
    granted,
    met,
    heard,
    late,
    accepted_late,
    opposed,
    withdrawn,
    overdue,
    recounted,
    lambda: moved("accept"),
    lambda: led("promise-licence", "accept", "approve", "issue", "deliver", "verify.broken"),
    lambda: led("licence", "accept.not_accept"),
    lambda: led("licence", "accept.supplement"),
    lambda: led("inspection", "inspect", "order.drop"),
    lambda: led("levy", "accept", "assess.exempt", "order"),
    lambda: lapsed(),
    lambda: ended("accept", "review", "approve", "issue"),
]


def ended(*steps: str) -> Desk:
    desk = led("licence", *steps)
    desk.do(RecordPartyEnd("death"))
    return desk


def lapsed() -> Desk:
    desk = led("fee-licence", "accept", "review", "approve", "assess")
    days_pass(desk, 30)
    return desk


def told(desk: Desk) -> list[Event]:
    """All that the bus hears of a case, entry by entry as delivery tells it."""
    entries = [replace(entry, stream=STREAM) for entry in desk.entries]
    return [
        event
        for n, entry in enumerate(entries, 1)
        for event in events.of_entry(fold(entries[:n]), entry)
    ]


@pytest.mark.parametrize("walk", WALKS)
def test_every_event_is_as_its_schema_says_and_names_nobody(walk: Callable[[], Desk]) -> None:
    desk = walk()
    persons = {entry.actor.person for entry in desk.entries} | {
        NEIGHBOUR.person,
        APPLICANT.person,
    } - {""}
    for event in told(desk):
        schema = schemas.named(f"events/{event.type}.v1")
        assert [error.message for error in schema.iter_errors(dict(event.detail))] == []
        said = json.dumps(event.detail, ensure_ascii=False)
        assert not [person for person in persons - {""} if person in said]
        assert not [
            private for private in ("李娜", "13800001234", "面馆", *REASONS) if private in said
        ]


def test_every_event_is_told_of_some_case() -> None:
    seen = {event.type for walk in WALKS for event in told(walk())}
    assert seen == TOLD_OF - AT_WINDOWS | OF_CERTIFICATES


def test_told_late_and_all_at_once_the_events_are_the_same() -> None:
    """Delivery may find several entries at once: the case is then further than each of them."""
    for walk in (granted, heard, opposed):
        desk = walk()
        entries = [replace(entry, stream=STREAM) for entry in desk.entries]
        at_once = [event for entry in entries for event in events.of_entry(fold(entries), entry)]
        named: Any = [
            (e.type, e.detail["seq"], e.detail["act"])
            for e in at_once
            if e.type not in OF_CERTIFICATES
        ]
        assert named == [
            (e.type, e.detail["seq"], e.detail["act"])
            for e in told(desk)
            if e.type not in OF_CERTIFICATES
        ]
        due = [event.detail["seq"] for event in at_once if event.type == "CertificateDue"]
        assert due == [
            event.detail["seq"] for event in told(desk) if event.type == "CertificateDue"
        ]


def test_a_certificate_is_due_once_and_its_revocation_only_where_there_is_one() -> None:
    issued_and_corrected = [event.type for event in told(granted())].count("CertificateDue")
    assert issued_and_corrected == 2
    assert [
        event.type for event in told(led("licence", "accept", "review", "approve", "issue"))
    ].count("CertificateDue") == 1
    assert [event.type for event in told(granted())].count("CertificateRevocationDue") == 1
    unsigned = led("licence", "accept", "review", "approve")
    unsigned.do(Revoke(REASONS), HEAD)
    assert "CertificateRevocationDue" not in {event.type for event in told(unsigned)}


def test_what_silence_grants_is_certified_too() -> None:
    desk = led("renewal", "accept", tacit=True)
    desk.wait(days=40).do(ApplyDeadlines())
    assert [event.type for event in told(desk)][-2:] == ["CaseGrantedTacitly", "CertificateDue"]


def test_whoever_is_told_has_words_for_every_event_and_every_limit() -> None:
    messages = {name: row.message for name, row in DECLARED.items() if row.message}
    assert set(messages) == TOLD_OF
    to_offices = {name for name, message in messages.items() if message.offices}
    assert to_offices == {"WarningRaised", "MeetingConvened", "PartyEnded", "CaseAcceptedByDefault"}
    to_parties = {name for name, message in messages.items() if message.parties}
    assert all(messages[name].applicant for name in to_parties)
    named = schemas.load("item")["properties"]["limits"]["properties"]["special_procedures"][
        "items"
    ]["enum"]
    assert set(case_messages.PROCEDURES) == set(named)
