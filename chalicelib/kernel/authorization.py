"""Who asks for what: the shapes in which the door and the use cases put their one question to the
policies.
"""

from collections.abc import Callable, Mapping
from dataclasses import field, replace
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol

from chalicelib.kernel.errors import (
    Denial,
    Forbidden,
    NotFound,
    StrongerSignInNeeded,
)
from chalicelib.kernel.values import dataclass

WINDOW = "window"  # the role of posts that serve who is present


@dataclass(frozen=True)
class Delegated:
    """What another ``post`` has delegated to one that is held, under the delegation ``id``."""

    id: str
    post: str
    items: frozenset[str]
    outcomes: frozenset[str]


@dataclass(frozen=True)
class Post:
    """A post that the principal holds now: id, department, roles, and the service point at which it
    sits, if at any.

    A substitute holds it while its holder is away.
    """

    id: str
    department: str
    roles: frozenset[str]
    delegations: tuple[Delegated, ...] = ()
    is_substitute: bool = False
    service_point: str = ""


@dataclass(frozen=True)
class Mandate:
    """The right to act for ``party``, called ``name``: at ``items`` (None: at all of them), by
    ``acts``.

    ``ended`` is when it ended, for one that gives no right any more.
    """

    party: str
    name: str = field(repr=False)
    items: frozenset[str] | None
    acts: frozenset[str]
    ended: datetime | None = None


@dataclass(frozen=True)
class Principal:
    """A signed-in person or a department's system, with the posts held at this moment (read afresh
    for office routes).

    ``strength`` is how the person proved who they are, in the issuer's words; ``is_strong``: by two
    factors, not long ago. A system may do what its ``scopes`` name. ``document`` is the party that
    they are at a window that knows no account: the issuer vouches for their identity document.
    ``mail`` and ``phone`` are the addresses for which the issuer vouches.
    ``read_identities`` tells under which ids they are known beside.
    ``company`` is the party whose legal representative the issuer says they are; ``read_mandates``
    tells for whom else they may act. ``rights_version`` counts the writes of what their posts were
    read from; None where nothing was read.
    """

    person: str
    name: str = field(default="", repr=False)
    posts: tuple[Post, ...] = ()
    strength: frozenset[str] = frozenset()
    is_strong: bool = False
    is_system: bool = False
    scopes: frozenset[str] = frozenset()
    document: str = ""
    company: Mandate | None = None
    mail: str = field(default="", repr=False, compare=False)
    phone: str = field(default="", repr=False, compare=False)
    read_mandates: Callable[[], tuple[Mandate, ...]] = field(
        default=tuple, repr=False, compare=False
    )
    rights_version: int | None = field(default=None, compare=False)
    read_identities: Callable[[], tuple[str, ...]] = field(default=tuple, repr=False, compare=False)

    @cached_property
    def mandates(self) -> tuple[Mandate, ...]:
        """For whom they may act at this moment: looked up when it is first asked for, which most
        requests never do.
        """
        return (
            *filter(None, [self.company]),
            *(mandate for mandate in self._told if mandate.ended is None),
        )

    @cached_property
    def former_mandates(self) -> tuple[Mandate, ...]:
        """For whom they might act once."""
        return tuple(mandate for mandate in self._told if mandate.ended is not None)

    @cached_property
    def _told(self) -> tuple[Mandate, ...]:
        return self.read_mandates()

    @property
    def vouched(self) -> tuple[str, ...]:
        """The ids that the token proves: their account, and their identity document."""
        return (self.person, self.document) if self.document else (self.person,)

    @cached_property
    def identities(self) -> tuple[str, ...]:
        """Under which ids they are a party themselves: those, and what two persons have joined with
        them. Looked up when it is first asked for.
        """
        ids = dict.fromkeys([*self.vouched, *self.read_identities()])
        return tuple(ids)

    @property
    def stands_for(self) -> tuple[str, ...]:
        """Who they are by law: themselves, and the company whose legal representative they are."""
        return (*self.identities, self.company.party) if self.company else self.identities

    def may_act_for(self, party: str, item: str, act: str = "") -> bool:
        """Whether they are the party, or may do ``act`` (empty: anything) for it at an item."""
        if party in self.identities:
            return True
        mandates = (
            m for m in self.mandates if m.party == party and (m.items is None or item in m.items)
        )
        return any(not act or act in mandate.acts for mandate in mandates)

    @property
    def post_ids(self) -> frozenset[str]:
        """Ids of the posts held."""
        return frozenset(post.id for post in self.posts)


@dataclass(frozen=True)
class Resource:
    """What an act is about: a Cedar entity type, its id and the facts that policies look at.

    ``see`` names the action that must be allowed for the caller to learn that the thing exists at
    all. ``since`` is when it began, where it counts for whom somebody could act from then on.
    """

    type: str
    id: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    see: str = ""
    since: datetime | None = None


class PolicyEngine(Protocol):
    """The one place that says who may do what."""

    def principal(self, claims: Mapping[str, Any], office: bool) -> Principal:
        """The caller behind verified token claims; with ``office``, posts are read consistently."""

    def allows(self, principal: Principal, action: str, resource: Resource) -> bool:
        """Whether the policies permit it; anything unclear is no."""

    def explain_denial(self, principal: Principal, action: str, resource: Resource) -> Denial:
        """What was denied: by which rule, or which rules allow it to others."""


def permit(engine: PolicyEngine, principal: Principal, action: str, resource: Resource) -> None:
    """Pass, or raise Forbidden with the rule; NotFound where the caller may not even know of the
    resource.

    Where nothing but the strength of the sign-in stands in the way, raise StrongerSignInNeeded.
    """
    if engine.allows(principal, action, resource):
        return
    if resource.see and not (
        resource.see != action
        and engine.allows(
            principal,
            resource.see,
            resource,
        )
    ):
        raise NotFound
    denial = engine.explain_denial(principal, action, resource)
    would_help = denial.rule and not (principal.is_strong or principal.is_system)
    if would_help and engine.allows(
        replace(principal, is_strong=True),
        action,
        resource,
    ):
        raise StrongerSignInNeeded().because(denial)
    raise Forbidden().because(denial)


CITY = Resource("City", "city")
