"""Which version of an item is in force, as this process knows it: at most half a minute behind."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from time import monotonic

from chalicelib.catalog.acts import effects
from chalicelib.catalog.acts.effects import Effect
from chalicelib.catalog.acts.item_acts import Document
from chalicelib.catalog.errors import ItemRetired
from chalicelib.catalog.items.streams import back, stream_of
from chalicelib.kernel import clock
from chalicelib.kernel.errors import Fault, NotFound
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.values import dataclass

FRESH_SECONDS = 30.0


@dataclass(frozen=True)
class _Remembered:
    """What was read of an item's stream, at a moment of this process's clock."""

    read_at: float
    effects: Sequence[Effect]

    def answers(self, at: datetime) -> bool:
        """Whether it is fresh, and tells what is in force at a moment."""
        is_fresh = monotonic() - self.read_at < FRESH_SECONDS
        return is_fresh and effects.in_force(self.effects, at) is not None


_remembered: dict[str, _Remembered] = {}


def current(item: str, at: datetime | None = None) -> Document:
    """The version in force at a moment, now when none is given.

    This process may be up to half a minute behind an act, but a version that was published to begin
    later begins in time. Raises NotFound where none has begun, ItemRetired.
    """
    at = at or clock.now()
    effect = effects.in_force(_effects(item, at), at)
    if effect is None:
        raise NotFound
    if effect.document is None:
        raise ItemRetired(faults=[Fault("/item", "item-retired")])
    return effect.document


def shown(item: str) -> Document:
    """The version in force; of a retired item the last one, before the first has begun the first.
    Raises NotFound.

    ``retired_from`` is in it where the item is, or will be, retired. As fresh as ``current``.
    """
    at = clock.now()
    of_item = _effects(item, at)
    document = effects.shown(of_item, at)
    if document is None:
        raise NotFound
    end = effects.retired_from(of_item, at)
    if end is None:
        return document
    return {**document, "retired_from": clock.stamp(end)}


def forget() -> None:
    """Read every item anew when it is asked for next."""
    _remembered.clear()


def _effects(item: str, at: datetime) -> Sequence[Effect]:
    """What matters of an item's stream at a moment and later, in the order on record. Raises
    NotFound.
    """
    stream = stream_of(item)
    remembered = _remembered.get(item)
    if remembered and remembered.answers(at):
        return remembered.effects
    read = since(back(stream), at)
    if not read:
        raise NotFound
    _remembered[item] = _Remembered(monotonic(), read)
    return read


def since(entries: Iterable[Entry], at: datetime) -> list[Effect]:
    """Effects from the newest back to the version that was in force at ``at`` and at each
    retirement that follows.
    """
    newest_first: list[Effect] = []
    for entry in entries:
        effect = effects.of_entry(entry)
        if effect is None:
            continue
        newest_first.append(effect)
        if effect.document is None:
            at = min(at, effect.starts)
        elif effect.starts <= at:
            break
    newest_first.reverse()
    return newest_first
