"""Appeals and renewals: about one's own earlier case, in time, while there is a decision or a
licence.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib import authority
from chalicelib.casework.acts import LinkCase, Revoke
from chalicelib.casework.execution import delivery
from chalicelib.casework.use_cases import file_case, repository
from chalicelib.intake import filing, related_case
from chalicelib.kernel import aws, bus, stores
from chalicelib.kernel.authorization import Principal
from chalicelib.kernel.journal import Actor, Request
from tests.support.builders.case_walks import HEAD, NEIGHBOUR, REASONS, finish, go, led
from tests.support.builders.cases import MONDAY, Desk
from tests.support.builders.filings import (
    LI_NA,
    NUMBER,
    Storage,
    body,
    city,
    example,
    faults_of,
    on_record,
    uploaded,
)
from tests.support.fakes.stores import MemoryJournal

APPEAL, RENEWAL = "reconsideration", "shop-sign-renewal"
REFUSED = ("accept", "review", "approve.refuse")
GRANTED = ("accept", "review", "approve", "issue")
CERTIFICATE = "URB-2026-W-000001-1"
LAST_DAY = date(2029, 3, 2)


@pytest.fixture
def records(memory: Any) -> MemoryJournal:
    return memory[0]  # type: ignore[no-any-return]


@pytest.fixture
def storage(memory: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Storage]:
    with city(monkeypatch, APPEAL, RENEWAL) as files:
        yield files


@pytest.fixture
def certificate(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The permit that the earlier case granted."""
    issued = SimpleNamespace(last_day=LAST_DAY)
    monkeypatch.setattr(
        related_case.certificates, "read", lambda name: {CERTIFICATE: issued}[name], raising=False
    )
    return issued


def appeal(about: str = NUMBER, **answers: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "delay_reason": None,
        "learned_on": "2026-03-02",
        "by_representative": False,
        "requests": ["revoke"],
    }
    form = example(APPEAL, **(plain | answers))
    return body(APPEAL, [], form, **({"about": about} if about else {}))


def renewal(storage: Storage, about: str = NUMBER) -> dict[str, Any]:
    form = example(RENEWAL, large_sign=False, lease_renewed=False)
    return body(RENEWAL, uploaded(storage, "current-photograph"), form, about=about)


def faults_about(application: dict[str, Any], **when: Any) -> list[str]:
    """What is wrong with the earlier case that it names, if anything."""
    return [message for field, message in faults_of(application, **when) if field == "/about"]


# Appeals


@pytest.mark.parametrize(
    ("flow", "ways"),
    [
        ("licence", REFUSED),
        ("licence", ("accept.not_accept",)),
        ("licence", GRANTED),
        ("inspection", ("inspect", "order")),
    ],
)
def test_a_decision_is_appealed_against(
    storage: Storage, records: MemoryJournal, flow: str, ways: tuple[str, ...]
) -> None:
    on_record(led(flow, *ways), records)
    made = filing.application(LI_NA, appeal(), MONDAY)
    assert (
        made.facts["about"] == {"relation": "appeal", "number": NUMBER}
        and "expires_on" not in made.facts
    )
    case = file_case.file_case(made, Actor(LI_NA.person), Request("key", "body")).state
    assert case.submission.about == {"relation": "appeal", "number": NUMBER}


def test_somebody_elses_licence_and_an_absent_one_are_answered_alike(
    storage: Storage, records: MemoryJournal, certificate: SimpleNamespace
) -> None:
    on_record(led("licence", *GRANTED), records)
    stranger = Principal("p-stranger", "王芳")
    for number in (NUMBER, "URB-2026-W-000009", "DPF-2026-W-000001"):
        faults = faults_of(renewal(storage, number), person=stranger)
        assert ("/about", "about-unknown") in faults


def test_an_appeal_is_about_a_case_that_there_is(storage: Storage, records: MemoryJournal) -> None:
    on_record(led("licence", *REFUSED), records)
    assert faults_about(appeal("URB-2026-W-000009")) == ["about-unknown"]
    assert faults_about(appeal("DPF-2026-W-000001")) == ["about-unknown"]


def test_who_was_not_told_is_taken_for_examination(
    storage: Storage, records: MemoryJournal
) -> None:
    on_record(led("licence", *REFUSED), records)
    made = filing.application(Principal("p-stranger", "王芳"), appeal(), MONDAY)
    assert made.facts["about"] == {"relation": "appeal", "number": NUMBER}


def test_an_act_that_no_case_here_holds_is_taken_for_examination(storage: Storage) -> None:
    made = filing.application(LI_NA, appeal(""), MONDAY)
    assert "about" not in made.facts


def test_who_was_told_of_a_decision_may_appeal_against_it(
    storage: Storage, records: MemoryJournal
) -> None:
    on_record(led("heard-licence", "accept", "review.inform", "hear", "approve"), records)
    made = filing.application(Principal(NEIGHBOUR.person, "王芳"), appeal(), MONDAY)
    assert made.facts["about"]["number"] == NUMBER


@pytest.mark.parametrize("ways", [(), ("accept",), ("accept", "review")])
def test_what_is_not_decided_is_not_appealed_against(
    storage: Storage, records: MemoryJournal, ways: tuple[str, ...]
) -> None:
    on_record(led("licence", *ways), records)
    assert faults_about(appeal()) == ["not-decided-yet"]


def test_what_was_dropped_burdens_nobody_and_is_not_appealed_against(
    storage: Storage, records: MemoryJournal
) -> None:
    on_record(led("inspection", "inspect", "order.drop"), records)
    assert faults_about(appeal()) == ["not-decided-yet"]


def test_the_days_of_an_appeal_run_from_the_decision_and_end_with_the_last_of_them(
    storage: Storage, records: MemoryJournal
) -> None:
    on_record(led("licence", *REFUSED), records)
    # The sixtieth day is the 1st of May, a holiday: the 6th is the first day that is worked.
    last = MONDAY + timedelta(days=65)
    assert filing.application(LI_NA, appeal(), last).facts["about"]
    assert faults_about(appeal(), now=last + timedelta(days=1)) == ["appeal-too-late"]


def test_who_is_late_with_a_reason_is_heard_the_office_judges_it(
    storage: Storage, records: MemoryJournal
) -> None:
    on_record(led("licence", *REFUSED), records)
    late = MONDAY + timedelta(days=300)
    assert filing.application(
        LI_NA, appeal(delay_reason="I was in hospital until yesterday."), late
    ).facts["about"]


def test_a_revocation_is_appealed_against_from_its_own_day(
    storage: Storage, records: MemoryJournal
) -> None:
    desk = led("licence", *GRANTED)
    desk.wait(days=100).do(Revoke(REASONS), HEAD)
    on_record(desk, records)
    assert filing.application(LI_NA, appeal(), desk.at + timedelta(days=61)).facts["about"]
    assert faults_about(appeal(), now=desk.at + timedelta(days=62)) == ["appeal-too-late"]


def test_a_renewal_names_what_it_is_about(storage: Storage) -> None:
    assert faults_about(renewal(storage, "")) == ["required"]


@pytest.mark.parametrize(
    "number", ["nonsense", "URB-2026-W-", "URB-2026-W-000000", "../x", "URB-2026-W-٠٠٠٠٠١"]
)
def test_a_number_that_is_none_is_no_case(storage: Storage, number: str) -> None:
    assert faults_about(appeal(number)) == ["about-unknown"]


# Renewals (Art. 50)


def test_a_licence_is_renewed_before_it_expires_and_its_last_day_goes_with_the_case(
    storage: Storage, records: MemoryJournal, certificate: SimpleNamespace
) -> None:
    on_record(led("licence", *GRANTED), records)
    made = filing.application(LI_NA, renewal(storage), MONDAY)
    assert made.facts["about"] == {"relation": "renewal", "number": NUMBER}
    assert made.facts["tacit"] is True
    case = file_case.file_case(made, Actor(LI_NA.person), Request("key", "body")).state
    assert case.rules.expires_on == LAST_DAY
    assert case.rules.in_time_until == date(2029, 1, 31)


@pytest.mark.parametrize("last_day", [MONDAY.date() - timedelta(days=1), None])
def test_what_has_expired_or_never_expires_is_not_renewed(
    storage: Storage,
    records: MemoryJournal,
    certificate: SimpleNamespace,
    last_day: date | None,
) -> None:
    certificate.last_day = last_day
    on_record(led("licence", *GRANTED), records)
    assert faults_about(renewal(storage)) == ["nothing-to-renew"]


@pytest.mark.parametrize("ways", [(), ("accept",), REFUSED, ("accept", "review", "approve")])
def test_what_was_not_granted_or_has_no_certificate_yet_is_not_renewed(
    storage: Storage, records: MemoryJournal, certificate: SimpleNamespace, ways: tuple[str, ...]
) -> None:
    on_record(led("licence", *ways), records)
    assert faults_about(renewal(storage)) == ["nothing-to-renew"]


def test_what_was_revoked_is_not_renewed(
    storage: Storage, records: MemoryJournal, certificate: SimpleNamespace
) -> None:
    desk = led("licence", *GRANTED)
    desk.do(Revoke(REASONS), HEAD)
    on_record(desk, records)
    assert faults_about(renewal(storage)) == ["nothing-to-renew"]


def test_only_its_holder_renews_a_licence_not_the_neighbour_who_was_told(
    storage: Storage, records: MemoryJournal, certificate: SimpleNamespace
) -> None:
    on_record(led("heard-licence", "accept", "review.inform", "hear", "approve", "issue"), records)
    neighbour = Principal(NEIGHBOUR.person, "王芳")
    fault = [m for f, m in faults_of(renewal(storage), person=neighbour) if f == "/about"]
    assert fault == ["about-unknown"]


def test_a_renewal_is_about_the_items_that_it_renews(
    storage: Storage, records: MemoryJournal, certificate: SimpleNamespace
) -> None:
    other = Desk("licence", item="mass-event")
    finish(go(other, "accept", "review"), "approve")
    on_record(other, records)
    assert faults_about(renewal(storage)) == ["about-unknown"]


# A licence is renewed once at a time


@pytest.mark.parametrize(
    ("ways", "told"),
    [
        ((), ["renewed-already"]),
        (("accept", "review", "approve", "issue", "deliver", "archive"), ["renewed-already"]),
        (REFUSED, []),
        (("accept.not_accept",), []),
    ],
)
def test_a_licence_that_is_being_renewed_is_not_renewed_beside_it(
    storage: Storage,
    records: MemoryJournal,
    certificate: SimpleNamespace,
    ways: tuple[str, ...],
    told: list[str],
) -> None:
    second = "URB-2026-W-000002"
    licence = led("licence", *GRANTED)
    licence.do(LinkCase("renewal", second))
    on_record(licence, records)
    on_record(led("renewal", *ways, number=second), records, second, "def")
    if told:
        assert faults_about(renewal(storage)) == told
    else:
        assert (
            filing.application(LI_NA, renewal(storage), MONDAY).facts["about"]["number"] == NUMBER
        )


def test_an_earlier_case_learns_of_a_filing_about_it_once_however_often_it_is_delivered(
    storage: Storage, records: MemoryJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    states = SimpleNamespace(
        start_execution=lambda **run: None, exceptions=SimpleNamespace(ClientError=ClientError)
    )
    on_record(led("licence", *REFUSED), records)
    made = filing.application(LI_NA, appeal(), MONDAY)
    appealed = file_case.file_case(made, Actor(LI_NA.person), Request("key", "body")).state
    monkeypatch.setattr(aws, "client", lambda service: states)
    monkeypatch.setattr(bus, "publish", lambda events: None)
    monkeypatch.setattr(authority, "posts_told", lambda: frozenset())
    for _ in range(2):
        delivery.deliver(repository.stream_of(appealed.id))
        stores.views().rows.clear()  # type: ignore[attr-defined]  # its done-marker is lost
    case, _ = repository.load("abc")
    assert case.record.links == ({"relation": "appeal", "number": appealed.number},)
