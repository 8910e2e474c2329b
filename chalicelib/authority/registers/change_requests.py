"""What a proposed change asks for, as its body is to be read at a moment."""

from collections.abc import Callable, Mapping
from datetime import datetime, time, tzinfo
from typing import Any

from chalicelib.authority.acts.periods import Span
from chalicelib.kernel import clock
from chalicelib.kernel.values import dataclass


@dataclass(frozen=True)
class ChangeRequest:
    """What is asked for: the register's ``data`` and the period; ``id`` is the change's own."""

    id: str
    kind: str
    data: Mapping[str, Any]
    span: Span


def read(
    change: str, body: Mapping[str, Any], now: datetime, *, is_late: bool = False
) -> ChangeRequest:
    """The body of a change as it is to be read at ``now``.

    ``is_late``: what waited for its approval beyond its day begins at ``now``; power is never given
    for the past.
    """
    starts = _read(body, "from", now, _beginning) or now
    if is_late:
        starts = max(starts, now)
    span = (starts, _read(body, "until", now, clock.until))
    return ChangeRequest(
        change,
        body["kind"],
        body["data"],
        span,
    )


def _beginning(text: str, zone: tzinfo | None) -> datetime:
    """A moment as it is written, or the beginning of a day."""
    moment = clock.parse(text)
    if moment.tzinfo is None:
        return datetime.combine(moment.date(), time(), zone)
    return moment.astimezone(zone)


def _read(
    body: Mapping[str, Any],
    name: str,
    now: datetime,
    reading: Callable[[str, tzinfo | None], datetime],
) -> datetime | None:
    if name not in body:
        return None
    return reading(body[name], now.tzinfo)
