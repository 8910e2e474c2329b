"""Whoever changes the journal rings the alarm, but for the redactor doing exactly what it
announced.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.casework import handlers
from chalicelib.casework.retention import redaction
from chalicelib.kernel import journal, stores
from chalicelib.kernel.journal import Act, Actor, Entry
from tests.support.builders import closed_cases
from tests.support.builders.closed_cases import LATER, Archive, old

archive = closed_cases.archive


@pytest.fixture
def alarms(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    rung: list[Any] = []
    monkeypatch.setattr(
        handlers.log,
        "line",
        lambda message, **more: rung.append(more["keys"]) if "Tampered" in str(more) else None,
    )
    monkeypatch.setattr(handlers.announcements.clock, "now", lambda: LATER)
    return rung


def change(stream: str, seq: int, kind: str = "MODIFY") -> None:
    keys = {"stream": {"S": stream}, "seq": {"N": str(seq)}}
    handlers.on_journal({"Records": [{"eventName": kind, "dynamodb": {"Keys": keys}}]})


def test_what_the_redactor_announced_rings_no_alarm(archive: Archive, alarms: list[Any]) -> None:
    archive.keep(old())
    redaction.redact("abc", LATER)
    changed = [entry for entry in archive.journal.read("case#abc") if entry.commitments]
    for entry in changed:
        change(entry.stream, entry.seq)
    assert len(changed) == 4 and alarms == []


@pytest.mark.parametrize("doctor", [
    lambda e: replace(e, acts=(Act("CaseRefused"),)),
    lambda e: replace(e, acts=(Act("CaseRefused"),), leaf=journal.leaf_hash(replace(e, acts=(Act("CaseRefused"),)))),
    lambda e: replace(e, at=e.at + timedelta(days=1)),
    lambda e: replace(e, commitments={**e.commitments, "actor": "0" * 64}),
    lambda e: replace(e, actor=Actor("o-other", "urb-other")),
])  # fmt: skip
def test_any_other_change_rings_it_also_after_the_redaction(
    archive: Archive, alarms: list[Any], doctor: Any
) -> None:
    archive.keep(old())
    redaction.redact("abc", LATER)
    known = archive.journal.entries[("case#abc", 2)]
    archive.journal.entries[("case#abc", 2)] = doctor(known)
    change("case#abc", 2)
    assert len(alarms) == 1


@pytest.mark.parametrize(
    "stream", ["case#abc", "register#URB#2026#W", "case#none", "appointments#o-1", "certificate#x"]
)
def test_a_change_that_nobody_announced_rings_it(
    archive: Archive, alarms: list[Any], stream: str
) -> None:
    archive.keep(old())
    change(stream, 1)
    assert len(alarms) == 1


def test_what_was_forgotten_without_announcement_rings_it(
    archive: Archive, alarms: list[Any]
) -> None:
    archive.keep(old())
    archive.journal.forget(journal.forgotten(archive.journal.entries[("case#abc", 2)]))
    change("case#abc", 2)
    assert len(alarms) == 1


def test_what_was_announced_before_its_time_rings_it(
    archive: Archive, alarms: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A function that was taken over writes an announcement, and then erases what it names."""
    case = archive.keep(old())
    entries = archive.journal.read("case#abc")
    early = entries[-1].at + timedelta(days=1)
    monkeypatch.setattr(handlers.announcements.clock, "now", lambda: early)
    handlers.announcements.announce(case, entries, [], early)
    archive.journal.forget(journal.forgotten(archive.journal.entries[("case#abc", 2)]))
    change("case#abc", 2)
    assert len(alarms) == 1


def test_what_was_deleted_rings_it_always(archive: Archive, alarms: list[Any]) -> None:
    archive.keep(old())
    redaction.redact("abc", LATER)
    change("case#abc", 2, "REMOVE")
    assert len(alarms) == 1


def test_a_change_that_cannot_be_judged_rings_it(
    archive: Archive, alarms: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.keep(old())
    redaction.redact("abc", LATER)

    def away(stream: str, seq: int) -> Entry:
        raise ConnectionError

    monkeypatch.setattr(stores.journal(), "get", away)
    change("case#abc", 2)
    assert len(alarms) == 1
