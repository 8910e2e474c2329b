"""What a route declares, and a context's routes together: its door."""

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any

from chalicelib.kernel.values import dataclass

# PARTY: citizens and officers alike, with the posts that they hold read afresh; OFFICE: only who
# holds a post.
PUBLIC, SIGNED_IN, PARTY, OFFICE = "public", "signed-in", "party", "office"
JSON_TYPE = "application/json"


@dataclass(frozen=True)
class Route:
    """What a route declares: the door enforces it and OpenAPI shows it.

    ``counts_forged``: whoever calls signs what is sent, so only a refused signature counts against
    a caller.
    """

    method: str
    path: str
    action: str
    audience: str
    summary: str
    body: str = ""
    reply: str = ""
    status: int = 200
    query: Mapping[str, str] = field(default_factory=dict, hash=False)
    edit: bool = False
    repeatable: bool = False
    counts_forged: bool = False
    content_type: str = JSON_TYPE

    @property
    def writes(self) -> bool:
        """Whether the request changes something, and so needs an Idempotency-Key."""
        return self.method != "GET" and not self.repeatable


@dataclass(frozen=True)
class Reply:
    """What a handler answers, and the entity's version for the ETag; ``status`` 0 is the route's.

    The body is sent as JSON, as ``viewer`` sees it (of ``visibility``; empty: as the route's
    audience does); under another content type (the route's, or its own) it is a text and sent as it
    is.
    """

    body: Any
    version: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = ""
    status: int = 0
    viewer: str = ""


Handler = Callable[..., Reply]


class Door:
    """A context's routes; ``installing`` puts them into the Chalice app."""

    def __init__(self) -> None:
        self.routes: dict[Route, Handler] = {}

    def on(self, method: str, path: str, **declared: Any) -> Callable[[Handler], Handler]:
        """Declare a route; see ``Route`` for what it says."""

        def register(handler: Handler) -> Handler:
            self.routes[Route(method, path, **declared)] = handler
            return handler

        return register
