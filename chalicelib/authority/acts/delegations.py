"""Delegations: a department lets a window post reach named outcomes for named items, for a
period.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib.authority.acts import periods
from chalicelib.authority.acts.periods import Span
from chalicelib.authority.acts.posts import Position
from chalicelib.kernel.authorization import WINDOW
from chalicelib.kernel.errors import Conflict, Fault, Invalid, NotFound
from chalicelib.kernel.journal import Act, Entry

GRANTED, ENDED = "DelegationGranted", "DelegationEnded"


@dataclass(frozen=True)
class Delegation:
    """What ``post`` may decide, done by the holders of ``to`` in its stead: these outcomes, of
    these items.
    """

    id: str
    post: str
    to: str
    items: tuple[str, ...]
    outcomes: tuple[str, ...]
    starts: datetime
    ends: datetime

    @property
    def span(self) -> Span:
        """Its period."""
        return self.starts, self.ends

    @property
    def data(self) -> dict[str, Any]:
        """As acts and rows tell it: ``{delegation, post, to, items, outcomes, from, until}``."""
        named = {"items": list(self.items), "outcomes": list(self.outcomes)}
        return {
            "delegation": self.id,
            "post": self.post,
            "to": self.to,
            **named,
            **periods.told(self.span),
        }

    def covers(self, delegate: str, post: str, item: str, outcome: str, at: datetime) -> bool:
        """Whether ``delegate`` could reach this outcome of the item in the stead of ``post`` at
        that moment.
        """
        is_named = (
            (self.to, self.post) == (delegate, post)
            and item in self.items
            and outcome in self.outcomes
        )
        return is_named and periods.holds(self.span, at)


def grant(
    wanted: Delegation, post: Position | None, delegate: Position | None, now: datetime
) -> tuple[Act, ...]:
    """Delegate. Raises Invalid for unknown posts, a delegate that is no other window, and a wrong
    period.
    """
    faults = periods.faults(wanted.span, now)
    if post is None:
        faults.append(Fault("/data/post", "post-unknown"))
    if delegate is None:
        faults.append(Fault("/data/to", "post-unknown"))
    elif WINDOW not in delegate.roles or wanted.to == wanted.post:
        faults.append(Fault("/data/to", "delegate-is-no-window"))
    if faults:
        raise Invalid(faults=faults)
    return (Act(GRANTED, wanted.data),)


def end(known: Delegation | None, now: datetime) -> tuple[Act, ...]:
    """Take the delegation back now. Raises NotFound, or Conflict when it is over already."""
    if known is None:
        raise NotFound
    if periods.is_over(known.span, now):
        raise Conflict("delegation-over")
    return (Act(ENDED, {"delegation": known.id}),)


def fold(entries: Iterable[Entry]) -> Delegation | None:
    """The delegation as its stream tells it; None where there is none."""
    known: Delegation | None = None
    for entry in entries:
        for act in entry.acts:
            if act.type == GRANTED:
                known = read(act.data)
            elif act.type == ENDED and known:
                known = replace(known, ends=max(entry.at, known.starts))
    return known


def read(data: Any) -> Delegation:
    """What ``Delegation.data`` told."""
    starts, ends = datetime.fromisoformat(data["from"]), datetime.fromisoformat(data["until"])
    return Delegation(
        data["delegation"],
        data["post"],
        data["to"],
        tuple(data["items"]),
        tuple(data["outcomes"]),
        starts,
        ends,
    )
