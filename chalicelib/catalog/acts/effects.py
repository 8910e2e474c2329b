"""What an item's stream says is in force: publications and retirements, each from a moment on."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from chalicelib.catalog.acts import item_acts
from chalicelib.catalog.acts.item_acts import ItemPublished, ItemRetired
from chalicelib.kernel.clock import stamp
from chalicelib.kernel.errors import Fault, Invalid
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.values import dataclass

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Effect:
    """What an act brings from ``starts`` on: a version of the item, or, without a document, its
    retirement.
    """

    starts: datetime
    document: Document | None = None


def begins(day: date, now: datetime) -> datetime | None:
    """The moment at which a day begins, in the zone of ``now``; None for today. Raises Invalid for
    the past.
    """
    today = now.date()
    if day < today:
        raise Invalid(faults=[Fault("/from", "from-before-today")])
    if day == today:
        return None
    return datetime.combine(day, time(), now.tzinfo)


def published(entry: Entry) -> ItemPublished | None:
    """The publication in an entry of an item's stream, if it holds one."""
    for act in entry.acts:
        payload = item_acts.read(act)
        if isinstance(payload, ItemPublished):
            return payload
    return None


def of_entry(entry: Entry) -> Effect | None:
    """What the entry brings; None for a step that changes nothing in force."""
    for act in entry.acts:
        payload = item_acts.read(act)
        if isinstance(payload, ItemPublished):
            return _version(payload, entry.at)
        if isinstance(payload, ItemRetired):
            return Effect(payload.starts)
    return None


def _version(published: ItemPublished, at: datetime) -> Effect:
    starts = published.in_force_from or at
    document = {
        **published.document,
        "version": published.version,
        "published_at": stamp(at),
        "in_force_from": stamp(starts),
    }
    return Effect(starts, document)


def in_force(effects: Sequence[Effect], at: datetime) -> Effect | None:
    """What holds at a moment: of all that has begun by then, what was put on record last."""
    for effect in reversed(effects):
        if effect.starts <= at:
            return effect
    return None


def shown(effects: Sequence[Effect], at: datetime) -> Document | None:
    """What to show at a moment: the version in force, of a retired item the last that was, else the
    first to come.
    """
    considered = list(effects)
    while any(effect.document for effect in considered):
        effect = in_force(considered, at)
        if effect is None:
            at = min(each.starts for each in considered)
        elif effect.document:
            return effect.document
        else:
            at = effect.starts
            considered = _before(considered, effect)
    return None


def _before(effects: Sequence[Effect], retirement: Effect) -> list[Effect]:
    """The effects that stand on record before the last that is this one."""
    before = list(effects)
    while before.pop() is not retirement:
        pass
    return before


def retired_from(effects: Sequence[Effect], at: datetime) -> datetime | None:
    """Since when the item is retired, or from when it will be; None where neither is so."""
    for effect in (in_force(effects, at), effects[-1]):
        if effect and not effect.document:
            return effect.starts
    return None
