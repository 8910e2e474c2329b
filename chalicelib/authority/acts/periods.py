"""Periods of registers: from a moment until just before another one, or until further notice."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.kernel.clock import parse, stamp
from chalicelib.kernel.errors import Fault

Span = tuple[datetime, datetime | None]


def to_data(span: Span) -> dict[str, str]:
    """``{from, until?}`` as rows and replies tell it."""
    starts, ends = span
    data = {"from": stamp(starts)}
    if ends:
        data["until"] = stamp(ends)
    return data


def from_data(data: Mapping[str, Any], default: datetime) -> Span:
    """What ``to_data`` wrote; ``default`` is the beginning where none is written."""
    starts, ends = default, None
    if "from" in data:
        starts = parse(data["from"])
    if "until" in data:
        ends = parse(data["until"])
    return starts, ends


def holds(span: Span, moment: datetime) -> bool:
    """Whether the moment belongs to the period."""
    starts, ends = span
    has_begun = starts <= moment
    return has_begun and (ends is None or moment < ends)


def is_over(span: Span, now: datetime) -> bool:
    """Whether the period has ended by ``now``."""
    _, ends = span
    return ends is not None and ends <= now


def overlap(one: Span, other: Span) -> bool:
    """Whether some moment belongs to both; what was ended before it began has none."""
    if _is_empty(one) or _is_empty(other):
        return False
    return _begins_before_end(one, other) and _begins_before_end(other, one)


def _is_empty(span: Span) -> bool:
    starts, ends = span
    return starts == ends


def _begins_before_end(one: Span, other: Span) -> bool:
    starts, _ = one
    _, ends = other
    return ends is None or starts < ends


def common(one: Span, other: Span) -> Span | None:
    """The time that belongs to both; None where there is none."""
    if not overlap(one, other):
        return None
    ends = [ends for _, ends in (one, other) if ends is not None]
    return max(one[0], other[0]), min(ends, default=None)


def without(span: Span, gap: Span) -> list[Span]:
    """What is left of a period outside of another."""
    if not overlap(span, gap):
        return [span]
    (starts, ends), (gap_starts, gap_ends) = span, gap
    left: list[Span] = []
    if starts < gap_starts:
        left.append((starts, gap_starts))
    if gap_ends and (ends is None or gap_ends < ends):
        left.append((gap_ends, ends))
    return left


def faults(span: Span, now: datetime) -> list[Fault]:
    """What is wrong with a period that is to be given: it begins in the past, or ends before it
    begins.
    """
    starts, ends = span
    found = []
    if starts < now:
        found.append(Fault("/from", "from-in-the-past"))
    if ends is not None and ends <= starts:
        found.append(Fault("/until", "until-not-after-from"))
    return found
