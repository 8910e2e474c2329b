"""Uploaded files of a case, when the time is over for which they are kept: every version of them
goes.
"""

from collections.abc import Iterator

from chalicelib.casework.acts import Case
from chalicelib.casework.execution import delivery
from chalicelib.casework.use_cases import repository
from chalicelib.kernel import aws, stores
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.settings import settings


def keys(entry: Entry) -> set[str]:
    """The objects in storage that an entry attached to the case."""
    given = (act.private.get("applicant", {}).get("materials", ()) for act in entry.acts)
    return {material["object"] for materials in given for material in materials}


def delete(case: Case, entry: Entry) -> None:
    """Delete the entry's files, but for those that another case of the same owner holds too. Safe
    to repeat.
    """
    if wanted := keys(entry):
        for key in sorted(wanted - set(_held_elsewhere(case))):
            _delete_versions(key)


def _held_elsewhere(case: Case) -> Iterator[str]:
    owner = delivery.case_row(case).owner
    start = None
    while owner:
        page = stores.views().index("owner", owner, start=start)
        for (stream, _), _ in page.keys:
            if stream != repository.stream_of(case.id):
                yield from (key for entry in stores.journal().read(stream) for key in keys(entry))
        start = page.next_start
        owner = owner if start else ""


def _delete_versions(key: str) -> None:
    s3, bucket = aws.client("s3"), settings().uploads_bucket
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=key):
        for version in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
            if version["Key"] == key:
                s3.delete_object(Bucket=bucket, Key=key, VersionId=version["VersionId"])
