"""What may be granted, accepted, limited and ended; pure."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import Any

from chalicelib.authority.mandates.acts import (
    MandateAccepted,
    MandateEnded,
    MandateGranted,
    MandateLimited,
)
from chalicelib.authority.mandates.values import MANDATE, MAX_MANDATES, Granted, Mandate, Scope
from chalicelib.kernel.aggregates import ActOrigin
from chalicelib.kernel.errors import Conflict, Fault, Invalid
from chalicelib.kernel.values import dataclass

MAX_OFFERS_A_DAY, MAX_OFFERS_TO_ONE_A_DAY = 20, 10  # of one party
MAX_LIMITS = 10  # of one mandate


@dataclass(frozen=True)
class MandateRequest:
    """``grantee`` is to act for ``party``; ``evidence`` is what an officer saw, where one grants
    it.
    """

    party: str
    party_name: str = field(repr=False)
    grantee: str
    scope: Scope
    kind: str = MANDATE
    evidence: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class AcceptMandate:
    """The grantee takes it on, under a legal name."""

    mandate: str
    name: str = field(repr=False)


@dataclass(frozen=True)
class LimitMandate:
    """Of its scope, what is named is to be narrower."""

    mandate: str
    items: frozenset[str] | None = None
    acts: frozenset[str] | None = None
    ends: datetime | None = None

    def applied_to(self, scope: Scope) -> Scope:
        """The scope as it is wanted."""
        return Scope(
            scope.items if self.items is None else self.items,
            scope.acts if self.acts is None else self.acts,
            self.ends or scope.ends,
        )


@dataclass(frozen=True)
class EndMandate:
    """It is to be over at once."""

    mandate: str
    reason: str = ""


MandateCommand = MandateRequest | AcceptMandate | LimitMandate | EndMandate
MandatePayload = MandateGranted | MandateAccepted | MandateLimited | MandateEnded


def decide(granted: Granted, command: MandateCommand, origin: ActOrigin) -> MandatePayload:
    """The next act. Raises NotFound, Invalid, Conflict."""
    if isinstance(command, MandateRequest):
        return grant(granted, command, origin)
    mandate = granted.find(command.mandate)
    match command:
        case AcceptMandate():
            return accept(mandate, command.name, origin.now)
        case LimitMandate():
            return limit(mandate, command, origin.now)
        case EndMandate():
            return end(mandate, command.reason, origin)


def grant(granted: Granted, request: MandateRequest, origin: ActOrigin) -> MandateGranted:
    """Offer a mandate; it gives no power before it is accepted, by somebody else than who grants
    it.

    Raises Invalid for oneself as grantee or an end that is past, Conflict where an equal one is
    offered or in force, where an offer to the same person waits, or beyond what anybody needs: a
    few offers a day, a hundred mandates.
    """
    faults = []
    if request.grantee in (request.party, origin.actor.person):
        faults.append(Fault("/grantee", "mandate-to-oneself"))
    if request.scope.ends <= origin.now:
        faults.append(Fault("/until", "until-in-the-past"))
    if faults:
        raise Invalid(faults=faults)
    _check_first(granted, request, origin.now)
    _check_patience(granted, request, origin.now)
    if len(granted.current(origin.now)) >= MAX_MANDATES:
        raise Conflict("mandates-too-many", limit=MAX_MANDATES)
    beginning = origin.stream.partition("#")[2]
    return MandateGranted(
        f"{beginning}.{origin.seq}",
        request.kind,
        request.scope.items,
        request.scope.acts,
        request.scope.ends,
        request.party,
        request.party_name,
        request.grantee,
        **request.evidence,
    )


def _check_first(granted: Granted, request: MandateRequest, now: datetime) -> None:
    """Raise Conflict, which names the first one, where the same is offered or in force: a page that
    was loaded again, or a second window.
    """
    for mandate in granted.current(now):
        is_same_wish = mandate.kind == request.kind and mandate.scope == request.scope
        if is_same_wish and mandate.grantee == request.grantee:
            raise Conflict("mandate-made-already", mandate=mandate.id)


def _check_patience(granted: Granted, request: MandateRequest, now: datetime) -> None:
    """Raise Conflict where one more offer would only bother the grantee, who is told of each: while
    one waits for an answer, and beyond a few a day.
    """
    if request.kind != MANDATE:
        return
    today = [each for each in granted.mandates.values() if each.granted_at.date() == now.date()]
    to_grantee = [each for each in today if each.grantee == request.grantee]
    if len(today) >= MAX_OFFERS_A_DAY or len(to_grantee) >= MAX_OFFERS_TO_ONE_A_DAY:
        raise Conflict(
            "mandate-offers-many",
            limit=MAX_OFFERS_A_DAY,
            to_one=MAX_OFFERS_TO_ONE_A_DAY,
        )
    for mandate in granted.current(now):
        if mandate.grantee == request.grantee and not mandate.accepted_at:
            raise Conflict("mandate-offered", mandate=mandate.id)


def accept(mandate: Mandate, name: str, now: datetime) -> MandateAccepted:
    """Take it on: from now on it holds. Raises Conflict when that was done, or when it is over."""
    _check_open(mandate, now)
    if mandate.accepted_at:
        raise Conflict("mandate-accepted")
    return MandateAccepted(mandate.id, name)


def limit(mandate: Mandate, command: LimitMandate, now: datetime) -> MandateLimited:
    """Narrow it at once; whoever gives more grants anew. Raises Invalid, or Conflict when it is
    over or so already.
    """
    _check_open(mandate, now)
    scope = command.applied_to(mandate.scope)
    # Who wants it to end ends it: a past end would make somebody impartial who was not.
    if scope.ends <= now:
        raise Invalid(faults=[Fault("/until", "until-in-the-past")])
    if not scope.is_within(mandate.scope):
        raise Invalid(faults=[Fault("", "mandate-not-narrower")])
    if scope == mandate.scope:
        raise Conflict("mandate-unchanged")
    # An end may be named a second earlier again and again, and the grantee is told each time.
    if mandate.limits >= MAX_LIMITS:
        raise Conflict("mandate-limits-many", limit=MAX_LIMITS)
    return MandateLimited(
        mandate.id,
        scope.items,
        scope.acts,
        scope.ends,
    )


def end(mandate: Mandate, reason: str, origin: ActOrigin) -> MandateEnded:
    """Withdraw, decline or renounce it at once. Raises Conflict when it is over, Invalid where an
    office ends it and gives no reason: both sides hear of it, and the reason stays with it.
    """
    if origin.actor.post and not reason:
        raise Invalid(faults=[Fault("/reason", "required")])
    _check_open(mandate, origin.now)
    return MandateEnded(mandate.id, reason)


def _check_open(mandate: Mandate, now: datetime) -> None:
    if mandate.is_over(now):
        raise Conflict("mandate-over")
