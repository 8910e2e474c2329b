"""What can be on record of the mandates of a party: each act with what it says and what follows
from it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.authority.acts import declared
from chalicelib.authority.mandates.values import Granted, Mandate, Scope
from chalicelib.kernel.acts import private, public
from chalicelib.kernel.journal import Act, Entry
from chalicelib.kernel.values import dataclass

PARTIES = "parties"  # the private group: for whom, by whom, under which names
OFFICE = "office"  # the private group of what an officer saw, where one has granted it


@dataclass(frozen=True)
class MandateGranted:
    """A mandate is offered; a guardianship with what was seen of it at the window."""

    mandate: str
    kind: str
    items: frozenset[str] | None
    acts: frozenset[str]
    ends: datetime = public(key="until")
    party: str = private(PARTIES)
    party_name: str = private(PARTIES)
    grantee: str = private(PARTIES)
    identity_check: Mapping[str, Any] = private(OFFICE, default={})
    consent: int | None = private(OFFICE, default=None)
    minor: Mapping[str, Any] = private(OFFICE, default={})
    guardian: Mapping[str, Any] = private(OFFICE, default={})
    papers: tuple[Mapping[str, Any], ...] = private(OFFICE, default=())

    def apply(self, granted: Granted, entry: Entry) -> Granted:
        """One mandate more."""
        return granted.having(
            Mandate(
                self.mandate,
                self.kind,
                self.party,
                self.party_name,
                self.grantee,
                Scope(self.items, self.acts, self.ends),
                entry.at,
            )
        )


@dataclass(frozen=True)
class MandateAccepted:
    """The grantee takes it on, under a legal name."""

    mandate: str
    grantee_name: str = private(PARTIES)

    def apply(self, granted: Granted, entry: Entry) -> Granted:
        """It holds."""
        mandate = granted.find(self.mandate)
        accepted = replace(
            mandate,
            accepted_at=entry.at,
            grantee_name=self.grantee_name,
        )
        return granted.having(accepted)


@dataclass(frozen=True)
class MandateLimited:
    """The party narrows it."""

    mandate: str
    items: frozenset[str] | None
    acts: frozenset[str]
    ends: datetime = public(key="until")

    def apply(self, granted: Granted, entry: Entry) -> Granted:
        """It reaches less far."""
        mandate = granted.find(self.mandate)
        scope = Scope(self.items, self.acts, self.ends)
        limited = replace(
            mandate,
            scope=scope,
            limits=mandate.limits + 1,
        )
        return granted.having(limited)


@dataclass(frozen=True)
class MandateEnded:
    """It is withdrawn, declined or renounced."""

    mandate: str
    reason: str = private(PARTIES, default="")

    def apply(self, granted: Granted, entry: Entry) -> Granted:
        """It is over."""
        mandate = granted.find(self.mandate)
        return granted.having(replace(mandate, ended_at=entry.at))


DECLARED = declared.declared(MandateGranted, MandateAccepted, MandateLimited, MandateEnded)


def fold(stream: str, entries: Iterable[Entry]) -> Granted:
    """The mandates of a party as its stream tells them."""
    return after(Granted(), entries)


def after(granted: Granted, entries: Iterable[Entry]) -> Granted:
    """The mandates after further entries."""
    return declared.fold(granted, entries, DECLARED)


def mandate_of(act: Act) -> str:
    """The id of the mandate that an act is about."""
    payload = declared.payload_of(act, DECLARED)
    match payload:
        case MandateGranted() | MandateAccepted() | MandateLimited() | MandateEnded():
            return payload.mandate
    raise KeyError(act.type)
