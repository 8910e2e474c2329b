"""Builders: closed cases with all that they leave behind, years later, and the storage that holds
their files.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from chalicelib.casework.acts import Case, fold
from chalicelib.casework.execution import delivery
from chalicelib.casework.retention import redaction
from chalicelib.casework.use_cases import repository
from chalicelib.casework.views import attachments
from chalicelib.kernel import aws, clock, journal
from chalicelib.kernel.journal import Act
from tests.support.builders.case_walks import REASONS, led
from tests.support.builders.cases import APPLICANT, MONDAY, Desk, filed_act
from tests.support.fakes.stores import MemoryJournal, MemoryViews

GRANTED = ("accept", "review", "approve", "issue")
LATER = MONDAY.replace(year=MONDAY.year + 31)
SECRETS = (
    "李娜",
    "13800001234",
    APPLICANT.person,
    "面馆",
    "u/folder/one",
    "o-review",
    "o-approve",
    *REASONS,
)
FILE = {
    "code": "sign-rendering",
    "object": "u/folder/one",
    "object_version": "v1",
    "file_name": "图.pdf",
}


class Storage:
    """Uploads with all their versions."""

    def __init__(self) -> None:
        self.versions = {
            ("u/folder/one", "v1"),
            ("u/folder/one", "v2"),
            ("u/folder/one-more", "v1"),
        }

    def get_paginator(self, name: str) -> Any:
        return self

    def paginate(self, *, Bucket: str, Prefix: str) -> Iterator[dict[str, Any]]:
        """One version to a page."""
        for key, version in sorted(self.versions):
            if key.startswith(Prefix):
                yield {"Versions": [{"Key": key, "VersionId": version}]}

    def delete_object(self, *, Bucket: str, Key: str, VersionId: str) -> None:
        """For good."""
        self.versions.discard((Key, VersionId))


class Archive:
    """Cases that have ended, and the redactor."""

    def __init__(self, memory: tuple[MemoryJournal, MemoryViews]) -> None:
        self.journal, self.views, self.storage = *memory, Storage()

    def keep(self, made: Desk, name: str = "abc") -> Case:
        """Lay a case's entries and rows down, as delivery leaves them."""
        for entry in made.entries:
            self.journal.append(replace(entry, stream=repository.stream_of(name), leaf=""))
        for (stream, seq), entry in list(self.journal.entries.items()):
            if not entry.leaf:
                self.journal.entries[(stream, seq)] = replace(entry, leaf=journal.leaf_hash(entry))
        case = self.case(name)
        attachments.lay(self.journal.read(repository.stream_of(name)))
        self.views.put(delivery.case_row(case))
        return case

    def case(self, name: str = "abc") -> Case:
        return fold(self.journal.read(repository.stream_of(name)))

    def text(self) -> str:
        """All that journal and views still say."""
        return str([*self.journal.entries.values(), *self.views.rows.values()])


@pytest.fixture
def archive(memory: tuple[MemoryJournal, MemoryViews], monkeypatch: pytest.MonkeyPatch) -> Archive:
    made = Archive(memory)
    monkeypatch.setattr(clock, "now", lambda: LATER)
    monkeypatch.setattr(aws, "client", lambda service: made.storage)
    monkeypatch.setattr(redaction.certificates, "read", lambda certificate: Certificate())
    return made


class Certificate:
    """One that was valid for two years."""

    expires_at: datetime | None = MONDAY.replace(year=MONDAY.year + 2)

    def status(self, now: datetime) -> str:
        return "valid" if self.expires_at is None or now < self.expires_at else "expired"


def old(**changed: Any) -> Desk:
    """A licence that was granted and has a file."""
    made = led("licence", *GRANTED)
    filed = filed_act("licence", **changed)
    private = {**filed.private["applicant"], "materials": [FILE]}
    made.entries[0] = journal.new_entry(
        "case#abc",
        1,
        [Act("CaseFiled", filed.data, {"applicant": private})],
        at=MONDAY,
        actor=APPLICANT,
    )
    return made
