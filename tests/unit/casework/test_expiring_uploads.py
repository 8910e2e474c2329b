"""Uploads that nobody attached go after eight days; what anything holds stays."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.casework.consumers import mandate_messages
from chalicelib.casework.retention import uploads
from chalicelib.casework.views import attachments
from chalicelib.kernel import aws, clock, journal
from chalicelib.kernel.journal import Act, Actor, Entry
from tests.support.builders.cases import MONDAY
from tests.support.fakes.stores import MemoryJournal, MemoryViews

NOW = MONDAY + timedelta(days=100)
FIRST_LOOK = MONDAY
PAGE = 2  # versions


class Storage:
    """Versions of objects with the day on which each was uploaded, two to a page."""

    def __init__(self) -> None:
        self.versions: dict[tuple[str, str], datetime] = {}

    def list_object_versions(
        self, *, Bucket: str, Prefix: str, KeyMarker: str = "", VersionIdMarker: str = ""
    ) -> dict[str, Any]:
        """As S3 does: behind the marked version, or behind all versions of the marked key."""
        behind = (KeyMarker, VersionIdMarker or "~")
        found = [each for each in sorted(self.versions) if each[0].startswith(Prefix)]
        found = [each for each in found if each > behind]
        page = found[:PAGE]
        listed = [
            {"Key": key, "VersionId": version, "LastModified": self.versions[(key, version)]}
            for key, version in page
        ]
        if len(found) <= PAGE:
            return {"Versions": listed, "IsTruncated": False}
        key, version = page[-1]
        return {
            "Versions": listed,
            "IsTruncated": True,
            "NextKeyMarker": key,
            "NextVersionIdMarker": version,
        }

    def delete_object(self, *, Bucket: str, Key: str, VersionId: str) -> None:
        """For good."""
        del self.versions[(Key, VersionId)]

    def lay(self, key: str, days_ago: int, version: str = "v1") -> None:
        self.versions[(key, version)] = NOW - timedelta(days=days_ago)

    @property
    def keys(self) -> set[str]:
        return {key for key, _ in self.versions}


@pytest.fixture
def storage(memory: tuple[MemoryJournal, MemoryViews], monkeypatch: pytest.MonkeyPatch) -> Storage:
    """An empty storage, at which the sweep has looked once, long ago."""
    made = Storage()
    monkeypatch.setattr(aws, "client", lambda service: made)
    monkeypatch.setattr(clock, "system_now", lambda: FIRST_LOOK)
    uploads.expire_uploads()
    monkeypatch.setattr(clock, "system_now", lambda: NOW)
    return made


def entry(stream: str, group: str, name: str, *objects: str) -> Entry:
    files = [{"code": "proof", "object": key} for key in objects]
    act = Act("Attached", {}, {group: {name: files}})
    return journal.new_entry(stream, 1, [act], at=MONDAY, actor=Actor("p-1"))


@pytest.mark.parametrize(
    ("days_ago", "is_kept"), [(0, True), (7, True), (8, True), (9, False), (99, False)]
)
def test_an_upload_that_nobody_attached_goes_after_eight_days(
    storage: Storage, days_ago: int, is_kept: bool
) -> None:
    storage.lay("u/folder/one", days_ago)
    assert uploads.expire_uploads() == {"expired": 0 if is_kept else 1}
    assert storage.keys == ({"u/folder/one"} if is_kept else set())


@pytest.mark.parametrize(
    ("stream", "group", "name"),
    [("case#abc", "applicant", "materials"), ("mandates#abc", "office", "papers")],
)
def test_what_a_case_or_a_guardianship_holds_stays(
    storage: Storage, stream: str, group: str, name: str
) -> None:
    for upload in ("held", "other"):
        storage.lay(f"u/folder/{upload}", 50)
    attachments.lay([entry(stream, group, name, "u/folder/held")])
    uploads.expire_uploads()
    assert storage.keys == {"u/folder/held"}


def test_the_feed_tells_of_the_evidence_of_guardianships(
    storage: Storage,
    memory: tuple[MemoryJournal, MemoryViews],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mandate_messages.mandates, "moves", lambda entries: [])
    storage.lay("u/folder/paper", 50)
    memory[0].append(entry("mandates#abc", "office", "papers", "u/folder/paper"))
    mandate_messages.project("mandates#abc")
    assert uploads.expire_uploads() == {"expired": 0}


def test_what_was_uploaded_before_attachments_were_listed_stays(storage: Storage) -> None:
    storage.lay("u/folder/old", 101)
    assert uploads.expire_uploads() == {"expired": 0}


def test_a_look_ends_after_some_pages_and_the_next_one_goes_on(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MAX_PAGES", 1)
    for n in range(5):
        storage.lay(f"u/folder/{n}", 50)
    storage.lay("u/folder/1", 50, version="v2")  # one key on both sides of a page
    left = []
    for _ in range(4):
        uploads.expire_uploads()
        left.append(len(storage.versions))
    assert left == [4, 2, 1, 0], "the second version was seen in the next round"
