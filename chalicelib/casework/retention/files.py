"""Uploaded files of a case, when their time is over: every version of them goes."""

from collections.abc import Iterator
from typing import Any

from chalicelib.casework.acts import Case
from chalicelib.casework.execution import delivery
from chalicelib.casework.use_cases import repository
from chalicelib.kernel import aws, stores
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.settings import settings


def keys(entry: Entry) -> set[str]:
    """The objects in storage that an entry attached to the case."""
    objects = set()
    for act in entry.acts:
        applicant = act.private.get("applicant", {})
        for material in applicant.get("materials", ()):
            objects.add(material["object"])
    return objects


def delete(case: Case, entry: Entry) -> None:
    """Delete the entry's files, but for those that another case of the same owner holds too.

    Safe to repeat.
    """
    attached = keys(entry)
    if not attached:
        return
    held_elsewhere = set(_held_elsewhere(case))
    for key in sorted(attached - held_elsewhere):
        _delete_versions(key)


def _held_elsewhere(case: Case) -> Iterator[str]:
    for stream in _streams_of_owner(delivery.case_row(case).owner):
        if stream == repository.stream_of(case.id):
            continue
        for entry in stores.journal().read(stream):
            yield from keys(entry)


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
                s3.delete_object(
                    Bucket=bucket,
                    Key=key,
                    VersionId=version["VersionId"],
                )
