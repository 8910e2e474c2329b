"""Acts on mandates: what may be granted, accepted, limited and ended, and what follows from it;
pure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from chalicelib.kernel.clock import parse, stamp
from chalicelib.kernel.errors import Conflict, Fault, Invalid, NotFound
from chalicelib.kernel.journal import Act, Entry

GRANTED, ACCEPTED, LIMITED, ENDED = (
    "MandateGranted",
    "MandateAccepted",
    "MandateLimited",
    "MandateEnded",
)
PARTIES = "parties"  # the private group: for whom, by whom, under which names
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
        narrower = wider.items is None or (self.items is not None and self.items <= wider.items)
        return narrower and self.acts <= wider.acts and self.ends <= wider.ends

    @property
    def data(self) -> dict[str, Any]:
        """``{items, acts, until}``, as acts and rows store it."""
        items = None if self.items is None else sorted(self.items)
        return {"items": items, "acts": sorted(self.acts), "until": stamp(self.ends)}


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


@dataclass(frozen=True)
class Granted:
    """All mandates to act for one party, by their ids, in the order in which they were granted."""

    mandates: Mapping[str, Mandate] = field(default_factory=dict)

    def find(self, mandate: str) -> Mandate:
        """The mandate of that id. Raises NotFound."""
        if mandate not in self.mandates:
            raise NotFound
        return self.mandates[mandate]


@dataclass(frozen=True)
class MandateRequest:
    """The wish that ``grantee`` may act for ``party``; ``evidence`` is what an officer saw, where
    one grants it.
    """

    party: str
    party_name: str = field(repr=False)
    grantee: str
    scope: Scope
    kind: str = MANDATE
    evidence: Mapping[str, Any] = field(default_factory=dict, repr=False)


def grant(
    known: Granted, wish: MandateRequest, mandate: str, by: str, now: datetime
) -> tuple[Act, ...]:
    """Offer a mandate under the id ``mandate``; it gives no power before it is accepted, by
    somebody else than ``by``.

    Raises Invalid for oneself as grantee or an end that is past, Conflict beyond a hundred
    mandates.
    """
    faults = [Fault("/grantee", "mandate-to-oneself")] if wish.grantee in (wish.party, by) else []
    if wish.scope.ends <= now:
        faults.append(Fault("/until", "until-in-the-past"))
    if faults:
        raise Invalid(faults=faults)
    if sum(not other.is_over(now) for other in known.mandates.values()) >= MAX_MANDATES:
        raise Conflict("mandates-too-many", limit=MAX_MANDATES)
    private = {"party": wish.party, "party_name": wish.party_name, "grantee": wish.grantee}
    groups = {PARTIES: private} | ({"office": dict(wish.evidence)} if wish.evidence else {})
    return (Act(GRANTED, {"mandate": mandate, "kind": wish.kind, **wish.scope.data}, groups),)


def accept(mandate: Mandate, name: str, now: datetime) -> tuple[Act, ...]:
    """Take it on: from now on it holds. Raises Conflict when that was done, or when it is over."""
    _is_open(mandate, now)
    if mandate.accepted_at:
        raise Conflict("mandate-accepted")
    return (Act(ACCEPTED, {"mandate": mandate.id}, {PARTIES: {"grantee_name": name}}),)


def limit(mandate: Mandate, scope: Scope, now: datetime) -> tuple[Act, ...]:
    """Narrow it at once; whoever gives more grants anew. Raises Invalid, or Conflict when it is
    over or so already.
    """
    _is_open(mandate, now)
    if (
        scope.ends <= now
    ):  # who wants it to end ends it: a past end would make somebody impartial who was not
        raise Invalid(faults=[Fault("/until", "until-in-the-past")])
    if not scope.is_within(mandate.scope):
        raise Invalid(faults=[Fault("", "mandate-not-narrower")])
    if scope == mandate.scope:
        raise Conflict("mandate-unchanged")
    return (Act(LIMITED, {"mandate": mandate.id, **scope.data}),)


def end(mandate: Mandate, reason: str, now: datetime) -> tuple[Act, ...]:
    """Withdraw, decline or renounce it at once. Raises Conflict when it is over."""
    _is_open(mandate, now)
    return (Act(ENDED, {"mandate": mandate.id}, {PARTIES: {"reason": reason}} if reason else {}),)


def _is_open(mandate: Mandate, now: datetime) -> None:
    if mandate.is_over(now):
        raise Conflict("mandate-over")


def fold(entries: Iterable[Entry]) -> Granted:
    """The mandates of a party as its stream tells them."""
    known = Granted()
    for entry in entries:
        for act in entry.acts:
            known = evolve(known, act, entry.at)
    return known


def evolve(known: Granted, act: Act, at: datetime) -> Granted:
    """The mandates after one act of ``at``."""
    data, private = act.data, act.private.get(PARTIES, {})
    if act.type == GRANTED:
        names = (
            private.get("party", ""),
            private.get("party_name", ""),
            private.get("grantee", ""),
        )
        made = Mandate(data["mandate"], data["kind"], *names, scope_of(data), at)
    else:
        made = known.mandates[data["mandate"]]
        if act.type == ACCEPTED:
            made = replace(made, accepted_at=at, grantee_name=private.get("grantee_name", ""))
        elif act.type == LIMITED:
            made = replace(made, scope=scope_of(data))
        else:
            made = replace(made, ended_at=at)
    return Granted({**known.mandates, made.id: made})


def scope_of(data: Mapping[str, Any]) -> Scope:
    """What ``Scope.data`` told."""
    items = None if data["items"] is None else frozenset(data["items"])
    return Scope(items, frozenset(data["acts"]), parse(data["until"]))
