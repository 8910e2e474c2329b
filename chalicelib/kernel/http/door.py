"""What a route declares, and a context's routes together: its door."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from inspect import getdoc
from typing import Any

from chalicelib.kernel.values import dataclass

# PARTY: citizens and officers alike, with the posts that they hold read afresh; OFFICE: only who
# holds a post.
PUBLIC, SIGNED_IN, PARTY, OFFICE = "public", "signed-in", "party", "office"
ANY = "ANY"  # the method of a route that refuses all verbs which its path does not take
JSON_TYPE = "application/json"


Values = Callable[[], Iterable[str]]


@dataclass(frozen=True)
class Parameter:
    """A query parameter: what it is for, and what it may say.

    ``values`` are the only ones allowed, as a list or as what lists them now; ``form`` is ``text``,
    ``day``, ``number`` or ``cursor``; a number is at least ``least``, and at most ``most`` where
    there is a bound. OpenAPI shows all that the door refuses.
    """

    description: str
    values: tuple[str, ...] | Values = ()
    form: str = "text"
    least: int = 0
    most: int = 0

    @property
    def is_limited(self) -> bool:
        """Whether only some values are allowed."""
        return bool(self.values)

    @property
    def allowed(self) -> tuple[str, ...]:
        """The allowed values at this moment; none where any will do."""
        if callable(self.values):
            return tuple(self.values())
        return self.values


PAGE_ROWS = 100
PAGING: Mapping[str, Parameter] = {
    "cursor": Parameter("where the next page starts", form="cursor"),
    "limit": Parameter(
        "rows of a page, 1 to 100",
        form="number",
        least=1,
        most=PAGE_ROWS,
    ),
}


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
    query: Mapping[str, Parameter] = field(default_factory=dict, hash=False)
    edit: bool = False
    repeatable: bool = False
    counts_forged: bool = False
    content_type: str = JSON_TYPE
    description: str = field(default="", compare=False)
    context: str = field(default="", compare=False)

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
            route = Route(
                method,
                path,
                **declared,
                description=getdoc(handler) or "",
                context=_context_of(handler),
            )
            self.routes[route] = handler
            return handler

        return register


def _context_of(handler: Handler) -> str:
    """The context in whose house a handler lives."""
    package, _, inner = getattr(handler, "__module__", "").partition(".")
    return inner.partition(".")[0] or package
