"""What a mandate is: who may act for whom, at which items, by which acts, until when."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import Any

from chalicelib.kernel.clock import parse, stamp
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.values import dataclass

MANDATE, GUARDIANSHIP = "mandate", "guardianship"
ACTS = ("file", "supplement", "state", "pay", "collect", "withdraw")
MAX_MANDATES = 100  # mandates of one party that are not over


@dataclass(frozen=True)
class Scope:
    """At which items (None: at all of them) and by which acts somebody may act, and until just
    before when.
    """

    items: frozenset[str] | None
    acts: frozenset[str]
    ends: datetime

    def is_within(self, wider: "Scope") -> bool:
        """Whether nothing is in it that is not in the other one."""
        if self.ends > wider.ends or not self.acts <= wider.acts:
            return False
        if wider.items is None:
            return True
        return self.items is not None and self.items <= wider.items

    @property
    def data(self) -> dict[str, Any]:
        """``{items, acts, until}``, as rows and replies tell it."""
        return {
            "items": None if self.items is None else sorted(self.items),
            "acts": sorted(self.acts),
            "until": stamp(self.ends),
        }


def scope_from_data(data: Mapping[str, Any]) -> Scope:
    """What ``Scope.data`` told."""
    items = data["items"]
    return Scope(
        None if items is None else frozenset(items),
        frozenset(data["acts"]),
        parse(data["until"]),
    )


@dataclass(frozen=True)
class Mandate:
    """``grantee`` may act for ``party`` within ``scope``, once the grantee has accepted it."""

    id: str
    kind: str
    party: str
    party_name: str = field(repr=False)
    grantee: str
    scope: Scope
    granted_at: datetime
    grantee_name: str = field(default="", repr=False)
    accepted_at: datetime | None = None
    ended_at: datetime | None = None
    limits: int = field(default=0, compare=False)  # how often it was narrowed

    def status(self, now: datetime) -> str:
        """``ended``, ``expired``, ``offered`` or ``in_force``."""
        if self.ended_at:
            return "ended"
        if self.scope.ends <= now:
            return "expired"
        return "in_force" if self.accepted_at else "offered"

    def is_over(self, now: datetime) -> bool:
        """Whether nothing can follow from it any more."""
        return self.status(now) in ("ended", "expired")

    @property
    def end(self) -> datetime:
        """When it ended, or is to."""
        return self.ended_at or self.scope.ends


@dataclass(frozen=True)
class Granted:
    """All mandates to act for one party, by their ids, in the order in which they were granted."""

    mandates: Mapping[str, Mandate] = field(default_factory=dict)

    def find(self, mandate: str) -> Mandate:
        """The mandate of that id. Raises NotFound."""
        if mandate not in self.mandates:
            raise NotFound
        return self.mandates[mandate]

    def having(self, mandate: Mandate) -> "Granted":
        """With this one, or this one as it is now."""
        return Granted({**self.mandates, mandate.id: mandate})

    def current(self, now: datetime) -> list[Mandate]:
        """Those from which something can still follow."""
        current = []
        for mandate in self.mandates.values():
            if not mandate.is_over(now):
                current.append(mandate)
        return current
