"""What an item's stream says is in force: publications and retirements, each from a moment on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from chalicelib.kernel.clock import parse, stamp
from chalicelib.kernel.errors import Fault, Invalid
from chalicelib.kernel.journal import Act, Entry

PUBLISHED, RETIRED = "ItemPublished", "ItemRetired"

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Effect:
    """What an act brings from ``starts`` on: a version of the item, or, without a document, its
    retirement.
    """

    starts: datetime
    document: Document | None = None


def publication(
    number: int, document: Document, starts: datetime | None = None, **more: Any
) -> Act:
    """Publish a version: from ``starts`` on, or at once."""
    begins = {"in_force_from": stamp(starts)} if starts else {}
    return Act(PUBLISHED, {"version": number, "document": dict(document), **begins, **more})


def begins(day: date, now: datetime) -> datetime | None:
    """The moment at which a day begins, in the zone of ``now``; None for today. Raises Invalid for
    the past.
    """
    if day < now.date():
        raise Invalid(faults=[Fault("/from", "from-before-today")])
    return datetime.combine(day, time(), now.tzinfo) if day > now.date() else None


def published(entry: Entry) -> Act | None:
    """The publication in an entry of an item's stream, if it holds one."""
    return next((act for act in entry.acts if act.type == PUBLISHED), None)


def of_entry(entry: Entry) -> Effect | None:
    """What the entry brings; None for a step that changes nothing in force."""
    for act in entry.acts:
        if act.type == PUBLISHED:
            starts = parse(act.data["in_force_from"]) if "in_force_from" in act.data else entry.at
            head = {
                "version": act.data["version"],
                "published_at": stamp(entry.at),
                "in_force_from": stamp(starts),
            }
            return Effect(starts, {**act.data["document"], **head})
        if act.type == RETIRED:
            return Effect(parse(act.data["from"]))
    return None


def in_force(effects: Sequence[Effect], at: datetime) -> Effect | None:
    """What holds at a moment: of all that has begun by then, what was put on record last."""
    return next((effect for effect in reversed(effects) if effect.starts <= at), None)


def shown(effects: Sequence[Effect], at: datetime) -> Document | None:
    """What to show at a moment: the version in force, of a retired item the last that was, else the
    first to come.
    """
    known = list(effects)
    while any(effect.document for effect in known):
        held = in_force(known, at)
        if held is None:
            at = min(effect.starts for effect in known)
        elif held.document:
            return held.document
        else:
            at, known = held.starts, known[: _last(known, held)]
    return None


def retired_from(effects: Sequence[Effect], at: datetime) -> datetime | None:
    """Since when the item is retired, or from when it will be; None where neither is so."""
    ends = [
        effect for effect in (in_force(effects, at), effects[-1]) if effect and not effect.document
    ]
    return ends[0].starts if ends else None


def _last(effects: Sequence[Effect], wanted: Effect) -> int:
    return max(place for place, effect in enumerate(effects) if effect is wanted)
