"""Guardianships and questions to the policies are kept for a term too, and then forgotten."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.authority.mandates import (
    ACTS,
    GUARDIANSHIP,
    MandateAccepted,
    MandateEnded,
    MandateGranted,
    moves,
    use_cases,
)
from chalicelib.casework import handlers
from chalicelib.casework.retention import announcements, redaction
from chalicelib.kernel import clock, journal
from chalicelib.kernel.acts import to_act
from chalicelib.kernel.journal import Act, Actor
from tests.support.builders import closed_cases
from tests.support.builders.cases import MONDAY
from tests.support.builders.closed_cases import FILE, Archive

archive = closed_cases.archive

OFFICER, GUARDIAN = Actor("o-window", "urb-window"), Actor("p-mother")
OF_AGE = MONDAY + timedelta(days=400)
SECRETS = ("小明", "李娜", "p-mother", "n-minor", "o-window", "birth", "o-auditor", "o-asked-about")
CHILD = "mandates#child"
QUESTION = "question#abc"


@dataclass
class Records:
    """What is on record, and the daily sweep at moments that a test names."""

    archive: Archive
    monkeypatch: pytest.MonkeyPatch

    def add(self, stream: str, act: Act, actor: Actor, at: datetime = MONDAY) -> None:
        """One entry more, and the feed brings it."""
        seq = len(self.archive.journal.read(stream)) + 1
        entry = journal.new_entry(stream, seq, [act], at=at, actor=actor)
        self.archive.journal.append(entry)
        handlers.CONSUMER.handle(stream)

    def sweep(self, at: datetime) -> int:
        """How many were redacted."""
        self.monkeypatch.setattr(clock, "now", lambda: at)
        swept = redaction.sweep_retention()
        assert (swept["failed"], swept["short"]) == (0, 0)
        return swept["redacted"]

    def private_of(self, stream: str) -> list[bool]:
        """Which entries of the stream still hold something private."""
        entries = self.archive.journal.read(stream)
        return [bool(announcements.with_private_parts([entry])) for entry in entries]

    def left(self) -> list[str]:
        return [word for word in SECRETS if word in self.archive.text()]


@pytest.fixture
def records(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> Records:
    monkeypatch.setattr(clock, "now", lambda: MONDAY)
    monkeypatch.setattr(handlers.mandate_messages.notify, "send", lambda *told: None)
    return Records(archive, monkeypatch)


def granted(mandate: str, kind: str = GUARDIANSHIP) -> Act:
    papers: Any = {"papers": ({**FILE, "code": "birth-certificate"},)}
    return to_act(
        MandateGranted(
            mandate=mandate,
            kind=kind,
            items=None,
            acts=frozenset(ACTS),
            ends=OF_AGE,
            party="n-minor",
            party_name="小明",
            grantee="p-mother",
            **(papers if kind == GUARDIANSHIP else {}),
        )
    )


def asked(person: str) -> Act:
    return Act("PolicyAsked", {"action": "view_task"}, {"office": {"person": person}})


def years(number: int, since: datetime) -> datetime:
    return since.replace(year=since.year + number)


def test_a_guardianship_is_forgotten_three_years_after_the_minor_came_of_age(
    records: Records,
) -> None:
    records.add(CHILD, granted("m.1"), OFFICER)
    records.add(CHILD, to_act(MandateAccepted("m.1", "李娜")), GUARDIAN)
    before = [(entry.leaf, mandate.status(MONDAY)) for entry, mandate in moves(_read(records))]
    assert records.sweep(years(3, OF_AGE) - timedelta(seconds=1)) == 0
    assert records.private_of(CHILD) == [True, True]
    assert records.sweep(years(3, OF_AGE)) == 1
    assert records.left() == []
    assert records.archive.storage.versions == {("u/folder/one-more", "v1")}
    after = [(entry.leaf, mandate.status(MONDAY)) for entry, mandate in moves(_read(records))]
    assert after == before, "it is on record still, and folds"
    records.monkeypatch.setattr(use_cases, "_stream", lambda party: CHILD)
    assert use_cases.granted_by("n-minor") == []


def test_one_that_was_ended_is_kept_from_then(records: Records) -> None:
    records.add(CHILD, granted("m.1"), OFFICER)
    ended = MONDAY + timedelta(days=30)
    records.add(CHILD, to_act(MandateEnded("m.1", "李娜 moved")), OFFICER, ended)
    assert records.sweep(years(3, ended) - timedelta(seconds=1)) == 0
    assert records.sweep(years(3, ended)) == 1
    assert records.left() == []


def test_of_two_guardianships_each_has_its_term_and_a_plain_mandate_none(
    records: Records,
) -> None:
    ended = MONDAY + timedelta(days=30)
    for act, at in (
        (granted("m.1"), MONDAY),
        (to_act(MandateEnded("m.1")), ended),
        (granted("m.2"), ended),
        (granted("m.3", "mandate"), ended),
    ):
        records.add(CHILD, act, OFFICER, at)
    assert records.sweep(years(3, ended)) == 1
    assert records.private_of(CHILD) == [False, False, True, True]
    assert ("u/folder/one", "v1") in records.archive.storage.versions, "the second one holds it"
    assert records.sweep(years(3, OF_AGE)) == 1
    assert records.private_of(CHILD) == [False, False, False, True]
    assert records.archive.storage.versions == {("u/folder/one-more", "v1")}
    assert records.sweep(years(9, OF_AGE)) == 0


def test_a_question_to_the_policies_is_forgotten_three_years_after_it_was_asked(
    records: Records,
) -> None:
    records.add(QUESTION, asked("o-asked-about"), Actor("o-auditor", "city-auditor"))
    assert records.sweep(years(3, MONDAY) - timedelta(seconds=1)) == 0
    assert records.private_of(QUESTION) == [True]
    assert records.sweep(years(3, MONDAY)) == 1
    assert records.left() == []
    assert records.sweep(years(4, MONDAY)) == 0


@pytest.mark.parametrize("stream", ["matter#abc", "finding#abc", "rule#late-step"])
def test_what_offices_wrote_to_each_other_is_forgotten_after_three_years(
    records: Records, stream: str
) -> None:
    said = Act("AnswerGiven", {"way": "explained"}, {"office": {"text": "李娜 came late."}})
    records.add(stream, said, Actor("o-window", "urb-window"))
    assert records.sweep(years(3, MONDAY) - timedelta(seconds=1)) == 0
    assert records.sweep(years(3, MONDAY)) == 1
    assert records.private_of(stream) == [False]
    assert records.archive.journal.read(stream)[0].acts[0].data == {"way": "explained"}


def test_what_was_announced_rings_no_alarm_and_says_nothing_of_whom(records: Records) -> None:
    records.add(QUESTION, asked("o-asked-about"), Actor("o-auditor", "city-auditor"))
    assert not announcements.is_announced(QUESTION, 1)
    records.sweep(years(3, MONDAY))
    assert announcements.is_announced(QUESTION, 1)
    (announced, done) = records.archive.journal.read(f"redaction#{QUESTION}")
    assert announced.acts[0].data["groups"] == {"actor": 1, "office": 1}
    assert (announced.acts[0].data["retention_years"], done.acts[0].type) == (
        3,
        "EvidenceForgotten",
    )


def _read(records: Records) -> list[journal.Entry]:
    return records.archive.journal.read(CHILD)
