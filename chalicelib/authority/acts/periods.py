"""Periods of registers: from a moment until just before another one, or until further notice."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.kernel.clock import parse, stamp
from chalicelib.kernel.errors import Fault

Span = tuple[datetime, datetime | None]


def told(span: Span) -> dict[str, str]:
    """``{from, until?}`` as acts and rows store it."""
    starts, ends = span
    return {"from": stamp(starts)} | ({"until": stamp(ends)} if ends else {})


def read(data: Mapping[str, Any], default: datetime) -> Span:
    """What ``told`` wrote; ``default`` is the beginning where none is written."""
    return parse(data["from"]) if "from" in data else default, parse(
        data["until"]
    ) if "until" in data else None


def holds(span: Span, moment: datetime) -> bool:
    """Whether the moment belongs to the period."""
    starts, ends = span
    return starts <= moment and (ends is None or moment < ends)


def is_over(span: Span, now: datetime) -> bool:
    """Whether the period has ended by ``now``."""
    return span[1] is not None and span[1] <= now


def overlap(one: Span, other: Span) -> bool:
    """Whether some moment belongs to both; what was ended before it began has none."""
    if one[0] == one[1] or other[0] == other[1]:
        return False
    return (other[1] is None or one[0] < other[1]) and (one[1] is None or other[0] < one[1])


def without(span: Span, gap: Span) -> list[Span]:
    """What is left of a period outside of another."""
    if not overlap(span, gap):
        return [span]
    left = [(span[0], gap[0])] if span[0] < gap[0] else []
    goes_on = gap[1] is not None and (span[1] is None or gap[1] < span[1])
    return left + ([(gap[1], span[1])] if goes_on and gap[1] else [])


def faults(span: Span, now: datetime) -> list[Fault]:
    """What is wrong with a period that is to be given: it begins in the past, or ends before it
    begins.
    """
    found = [Fault("/from", "from-in-the-past")] if span[0] < now else []
    if span[1] is not None and span[1] <= span[0]:
        found.append(Fault("/until", "until-not-after-from"))
    return found
