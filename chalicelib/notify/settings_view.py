"""What a person chose, as whoever sends reads it: one row, kept up to date by the feed.

It stands in the due index at the hour of the daily digest.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.kernel import clock, stores
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.projections import Projection
from chalicelib.kernel.views import Row
from chalicelib.notify import inbox
from chalicelib.notify.deliveries import utc
from chalicelib.notify.preferences import (
    MessageSettings,
    QuietHours,
    fold,
    next_time,
    stream_of,
)

PLACE = "settings"
_PREFIX = stream_of("")


def settings_of(person: str) -> MessageSettings:
    """What holds for a person's messages; the usual where they chose nothing. One read."""
    row = stores.views().get(stream_of(person), PLACE)
    if row is None:
        return MessageSettings()
    return read(row)


def read(row: Row) -> MessageSettings:
    """The settings that a row holds."""
    data = row.data
    return MessageSettings(
        version=row.version,
        mail=data["mail"],
        sms=data["sms"],
        mail_address=data["mail_address"],
        phone=data["phone"],
        language=data["language"],
        quiet=QuietHours(data["quiet_from"], data["quiet_until"]),
        is_mail_quiet=data["quiet_mail"],
        digest_at=data["digest_at"],
        returned=frozenset(data["returned"]),
    )


def person_of(row: Row) -> str:
    """Whose settings it holds."""
    return row.pk.removeprefix(_PREFIX)


def next_digest(settings: MessageSettings, now: datetime) -> str:
    """When the next digest is due; empty for none."""
    if not settings.digest_at:
        return ""
    moment = next_time(settings.digest_at, now)
    return utc(moment)


def _row(settings: MessageSettings, entries: Sequence[Entry]) -> Row:
    due = next_digest(settings, clock.now())
    person = entries[0].stream.removeprefix(_PREFIX)
    return Row(
        "",
        "",
        data=_data(settings),
        due_shard=inbox.shard_of(person) if due else "",
        due_at=due,
    )


def _data(settings: MessageSettings) -> Mapping[str, Any]:
    return {
        "mail": settings.mail,
        "sms": settings.sms,
        "mail_address": settings.mail_address,
        "phone": settings.phone,
        "language": settings.language,
        "quiet_from": settings.quiet.begins,
        "quiet_until": settings.quiet.ends,
        "quiet_mail": settings.is_mail_quiet,
        "digest_at": settings.digest_at,
        "returned": sorted(settings.returned),
    }


project = Projection(PLACE, fold, _row)
