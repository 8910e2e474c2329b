"""Changes of the registers that give power: proposed by one person, approved or rejected by
another.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.authority.acts import declared
from chalicelib.authority.errors import ChangeDecided, ChangeExpired
from chalicelib.kernel.acts import private
from chalicelib.kernel.journal import Actor, Entry
from chalicelib.kernel.values import dataclass

OFFICE = (
    "office"  # the private group: until it is approved, what is wanted is no matter of the public
)
OPEN, APPROVED, REJECTED, EXPIRED = "proposed", "approved", "rejected", "expired"
ANSWERED_WITHIN = timedelta(days=42)
"""For how long a proposal waits. What nobody has answered in six weeks, thirty working days where
no holiday falls in them, was asked for in circumstances that are over."""
NOBODY = Actor()


@dataclass(frozen=True)
class Change:
    """A change as its stream tells it; ``wanted`` is the proposal's body, ``subject`` what came of
    an approval.
    """

    id: str
    seq: int
    kind: str
    department: str
    wanted: Mapping[str, Any] = field(repr=False)
    proposed_at: datetime
    proposed_by: Actor
    status: str = OPEN
    decided_at: datetime | None = None
    decided_by: Actor = NOBODY
    reasons: tuple[str, ...] = ()
    subject: str = ""

    @property
    def is_open(self) -> bool:
        """Whether nobody has answered it."""
        return self.status == OPEN

    @property
    def expires_at(self) -> datetime:
        """When it lapses by itself."""
        return self.proposed_at + ANSWERED_WITHIN

    def status_at(self, now: datetime) -> str:
        """``proposed``, ``approved``, ``rejected`` or ``expired``."""
        if self.is_open and self.expires_at <= now:
            return EXPIRED
        return self.status


@dataclass(frozen=True)
class RegisterChangeProposed:
    """Somebody asks for a change that concerns ``department``."""

    kind: str
    department: str
    wanted: Mapping[str, Any] = private(OFFICE)

    def apply(self, change: Change | None, entry: Entry) -> Change | None:
        """It waits for an answer."""
        return Change(
            entry.stream.partition("#")[2],
            entry.seq,
            self.kind,
            self.department,
            self.wanted,
            entry.at,
            entry.actor,
        )


@dataclass(frozen=True)
class RegisterChangeApproved:
    """Somebody else agrees; ``subject`` names what the register holds now."""

    subject: str

    def apply(self, change: Change | None, entry: Entry) -> Change | None:
        """It is answered."""
        return _answered(
            change,
            entry,
            APPROVED,
            subject=self.subject,
        )


@dataclass(frozen=True)
class RegisterChangeRejected:
    """Somebody declines, with reasons."""

    reasons: tuple[str, ...] = private(OFFICE)

    def apply(self, change: Change | None, entry: Entry) -> Change | None:
        """It is answered."""
        return _answered(
            change,
            entry,
            REJECTED,
            reasons=self.reasons,
        )


ACTS = declared.declared(RegisterChangeProposed, RegisterChangeApproved, RegisterChangeRejected)


def fold(stream: str, entries: Iterable[Entry]) -> Change | None:
    """The change as the journal tells it; None before its proposal."""
    return declared.fold(None, entries, ACTS)


def _answered(change: Change | None, entry: Entry, status: str, **answer: Any) -> Change | None:
    if change is None:
        raise ValueError("a change begins with its proposal")
    return replace(
        change,
        seq=entry.seq,
        status=status,
        decided_at=entry.at,
        decided_by=entry.actor,
        **answer,
    )


@dataclass(frozen=True)
class Propose:
    """A change is wanted, as the ``body`` of the request says."""

    body: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True)
class Approve:
    """The change is to be made."""


@dataclass(frozen=True)
class Reject:
    """The change is not to be made, for these reasons."""

    reasons: Sequence[str]


def check_open(change: Change, now: datetime) -> None:
    """Raises ChangeDecided, or ChangeExpired where nobody has answered in time."""
    if not change.is_open:
        raise ChangeDecided
    if change.status_at(now) == EXPIRED:
        raise ChangeExpired
