"""Official time, by which acts are dated and limits run, and system time, by which machines
agree.
"""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path

from chalicelib.kernel.settings import settings


def system_now() -> datetime:
    """Aware UTC time of this machine: for tokens, feed order, presigned forms. Never moved."""
    return datetime.now(UTC)


def now() -> datetime:
    """Official time in the stage's zone, to the millisecond: system time, moved only on the
    embedded stage.
    """
    moment = (system_now() + _offset()).astimezone(settings().zone)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _offset() -> timedelta:
    path = settings().clock_file
    if not path:
        return timedelta()
    try:
        return timedelta(seconds=float(Path(path).read_text() or 0))
    except FileNotFoundError:
        return timedelta()


def stamp(moment: datetime) -> str:
    """RFC 3339 with zone and milliseconds, the form in which acts store time."""
    return moment.isoformat(timespec="milliseconds")


def until(text: str, zone: tzinfo | None) -> datetime:
    """The end that somebody has named: the moment as it is written, or 24:00 of a day.

    Raises ValueError or OverflowError for what is none.
    """
    moment = parse(text)
    if moment.tzinfo is None:
        next_day = moment.date() + timedelta(days=1)
        return datetime.combine(next_day, time(), zone)
    return moment.astimezone(zone)


def last_day(end: datetime) -> date:
    """The day on which somebody reads that a period is over: of its last instant."""
    last_instant = end - timedelta(microseconds=1)
    return last_instant.date()


def parse(text: str) -> datetime:
    """The moment that ``stamp`` wrote."""
    return datetime.fromisoformat(text)
