"""What follows from the end of a party: its mandates end, its cases are told, its certificates are
cancelled, and nothing begins in its name.
"""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from chalicelib import certificates
from chalicelib.authority import mandates
from chalicelib.authority.acts.party_ends import PartyEndRecorded
from chalicelib.authority.mandates import use_cases
from chalicelib.authority.registers import party_ends as register
from chalicelib.casework.acts import RecordPartyEnd, Revoke, decide, fold
from chalicelib.casework.consumers import case_messages, certification, party_ends
from chalicelib.casework.use_cases import case_commands, repository
from chalicelib.casework.views import pages
from chalicelib.certificates import check_page, status_lists
from chalicelib.certificates.routes.certificates import door
from chalicelib.kernel import clock, commands, stores
from chalicelib.kernel.aggregates import ActOrigin, by_machine
from tests.support.authorized import authorized
from tests.support.builders.case_walks import HEAD, REASONS, days_pass, led
from tests.support.builders.cases import CALENDAR, MACHINE
from tests.support.builders.representation import COMPANY, Town, town
from tests.support.caller import Caller
from tests.unit.casework.test_certification import CASE, CERTIFICATE, SIGN, granted, records, told

__all__ = ["records", "town"]

CANCEL = "CertificateCancellationDue"
PAPER = "死亡医学证明"


def ends(party: str) -> str:
    """The end of a party is on record, and what follows has followed."""
    cause = "dissolution" if party.startswith("c-") else "death"
    wanted = PartyEndRecorded((party,), cause, date(2026, 3, 1), PAPER)
    prepared = register.prepare_end(wanted, ActOrigin("change#x", 1, clock.now()))
    if prepared:
        commands.commit(prepared)
    use_cases.end_all(party, PAPER)
    stream = f"party-end#{register.id_of(party)}"
    party_ends.project(stream)
    return stream


def test_mandates_given_and_taken_end(town: Town) -> None:
    town.granted("p-mother", "p-clerk")
    town.granted()
    town.offered("p-boss", "p-mother")
    ends("p-mother")
    assert [m.status(town.now) for m in use_cases.granted_by("p-mother")] == ["ended"]
    assert {m.status(town.now) for m in use_cases.offered_to("p-mother")} == {"ended"}
    assert {m.party for m in mandates.held_by("p-clerk", town.now)} == {COMPANY}
    ends(COMPANY)
    assert mandates.held_by("p-clerk", town.now) == ()


@pytest.mark.parametrize(
    ("who", "route", "body"),
    [
        ("p-mother", "POST /mandates", {"grantee": "p-clerk", "until": "2027-03-01"}),
        ("p-boss", "POST /mandates", {"party": COMPANY, "grantee": "p-x", "until": "2027-03-01"}),
        ("p-mother", "POST /applications", {}),
        ("p-boss", "POST /applications", {"on_behalf_of": COMPANY}),
    ],
)
def test_nothing_begins_in_the_name_of_who_is_no_more(
    town: Town, who: str, route: str, body: dict[str, Any]
) -> None:
    ends(COMPANY)
    ends("p-mother")
    if route.endswith("applications"):
        body = town.application(who, **body)
    refused = town.ask(who, route, body)
    assert refused.status == 409
    assert "dead or dissolved" in refused.body["detail"]


def test_each_of_its_cases_is_told_once_and_the_office_sees_it(town: Town) -> None:
    number = town.files("p-mother").body["number"]
    other = town.files("p-clerk").body["number"]
    for each in (number, other):
        town.project(each)
    stream = ends("p-mother")
    ends("p-mother")
    assert town.case(number).participants.applicant_ended
    assert not town.case(other).participants.applicant_ended
    (remark,) = pages.remarks(town.case(number))
    assert (remark["act"], remark["cause"]) == ("PartyEnded", "death")
    assert not party_ends.project(stream)


def test_a_case_that_was_filed_just_before_is_told_by_the_next_sweep(town: Town) -> None:
    number = town.files("p-mother").body["number"]
    stream = ends("p-mother")
    town.project(number)
    party_ends.project(stream, 30.0)
    assert town.case(number).participants.applicant_ended


@pytest.mark.parametrize(
    ("way", "posts"),
    [
        ((), ("urb-window",)),
        (("accept",), ("urb-reviewer",)),
        (("accept.supplement",), ("urb-head",)),
        (("accept.not_accept",), ()),
    ],
)
def test_whose_turn_it_is_hears_of_it(way: tuple[str, ...], posts: tuple[str, ...]) -> None:
    desk = led("licence", *way)
    assert desk.do(RecordPartyEnd("death")) == ["PartyEnded"]
    assert tuple(desk.entries[-1].acts[0].data["posts"]) == posts
    assert desk.do(RecordPartyEnd("death")) == []


def test_holders_of_the_post_are_told_in_words(town: Town) -> None:
    number = town.files("p-mother").body["number"]
    town.project(number)
    ends("p-mother")
    case = town.case(number)
    common = {
        "case": case.id,
        "seq": case.seq,
        "act": 0,
        "number": number,
        "at": clock.stamp(town.now),
    }
    detail = {**common, "posts": ["urb-window"]}
    case_messages.tell({"detail-type": "PartyEnded", "detail": detail})
    (message,) = town.ask("o-win", "GET /messages").body["messages"]
    assert "dead or dissolved" in message["text"] and number in message["text"]
    assert town.ask("p-mother", "GET /messages").body["messages"] == []


def test_a_forgotten_case_takes_nothing_private() -> None:
    desk = led("licence", "accept.not_accept")
    days_pass(desk, 1)
    forgotten = replace(fold(desk.entries), is_forgotten=True)
    acts = decide(forgotten, RecordPartyEnd("death"), MACHINE, desk.at, CALENDAR)
    assert [(act.type, dict(act.private)) for act in acts] == [("PartyEnded", {})]


def party_ended() -> None:
    case_commands.execute(CASE, RecordPartyEnd("death"), by_machine)


def status() -> dict[str, Any]:
    return dict(
        Caller(door)("GET", "/certificates/{certificate}/status", certificate=CERTIFICATE).body
    )


def test_the_certificate_of_who_is_no_more_is_cancelled_and_not_revoked(records: Any) -> None:
    granted(records)
    told(SIGN)
    party_ended()
    for _ in range(2):
        told(CANCEL)
    shown = status()
    assert (shown["status"], shown["revoked_at"]) == ("cancelled", None) and shown["cancelled_at"]
    page = check_page.page(certificates.read(CERTIFICATE), clock.now(), "zh-CN")
    assert "已注销" in page and "已撤销" not in page
    token = status_lists.token(0)
    assert token != "" and len(stores.journal().read(f"certificate#{CERTIFICATE}")) == 2
    assert len(stores.journal().read("revocations#0")) == 1


def test_what_is_cancelled_can_lose_its_decision_and_stays_cancelled(records: Any) -> None:
    granted(records)
    told(SIGN)
    party_ended()
    told(CANCEL)
    case_commands.execute(CASE, Revoke(REASONS), authorized(HEAD), None)
    told("CertificateRevocationDue")
    assert status()["status"] == "cancelled"


def test_what_is_revoked_is_not_cancelled(records: Any) -> None:
    granted(records)
    told(SIGN)
    certificates.revoke(CERTIFICATE, "mistaken", clock.now())
    party_ended()
    told(CANCEL)
    assert status()["status"] == "revoked"


def test_a_certificate_that_is_signed_after_the_end_is_cancelled_at_once(records: Any) -> None:
    granted(records)
    party_ended()
    told(SIGN)
    assert repository.load(CASE)[0].decision.certificate == CERTIFICATE
    assert status()["status"] == "cancelled"
    assert certification.ENDED == "holder-ended"
