"""The acts on a draft, as its stream holds them: until it is published, it is its authority's
own.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, get_args

from chalicelib.kernel.acts import from_act, private, public
from chalicelib.kernel.journal import Act
from chalicelib.kernel.values import dataclass

OFFICE = "office"  # the private group

Document = Mapping[str, Any]


@dataclass(frozen=True)
class ItemDrafted:
    """A draft of a new item, or of the version that follows ``base``."""

    item: str = public()
    authority: str = public()
    base: int = public()
    document: Document = private(OFFICE)
    note: str = private(OFFICE, default="")


@dataclass(frozen=True)
class DraftRevised:
    """Another text, written on the version ``base``."""

    base: int = public()
    document: Document = private(OFFICE)
    note: str = private(OFFICE, default="")


@dataclass(frozen=True)
class DraftSubmitted:
    """Handed in for review."""


@dataclass(frozen=True)
class DraftReviewed:
    """Approved or returned."""

    outcome: str = public()
    reasons: tuple[str, ...] = private(OFFICE, default=())


@dataclass(frozen=True)
class DraftPublished:
    """It has become a version of its item, from a moment on, or from that of its entry."""

    version: int = public()
    in_force_from: datetime | None = public(default=None)


@dataclass(frozen=True)
class DraftDiscarded:
    """Given up."""

    reason: str = private(OFFICE, default="")


DraftAct = (
    ItemDrafted | DraftRevised | DraftSubmitted | DraftReviewed | DraftPublished | DraftDiscarded
)
_TYPES: Mapping[str, type] = {kind.__name__: kind for kind in get_args(DraftAct)}


def read(act: Act) -> DraftAct:
    """What an act of a draft's stream says."""
    payload: DraftAct = from_act(_TYPES[act.type], act)
    return payload
