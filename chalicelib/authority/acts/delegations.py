"""Delegations: a department lets a window post reach named outcomes for named items, for a
period.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.authority.acts import declared, periods
from chalicelib.authority.acts.periods import Span
from chalicelib.authority.acts.posts import Position
from chalicelib.kernel.acts import public
from chalicelib.kernel.authorization import WINDOW
from chalicelib.kernel.clock import parse
from chalicelib.kernel.errors import Conflict, Fault, Invalid, NotFound
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.values import dataclass


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
        """As rows tell it: ``{delegation, post, to, items, outcomes, from, until}``."""
        return {
            "delegation": self.id,
            "post": self.post,
            "to": self.to,
            "items": list(self.items),
            "outcomes": list(self.outcomes),
            **periods.to_data(self.span),
        }

    def covers(self, delegate: str, post: str, item: str, outcome: str, at: datetime) -> bool:
        """Whether ``delegate`` could reach this outcome of the item in the stead of ``post`` at
        that moment.
        """
        if (self.to, self.post) != (delegate, post):
            return False
        is_named = item in self.items and outcome in self.outcomes
        return is_named and periods.holds(self.span, at)


def from_data(data: Mapping[str, Any]) -> Delegation:
    """What ``Delegation.data`` told."""
    return Delegation(
        data["delegation"],
        data["post"],
        data["to"],
        tuple(data["items"]),
        tuple(data["outcomes"]),
        parse(data["from"]),
        parse(data["until"]),
    )


@dataclass(frozen=True)
class DelegationGranted:
    """A post delegates outcomes to another one."""

    delegation: str
    post: str
    to: str
    items: tuple[str, ...]
    outcomes: tuple[str, ...]
    starts: datetime = public(key="from")
    ends: datetime = public(key="until")

    def apply(self, delegation: Delegation | None, entry: Entry) -> Delegation | None:
        """There is one."""
        return Delegation(
            self.delegation,
            self.post,
            self.to,
            self.items,
            self.outcomes,
            self.starts,
            self.ends,
        )


@dataclass(frozen=True)
class DelegationEnded:
    """A delegation is taken back."""

    delegation: str

    def apply(self, delegation: Delegation | None, entry: Entry) -> Delegation | None:
        """It ends; one that had not begun never holds."""
        if delegation is None:
            return None
        return replace(delegation, ends=max(entry.at, delegation.starts))


ACTS = declared.declared(DelegationGranted, DelegationEnded)


def fold(stream: str, entries: Iterable[Entry]) -> Delegation | None:
    """The delegation as its stream tells it; None where there is none."""
    return declared.fold(None, entries, ACTS)


@dataclass(frozen=True)
class Delegate:
    """``delegation`` is wanted, between these posts as they are when it begins (None: no post)."""

    delegation: Delegation
    post: Position | None
    delegate: Position | None


@dataclass(frozen=True)
class EndDelegation:
    """The delegation is to end now."""


def decide(
    delegation: Delegation | None,
    command: Delegate | EndDelegation,
    now: datetime,
) -> DelegationGranted | DelegationEnded:
    """The next act. Raises Problem."""
    if isinstance(command, Delegate):
        return grant(command, now)
    return end(delegation, now)


def grant(command: Delegate, now: datetime) -> DelegationGranted:
    """Delegate. Raises Invalid for unknown posts, a delegate that is no other window, and a wrong
    period.
    """
    wanted, delegate = command.delegation, command.delegate
    faults = periods.faults(wanted.span, now)
    if command.post is None:
        faults.append(Fault("/data/post", "post-unknown"))
    if delegate is None:
        faults.append(Fault("/data/to", "post-unknown"))
    elif WINDOW not in delegate.roles or wanted.to == wanted.post:
        faults.append(Fault("/data/to", "delegate-is-no-window"))
    if faults:
        raise Invalid(faults=faults)
    return DelegationGranted(
        wanted.id,
        wanted.post,
        wanted.to,
        wanted.items,
        wanted.outcomes,
        wanted.starts,
        wanted.ends,
    )


def end(delegation: Delegation | None, now: datetime) -> DelegationEnded:
    """Take the delegation back now. Raises NotFound, or Conflict when it is over already."""
    if delegation is None:
        raise NotFound
    if periods.is_over(delegation.span, now):
        raise Conflict("delegation-over")
    return DelegationEnded(delegation.id)
