"""Uploaded files: when the time of what holds them is over, and when nothing ever held them."""

from collections.abc import Iterator
from typing import Any

from chalicelib.casework.acts import Case
from chalicelib.casework.execution import delivery
from chalicelib.casework.use_cases import repository
from chalicelib.casework.views import attachments
from chalicelib.kernel import aws, stores
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.settings import settings


def delete(case: Case, entry: Entry) -> None:
    """Delete the entry's files, but for those that another case holds too, of whichever party.

    Safe to repeat. Cases that were delivered before attachments were listed are found by their
    owner.
    """
    held = attachments.files_of(entry)
    if held:
        delete_unless_held(entry, set(_held_by_owner(case)))


def delete_unless_held(entry: Entry, held: set[str]) -> None:
    """Delete the entry's files, but for those ``held`` and those that another entry holds."""
    files = attachments.files_of(entry)
    for folder in sorted({attachments.folder_of(key) for key in files}):
        for key, places in attachments.attached_in(folder).items():
            if places - {attachments.place_of(entry)}:
                held.add(key)
    for key in sorted(files - held):
        _delete_versions(key)
    attachments.clear(entry)


def _held_by_owner(case: Case) -> Iterator[str]:
    for stream in _streams_of_owner(delivery.case_row(case).owner):
        if stream == repository.stream_of(case.id):
            continue
        for entry in stores.journal().read(stream):
            yield from attachments.files_of(entry)


def _streams_of_owner(owner: str) -> Iterator[str]:
    """The cases of an owner, by the index; none where nobody is known."""
    start: Any = None
    while owner:
        page = stores.views().index("owner", owner, start=start)
        for (stream, _), _ in page.keys:
            yield stream
        start = page.next_start
        if start is None:
            return


def _delete_versions(key: str) -> None:
    s3 = aws.client("s3")
    bucket = settings().uploads_bucket
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=key)
    for page in pages:
        versions = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
        for version in versions:
            if version["Key"] == key:
                delete_version(key, version["VersionId"])


def delete_version(key: str, version: str) -> None:
    """One version of an object, for good."""
    bucket = settings().uploads_bucket
    aws.client("s3").delete_object(
        Bucket=bucket,
        Key=key,
        VersionId=version,
    )
