"""When the time is over for which a case is kept: private parts go, the record stays, and a report
says what went.
"""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.casework import handlers
from chalicelib.casework.acts import Correct, LinkCase, Pay, Revoke, decide, fold, kept_until
from chalicelib.casework.errors import CaseEnded
from chalicelib.casework.execution import delivery
from chalicelib.casework.retention import announcements, redaction
from chalicelib.casework.use_cases import reads, refusals
from chalicelib.casework.views import access_log, pages
from chalicelib.kernel import clock, due_index, journal
from chalicelib.kernel.errors import Conflict, NotFound
from chalicelib.kernel.journal import Actor
from chalicelib.supervision import conformance
from tests.support.builders import closed_cases
from tests.support.builders.case_walks import HEAD, REASONS, led
from tests.support.builders.cases import APPLICANT, CALENDAR, MONDAY
from tests.support.builders.closed_cases import LATER, SECRETS, Archive, Certificate, old
from tests.support.builders.filings import city
from tests.unit.casework.test_case_pages import CASES, TITLE

archive = closed_cases.archive


def test_what_was_private_is_gone_from_journal_views_and_storage(archive: Archive) -> None:
    case = archive.keep(old())
    reads.put_on_record(case, Actor("o-head", "urb-head"), "inquiry", MONDAY)
    refusals.put_on_record(case, Conflict(), Actor("o-nosy", "urb-window"), MONDAY)
    for stream, _ in list(archive.journal.entries):
        handlers.CONSUMER.handle(stream) if stream.startswith("read#") else None
    assert redaction.sweep_retention() == {"redacted": 1, "failed": 0, "short": 0}
    assert not [word for word in (*SECRETS, "o-nosy", "o-head") if word in archive.text()]
    assert archive.views.index("owner", access_log.log_of(APPLICANT.person)).keys == ()
    assert archive.views.index("owner", f"person#{APPLICANT.person}").keys == ()
    assert archive.storage.versions == {("u/folder/one-more", "v1")}


def test_every_leaf_verifies_and_conformance_and_the_public_record_are_as_before(
    archive: Archive,
) -> None:
    before = archive.keep(old())
    conforming = conformance.report(archive.journal.read("case#abc"))
    redaction.redact("abc", LATER)
    entries = archive.journal.read("case#abc")
    assert [journal.leaf_hash(entry) == entry.leaf for entry in entries] == [True] * len(entries)
    assert conformance.report(entries) == conforming and conforming["conforms"]
    after = archive.case()
    assert (after.status, after.visits.keys(), after.clocks.ended_at) == (
        before.status,
        before.visits.keys(),
        before.clocks.ended_at,
    )
    assert after.is_forgotten and not before.is_forgotten


@pytest.mark.parametrize("make", CASES)
def test_every_case_folds_and_shows_the_same_record_without_its_private_parts(
    archive: Archive, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with city(monkeypatch, "shop-sign"):
        monkeypatch.setattr(
            pages.authority, "post_of", lambda post: {"title": TITLE, "department": "URB"}
        )
        entries = make().entries
        forgotten = [journal.forgotten(entry) for entry in entries]
        before, after = pages.record(fold(entries)), pages.record(fold(forgotten))
        assert {**after, "applicant": before["applicant"]} == before
        for show in (pages.full, pages.party, pages.progress):
            assert "SECRET" not in json.dumps(show(fold(forgotten)))
        assert pages.remarks(fold(forgotten)) == []
    assert conformance.report(forgotten)["findings"] == conformance.report(entries)["findings"]


def test_the_public_reads_how_much_went_and_when_but_not_what(archive: Archive) -> None:
    archive.keep(old(retention_years=10))
    with pytest.raises(NotFound):
        announcements.report("abc")
    redaction.redact("abc", LATER)
    shown = announcements.report("abc")
    assert shown["number"] == "URB-2026-W-000001"
    assert (shown["retention_years"], shown["files"]) == (10, 1)
    assert shown["announced_at"] == shown["redacted_at"] == clock.stamp(LATER)
    assert (
        shown["entries"] == 4
        and shown["groups"]["actor"] == 4
        and shown["groups"]["applicant"] == 1
    )
    assert not [word for word in SECRETS if word in str(archive.journal.read("redaction#abc"))]


@pytest.mark.parametrize(("years", "kept"), [(None, 30), (10, 10), (1, 1)])
def test_an_item_says_how_long_its_cases_are_kept_and_thirty_years_where_it_says_nothing(
    archive: Archive, years: int | None, kept: int
) -> None:
    case = archive.keep(old(**({"retention_years": years} if years else {})))
    until = kept_until(case)
    assert case.clocks.ended_at and until == case.clocks.ended_at.replace(
        year=case.clocks.ended_at.year + kept
    )


def test_nothing_goes_a_moment_too_early(archive: Archive) -> None:
    until = kept_until(archive.keep(old()))
    assert until is not None
    before = archive.text()
    assert redaction.redact("abc", until - timedelta(seconds=1)) is False
    assert archive.text() == before
    assert redaction.redact("abc", until) is True


def test_an_open_case_is_never_redacted(archive: Archive) -> None:
    archive.keep(led("licence", "accept"))
    assert redaction.redact("abc", LATER) is False
    assert "李娜" in archive.text() and archive.journal.read("redaction#abc") == []


def test_a_closed_case_waits_in_the_index_until_its_day_and_no_longer(archive: Archive) -> None:
    case = archive.keep(old())
    row = archive.views.get("case#abc", "case")
    assert row is not None and row.due_shard.startswith("retention#")
    assert row.due_at == due_index.utc(kept_until(case) or LATER)
    redaction.sweep_retention()
    row = archive.views.get("case#abc", "case")
    assert row is not None and (row.due_shard, row.due_at, row.owner) == ("", "", "")
    assert redaction.sweep_retention() == {"redacted": 0, "failed": 0, "short": 0}
    assert (
        delivery.case_row(archive.case()).due_shard,
        delivery.case_row(archive.case()).owner,
    ) == ("", "")


def test_a_revoked_decision_is_kept_from_its_revocation(archive: Archive) -> None:
    made = old()
    made.wait(days=400)
    made.do(Revoke(REASONS), HEAD)
    case = archive.keep(made)
    assert case.clocks.revoked_at and kept_until(case) == case.clocks.revoked_at.replace(
        year=case.clocks.revoked_at.year + 30
    )


def test_a_day_that_later_years_lack_is_the_day_before(archive: Archive) -> None:
    leap_day = datetime(2028, 2, 29, 12, tzinfo=MONDAY.tzinfo)
    case = archive.keep(old())
    case = replace(case, clocks=replace(case.clocks, ended_at=leap_day))
    assert kept_until(case) == datetime(2058, 2, 28, 12, tzinfo=MONDAY.tzinfo)


def test_a_valid_certificate_holds_its_case(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.keep(old())
    certificate = Certificate()
    monkeypatch.setattr(redaction.certificates, "read", lambda _: certificate)
    certificate.expires_at = LATER + timedelta(days=10)
    assert redaction.redact("abc", LATER) is False
    row = archive.views.get("case#abc", "case")
    assert row is not None and row.due_at == due_index.utc(certificate.expires_at)
    certificate.expires_at = None
    assert redaction.redact("abc", LATER) is False
    assert "李娜" in archive.text()


def test_an_open_appeal_holds_the_case_that_it_is_about(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = old()
    made.do(LinkCase("appeal", "GOV-2026-W-000001"))
    archive.keep(made)
    archive.keep(led("licence", "accept"), "appeal")
    monkeypatch.setattr(redaction.repository, "find", lambda number: "appeal")
    assert redaction.redact("abc", LATER) is False
    row = archive.views.get("case#abc", "case")
    assert row is not None and row.due_at == due_index.utc(LATER + redaction.LOOK_AGAIN)


def test_a_file_that_another_case_of_the_same_person_holds_stays(archive: Archive) -> None:
    archive.keep(old())
    archive.keep(old(retention_years=90), "younger")
    redaction.redact("abc", LATER)
    assert ("u/folder/one", "v1") in archive.storage.versions


def test_a_file_that_an_agent_attached_for_two_parties_goes_with_the_last_of_their_cases(
    archive: Archive,
) -> None:
    archive.keep(old())
    other = old(retention_years=40)
    filed = other.entries[0]
    private = {**filed.acts[0].private["applicant"], "person": "p-other-party"}
    act = replace(filed.acts[0], private={"applicant": private})
    other.entries[0] = replace(filed, acts=(act,))
    archive.keep(other, "other")
    assert redaction.redact("abc", LATER) is True
    assert ("u/folder/one", "v1") in archive.storage.versions
    much_later = LATER.replace(year=LATER.year + 20)
    assert redaction.redact("other", much_later) is True
    assert archive.storage.versions == {("u/folder/one-more", "v1")}


def test_no_private_word_comes_to_a_redacted_case_any_more(archive: Archive) -> None:
    archive.keep(old())
    redaction.redact("abc", LATER)
    for command in (Correct(1, "text", REASONS), Revoke(REASONS), Pay("order", "paid", 1)):
        with pytest.raises(CaseEnded):
            decide(archive.case(), command, HEAD, LATER, CALENDAR)
    assert decide(archive.case(), LinkCase("appeal", "GOV-2026-W-000001"), Actor(), LATER, CALENDAR)


class Interrupted(Exception):
    """The redactor is stopped."""


@pytest.mark.parametrize("stop_after", range(1, 16))
def test_a_redactor_that_was_stopped_goes_on_where_it_was(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, stop_after: int
) -> None:
    reads.put_on_record(archive.keep(old()), Actor("o-head", "urb-head"), "inquiry", MONDAY)
    for stream in [stream for stream, _ in archive.journal.entries if stream.startswith("read#")]:
        access_log.project(stream)
    left = stop_after

    def counting(work: Any) -> Any:
        def step(*given: Any, **more: Any) -> Any:
            nonlocal left
            left -= 1
            if left < 0:
                raise Interrupted
            return work(*given, **more)

        return step

    with monkeypatch.context() as stopped:
        for part, name in (
            (archive.journal, "append"),
            (archive.journal, "forget"),
            (archive.views, "put"),
        ):
            stopped.setattr(part, name, counting(getattr(part, name)))
        stopped.setattr(archive.storage, "delete_object", counting(archive.storage.delete_object))
        redaction.sweep_retention()
    redaction.sweep_retention()
    assert [entry.acts[0].type for entry in archive.journal.read("redaction#abc")] == [
        "RedactionAnnounced", "CaseRedacted",
    ]  # fmt: skip
    assert not [word for word in SECRETS if word in archive.text()]
    assert archive.storage.versions == {("u/folder/one-more", "v1")}
    assert announcements.report("abc")["files"] == 1


def test_one_broken_case_does_not_keep_its_neighbours(archive: Archive) -> None:
    archive.keep(old())
    archive.keep(old(), "other")
    entry = archive.journal.entries[("case#abc", 2)]
    archive.journal.entries[("case#abc", 2)] = replace(
        entry, at=MONDAY + timedelta(days=1)
    )  # doctored
    assert redaction.sweep_retention() == {"redacted": 1, "failed": 1, "short": 0}
    assert (
        archive.journal.entries[("case#abc", 2)].acts[0].private
        or archive.journal.entries[("case#abc", 2)].salts
    )
