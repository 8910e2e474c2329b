"""The one door for HTTP: identity, permission, strict reading, problems, one log line. No handler
repeats any of it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from time import perf_counter
from typing import Any

from chalice.app import Response

from chalicelib.kernel import authorization, canonical, clock, ids, log, schemas, texts
from chalicelib.kernel.errors import (
    BadRequest,
    Denial,
    MatchNeeded,
    MissingKey,
    Problem,
    WrongContentType,
)
from chalicelib.kernel.http import problems, rate_limits, strict_json
from chalicelib.kernel.journal import Actor, Request
from chalicelib.kernel.settings import settings
from chalicelib.kernel.visibility import OF_AUDIENCE, show

# PARTY: citizens and officers alike, with the posts that they hold read afresh; OFFICE: only who
# holds a post.
PUBLIC, SIGNED_IN, PARTY, OFFICE = "public", "signed-in", "party", "office"
JSON_TYPE = "application/json"
_CORRELATION = re.compile(r"[A-Za-z0-9._-]{8,64}")
_KEY = re.compile(r"[\x21-\x7e]{1,255}")


@dataclass(frozen=True)
class Route:
    """What a route declares: the door enforces it and OpenAPI shows it."""

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


class Call:
    """One request as a handler sees it."""

    def __init__(self, route: Route, engine: authorization.PolicyEngine, raw: Any) -> None:
        self.route, self._engine, self._raw = route, engine, raw
        self.headers: Mapping[str, str] = {k.lower(): v for k, v in (raw.headers or {}).items()}
        self.language = texts.language_of(self.headers.get("accept-language", ""))
        given = self.headers.get("x-correlation-id", "")
        self.correlation_id = given if _CORRELATION.fullmatch(given) else ids.ulid()
        self.query: Mapping[str, str] = dict(raw.query_params or {})
        self.now: datetime = clock.now()
        self.permitted = route.audience == PUBLIC

    @cached_property
    def principal(self) -> authorization.Principal:
        """Who calls; for office routes with the posts held at this moment."""
        claims = (self._raw.context or {}).get("authorizer") or {}
        return self._engine.principal(claims, self.route.audience in (OFFICE, PARTY))

    @property
    def caller(self) -> str:
        """Whose requests are counted together: the person's, or those from one address where nobody
        signs in.
        """
        if self.route.audience == PUBLIC:
            return str((self._raw.context.get("identity") or {}).get("sourceIp", ""))
        return self.principal.person

    @property
    def base_url(self) -> str:
        """Where this API is for the public: the stage's own address, else the one that the request
        came to.
        """
        if public := settings().public_url:
            return public.rstrip("/")
        context = self._raw.context
        return f"https://{context['domainName']}{context['path'].rsplit('/', self.route.path.count('/'))[0]}"

    @cached_property
    def body(self) -> Any:
        """The body, read strictly and valid under the route's schema. Raises Problem."""
        kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != JSON_TYPE:
            raise WrongContentType
        value = strict_json.parse(self._raw.raw_body or b"")
        schemas.check(schemas.named(self.route.body), value)
        return value

    @cached_property
    def request(self) -> Request:
        """The request's identity: the caller's Idempotency-Key, and what was asked under it."""
        key = self.headers.get("idempotency-key", "")
        if not _KEY.fullmatch(key):
            raise MissingKey
        body = canonical.dumps(self.body if self.route.body else None).decode()
        asked = (self.route.method, str(self._raw.context.get("path", self.route.path)), body)
        return Request(
            ids.keyed_hash("key", self.principal.person, key), ids.keyed_hash("body", *asked)
        )

    @property
    def match(self) -> int:
        """The entity version of If-Match. Raises MatchNeeded when absent."""
        tag = self.headers.get("if-match", "").strip().strip('"')
        if not tag:
            raise MatchNeeded
        return ids.whole(tag)

    def limit(self, most: int = 100, usual: int = 20) -> int:
        """The page size asked for. Raises BadRequest unless 1 <= limit <= ``most``."""
        size = ids.whole(self.query.get("limit", str(usual)))
        if not 1 <= size <= most:
            raise BadRequest("limit-out-of-range", most=most)
        return size

    def own_or(self, party: str) -> tuple[str, ...]:
        """A party whose lists are asked for; where it is the caller, all that they are known as."""
        return self.principal.identities if party == self.principal.person else (party,)

    def permit(
        self, resource: authorization.Resource = authorization.CITY, action: str = ""
    ) -> None:
        """Ask the policies, once; raises Forbidden or NotFound."""
        authorization.permit(self._engine, self.principal, action or self.route.action, resource)
        self.permitted = True

    def explain_denial(self, resource: authorization.Resource, action: str) -> Denial:
        """The rule that keeps the caller from it, or the rules that allow it to others."""
        return self._engine.explain_denial(self.principal, action, resource)

    def actor(self, post: str = "") -> Actor:
        """The caller as the one who acts, by ``post`` where an office is exercised."""
        return Actor(self.principal.person, post)


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


def serve(
    route: Route,
    engine: authorization.PolicyEngine,
    handler: Handler,
    raw: Any,
    parts: Mapping[str, str],
) -> Response:
    """Run one request through the door and write its one log line."""
    started = perf_counter()
    call = Call(route, engine, raw)
    counts: dict[str, float] = {}
    extra: dict[str, Any] = {}
    try:
        response = _answer(call, handler, parts)
    except Problem as problem:
        response = problems.response(problem, call.language, call.correlation_id)
        extra = {"problem": problem.type}
    except Exception as error:
        known = problems.unavailable(error)
        response = problems.response(known, call.language, call.correlation_id)
        log.failure("request failed", error, correlation_id=call.correlation_id)
    if response.status_code >= 500:
        counts = {"RequestErrors": 1}
    log.line(
        "request",
        counts=counts,
        route=f"{route.method} {route.path}",
        status=response.status_code,
        ms=round((perf_counter() - started) * 1000, 1),
        correlation_id=call.correlation_id,
        **extra,
    )
    return response


def _answer(call: Call, handler: Handler, parts: Mapping[str, str]) -> Response:
    route = call.route
    if route.audience != PUBLIC:
        _ = call.principal
    is_read = route.method == "GET"
    if not (
        is_read and route.audience == PUBLIC
    ):  # what is open to everybody is throttled before it comes here
        rate_limits.check(call.caller, f"{route.method} {route.path}", is_read)
    if route.audience == OFFICE and not call.principal.posts:
        call.permit()
    if route.writes:
        _ = call.request
    elif route.body:
        _ = call.body
    reply = handler(call, **parts)
    if not call.permitted:
        raise RuntimeError(f"{route.method} {route.path} answered without asking the policies")
    headers: dict[str, str | list[str]] = {
        "Content-Language": call.language,
        "Cache-Control": "no-store",
        "X-Correlation-Id": call.correlation_id,
    }
    kind = reply.content_type or route.content_type
    headers |= {"Content-Type": kind, "X-Content-Type-Options": "nosniff", **reply.headers}
    if reply.version is not None:
        headers["ETag"] = f'"{reply.version}"'
    seen = show(route.reply, reply.body, reply.viewer or OF_AUDIENCE[route.audience])
    body = problems.text_of(seen) if kind == JSON_TYPE else str(seen)
    return Response(body, headers=headers, status_code=reply.status or route.status)
