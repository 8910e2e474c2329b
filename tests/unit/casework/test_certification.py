"""The signing worker on a case: it signs once, reports what it signed, and revokes what was
revoked.
"""

import base64
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from chalicelib import authority, certificates
from chalicelib.casework.acts import CompleteTask, Correct, Revoke
from chalicelib.casework.consumers import certification
from chalicelib.casework.use_cases import case_commands, repository
from chalicelib.kernel import aws, cache, clock, stores
from chalicelib.kernel.errors import NotFound
from tests.support.authorized import authorized
from tests.support.builders.case_walks import HEAD, REASONS, led
from tests.support.builders.cases import MONDAY, WINDOW, Desk
from tests.support.builders.certificates import Kms
from tests.support.builders.filings import city, on_record
from tests.support.fakes.stores import MemoryJournal

CASE, CERTIFICATE = "abc", "URB-2026-W-000001-1"
SIGN, REVOKE = "CertificateDue", "CertificateRevocationDue"


@pytest.fixture
def records(memory: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[MemoryJournal]:
    with city(monkeypatch, "shop-sign"):
        kms = Kms()
        cache.clear()
        monkeypatch.setattr(aws, "client", lambda service: {"kms": kms}[service])
        monkeypatch.setattr(clock, "now", lambda: MONDAY + timedelta(hours=1))
        yield memory[0]
        cache.clear()


def told(kind: str) -> None:
    """The bus brings an event of the case to the worker."""
    certification.handle({"detail-type": kind, "detail": {"case": CASE}})


def granted(records: MemoryJournal, *ways: str) -> Desk:
    """A granted case on record, whose form is one of its item."""
    case = led("licence", "accept", "review", "approve", *ways)
    on_record(case, records)
    return case


def status() -> str:
    return certificates.read(CERTIFICATE).status(clock.now() + timedelta(hours=1))


def revoked(case_id: str) -> None:
    case_commands.execute(case_id, Revoke(REASONS), authorized(HEAD), None)


def test_a_granted_case_gets_its_certificate_once(records: MemoryJournal) -> None:
    granted(records)
    told(SIGN)
    told(SIGN)
    case, entries = repository.load(CASE)
    assert (case.decision.certificate, case.status, status()) == (CERTIFICATE, "granted", "valid")
    assert sum(act.type == "CertificateIssued" for entry in entries for act in entry.acts) == 1


def test_issuing_reads_a_known_registers_case_alone_and_writes_two_entries(
    records: MemoryJournal,
) -> None:
    granted(records)
    event = {"detail-type": SIGN, "detail": {"case": CASE}}
    certification.handle(event, is_first_try=True)
    del records.entries[(f"case#{CASE}", 5)]
    del records.entries[(f"certificate#{CERTIFICATE}", 1)]
    asked: list[str] = []

    class Counting:
        def __getattr__(self, name: str) -> Any:
            asked.append(name)
            return getattr(records, name)

    stores.use(Counting(), stores.views())  # type: ignore[arg-type]
    certification.handle(event, is_first_try=True)
    assert asked == ["read", "append", "append"]
    assert (repository.load(CASE)[0].decision.certificate, status()) == (CERTIFICATE, "valid")


def test_a_try_that_died_before_the_case_was_told_signs_nothing_again(
    records: MemoryJournal,
) -> None:
    granted(records)
    told(SIGN)
    del records.entries[(f"case#{CASE}", 5)]
    before = certificates.read(CERTIFICATE)
    told(SIGN)
    assert certificates.read(CERTIFICATE) == before
    assert repository.load(CASE)[0].decision.certificate == CERTIFICATE


def test_nothing_is_signed_for_a_case_that_is_not_granted(records: MemoryJournal) -> None:
    on_record(led("licence", "accept"), records)
    told(SIGN)
    assert (
        repository.load(CASE)[0].decision.certificate == ""
        and records.read(f"certificate#{CERTIFICATE}") == []
    )


def test_a_revoked_decision_revokes_its_certificate_once(records: MemoryJournal) -> None:
    granted(records)
    told(SIGN)
    revoked(CASE)
    told(REVOKE)
    told(REVOKE)
    assert status() == "revoked"


def test_a_decision_revoked_while_its_certificate_is_signed_leaves_no_valid_one(
    records: MemoryJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    granted(records)
    sign = certificates.issue

    def slowly(facts: Any, **how: Any) -> str:
        signed = sign(facts, **how)
        revoked(CASE)  # between signing and reporting
        return signed

    monkeypatch.setattr(certificates, "issue", slowly, raising=False)
    told(SIGN)
    assert (repository.load(CASE)[0].decision.certificate, status()) == ("", "revoked")


def test_a_decision_revoked_before_it_was_signed_is_never_signed(records: MemoryJournal) -> None:
    granted(records)
    revoked(CASE)
    told(SIGN)
    told(REVOKE)
    assert records.read(f"certificate#{CERTIFICATE}") == []


def test_a_broken_promise_revokes_the_certificate_with_its_ground(records: MemoryJournal) -> None:
    case = led("promise-licence", "accept", "approve")
    on_record(case, records)
    told(SIGN)
    for step, outcome, said in (
        ("deliver", "delivered", {"way": "post"}),
        ("verify", "broken", {"reasons": REASONS}),
    ):
        loaded, _ = repository.load(CASE)
        visit = next(v.id for v in loaded.open_visits if v.step == step)
        command = CompleteTask(visit, outcome, **said)  # type: ignore[arg-type]
        case_commands.execute(CASE, command, authorized(WINDOW), None)  # type: ignore[misc]
    told(REVOKE)
    assert status() == "revoked"


def corrected(**right: Any) -> None:
    """The head corrects what the certificate shows."""
    command = Correct(1, "as it should be", REASONS, is_certified=True, **right)
    case_commands.execute(CASE, command, authorized(HEAD), None)


def held(count: int) -> certificates.Certificate:
    return certificates.read(f"{CERTIFICATE[:-1]}{count}")


def test_a_correction_of_what_a_certificate_shows_replaces_it(records: MemoryJournal) -> None:
    granted(records)
    told(SIGN)
    before = held(1)
    corrected(name="李娜娜")
    for _ in range(2):
        told(SIGN)
    case, entries = repository.load(CASE)
    first, second = held(1), held(2)
    assert (case.decision.certificate, case.status) == (second.id, "granted")
    assert (first.status(clock.now()), second.status(clock.now())) == ("revoked", "valid")
    assert (first.replaced_by, second.replaces) == (second.id, first.id)
    assert second.expires_at == before.expires_at, "its years began with the first one"
    assert "李娜娜" in shown_in(second.jwt) and "李娜娜" not in shown_in(first.jwt)
    assert sum(act.type == "CertificateReplaced" for entry in entries for act in entry.acts) == 1


def shown_in(jwt: str) -> str:
    """What the holder's disclosures say."""
    said = [part for part in jwt.split("~")[1:] if part]
    return " ".join(
        base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode() for part in said
    )


def test_two_corrections_leave_one_certificate_valid(records: MemoryJournal) -> None:
    granted(records)
    told(SIGN)
    corrected(name="李娜娜")
    corrected(name="李娜")
    told(SIGN)
    assert repository.load(CASE)[0].decision.certificate == held(3).id
    assert (held(1).replaced_by, held(3).replaces) == (held(3).id, held(1).id)
    assert (held(1).status(clock.now()), held(3).status(clock.now())) == ("revoked", "valid")


def test_a_correction_before_the_issue_is_in_the_first_certificate(records: MemoryJournal) -> None:
    granted(records)
    corrected(name="李娜娜")
    told(SIGN)
    told(SIGN)
    case, _ = repository.load(CASE)
    assert case.decision.certificate == held(2).id and not case.is_replacement_due
    assert held(2).replaces == ""


def test_a_try_that_died_before_the_replacement_was_told_is_finished(
    records: MemoryJournal,
) -> None:
    granted(records)
    told(SIGN)
    corrected(name="李娜娜")
    told(SIGN)
    last = repository.load(CASE)[0].seq
    del records.entries[(f"case#{CASE}", last)]
    before = held(2)
    told(SIGN)
    assert held(2) == before and repository.load(CASE)[0].decision.certificate == before.id


def test_a_revoked_decision_has_no_replacement(records: MemoryJournal) -> None:
    granted(records)
    told(SIGN)
    corrected(name="李娜娜")
    revoked(CASE)
    told(SIGN)
    told(REVOKE)
    with pytest.raises(NotFound):
        held(2)
    assert status() == "revoked"


def test_an_authority_is_named_as_on_the_day_of_issue(
    records: MemoryJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    granted(records)
    renamed = {"zh": "城市管理和环境局", "en": "City Management and Environment Bureau"}
    monkeypatch.setattr(authority, "organization_name_on", lambda code, moment: renamed)
    told(SIGN)
    assert held(1).authority_name == renamed
