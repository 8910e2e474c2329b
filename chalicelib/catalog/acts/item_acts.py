"""The acts on an item, as its stream holds them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, get_args

from chalicelib.kernel.acts import from_act, public
from chalicelib.kernel.journal import Act
from chalicelib.kernel.values import dataclass

Document = Mapping[str, Any]


@dataclass(frozen=True)
class DraftStep:
    """One act on a draft, as everybody may know of it once the draft is published."""

    act: str
    at: datetime
    post: str
    outcome: str = ""
    version: int = 0
    in_force_from: datetime | None = None


@dataclass(frozen=True)
class ItemPublished:
    """A version of the item, in force from a moment on, or from that of its entry.

    ``draft`` and its ``steps`` are how it came about; empty where the city's data say so.
    """

    version: int = public()
    document: Document = public()
    in_force_from: datetime | None = public(default=None)
    draft: str = public(default="")
    steps: tuple[DraftStep, ...] = public(default=())


@dataclass(frozen=True)
class RetirementProposed:
    """Somebody proposes that the item takes no applications from a moment on."""

    starts: datetime = public(key="from")
    reasons: tuple[str, ...] = public(default=(), always=True)


@dataclass(frozen=True)
class ItemRetired:
    """The item takes no applications from a moment on."""

    starts: datetime = public(key="from")
    reasons: tuple[str, ...] = public(default=(), always=True)


ItemAct = ItemPublished | RetirementProposed | ItemRetired
_TYPES: Mapping[str, type] = {kind.__name__: kind for kind in get_args(ItemAct)}


def read(act: Act) -> ItemAct:
    """What an act of an item's stream says."""
    payload: ItemAct = from_act(_TYPES[act.type], act)
    return payload
