"""Who asks for what: the shapes in which the door and the use cases put their one question to the policies."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from chalicelib.kernel.errors import Forbidden, NotFound


@dataclass(frozen=True)
class Post:
    """A post that the principal holds now: its id, its department and the roles that it carries."""

    id: str
    department: str
    roles: frozenset[str]


@dataclass(frozen=True)
class Principal:
    """A signed-in person, with the posts held at this moment (read afresh for office routes)."""

    person: str
    name: str = field(default="", repr=False)
    posts: tuple[Post, ...] = ()

    @property
    def post_ids(self) -> frozenset[str]:
        """Ids of the posts held."""
        return frozenset(post.id for post in self.posts)


@dataclass(frozen=True)
class Resource:
    """What an act is about: a Cedar entity type, its id and the facts that policies look at.

    ``see`` names the action that must be allowed for the caller to learn that the thing exists at all.
    """

    type: str
    id: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    see: str = ""


class Gate(Protocol):
    """The one place that says who may do what."""

    def principal(self, claims: Mapping[str, Any], office: bool) -> Principal:
        """The caller behind verified token claims; with ``office``, posts are read consistently."""

    def allows(self, principal: Principal, action: str, resource: Resource) -> bool:
        """Whether the policies permit it; anything unclear is no."""


def permit(gate: Gate, principal: Principal, action: str, resource: Resource) -> None:
    """Pass, or raise Forbidden; NotFound where the caller may not even know of the resource."""
    if gate.allows(principal, action, resource):
        return
    if resource.see and not (resource.see != action and gate.allows(principal, resource.see, resource)):
        raise NotFound
    raise Forbidden


CITY = Resource("City", "city")
