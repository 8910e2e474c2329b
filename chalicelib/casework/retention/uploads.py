"""Uploads that nobody attached go after some days: a daily look through storage that asks what is
attached.

An upload may be attached for a week (``ATTACHED_WITHIN``), and goes a day later: by then delivery
has told of whatever attached it in time.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from chalicelib.casework.retention import files
from chalicelib.casework.views import attachments
from chalicelib.kernel import aws, clock, log, stores
from chalicelib.kernel.settings import settings
from chalicelib.kernel.values import dataclass
from chalicelib.kernel.views import Row

KEPT = attachments.ATTACHED_WITHIN + timedelta(days=1)
MAX_PAGES = 1000  # of a thousand versions each that one look takes; the next one goes on from there
SWEEP, CURSOR = "sweep#uploads", "cursor"

Version = Mapping[str, Any]


@dataclass(frozen=True)
class _Cursor:
    """``since`` when attachments are listed for certain; ``after`` which object to go on."""

    since: datetime
    after: str = ""
    version: int = 0


def expire_uploads() -> dict[str, int]:
    """Delete what was uploaded more than eight days ago and never attached; how many versions.

    Official time may be moved, storage tells the system's: uploads go by the latter.
    """
    now = clock.system_now()
    cursor = _cursor(now)
    until = now - KEPT
    expired = 0
    next_after = cursor.after
    for versions, behind in _pages(cursor.after):
        old = [each for each in versions if cursor.since <= each["LastModified"] < until]
        expired += _expire(old)
        next_after = behind
    data = {"since": clock.stamp(cursor.since), "after": next_after}
    row = Row(SWEEP, CURSOR, version=cursor.version + 1, data=data)
    stores.views().put(row)
    log.line("uploads swept", counts={"UploadsExpired": expired})
    return {"expired": expired}


def _cursor(now: datetime) -> _Cursor:
    """Where the last look ended. The first one begins the time from which uploads expire: what is
    older may be attached by cases of which no row tells.
    """
    for row in stores.views().partition(SWEEP, CURSOR):
        return _Cursor(clock.parse(row.data["since"]), row.data["after"], row.version)
    return _Cursor(now)


def _pages(after: str) -> Iterator[tuple[list[Version], str]]:
    """Pages of object versions, each with the key behind which the next one begins; "" where there
    is none.
    """
    asked: dict[str, str] = {"Bucket": settings().uploads_bucket, "Prefix": "u/"}
    if after:
        asked["KeyMarker"] = after
    for _ in range(MAX_PAGES):
        page = aws.client("s3").list_object_versions(**asked)
        is_last = not page.get("IsTruncated")
        yield page.get("Versions", []), "" if is_last else page["NextKeyMarker"]
        if is_last:
            return
        asked["KeyMarker"] = page["NextKeyMarker"]
        asked["VersionIdMarker"] = page["NextVersionIdMarker"]


def _expire(old: list[Version]) -> int:
    """Delete those of the versions whose object nothing holds."""
    expired = 0
    attached: dict[str, set[str]] = {}
    for version in old:
        key = version["Key"]
        folder = attachments.folder_of(key)
        if folder not in attached:
            attached[folder] = set(attachments.attached_in(folder))
        if key not in attached[folder]:
            files.delete_version(key, version["VersionId"])
            expired += 1
    return expired
