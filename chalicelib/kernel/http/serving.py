"""The one way of a request: identity, permission, strict reading, problems, one log line.

No handler repeats any of it.
"""

from collections.abc import Mapping
from time import perf_counter
from typing import Any

from chalice.app import Response

from chalicelib.kernel import log, typed_numbers
from chalicelib.kernel.authorization import PolicyEngine
from chalicelib.kernel.errors import Forbidden, NotFound, Problem
from chalicelib.kernel.http import headers, problems, queries, rate_limits
from chalicelib.kernel.http.call import Call
from chalicelib.kernel.http.door import (
    JSON_TYPE,
    OFFICE,
    PUBLIC,
    Handler,
    Reply,
    Route,
)
from chalicelib.kernel.visibility import OF_AUDIENCE, show


def serve(
    route: Route,
    engine: PolicyEngine,
    handler: Handler,
    raw: Any,
    parts: Mapping[str, str],
) -> Response:
    """Run one request through the door and write its one log line."""
    started = perf_counter()
    call = Call(route, engine, raw)
    response, problem = _answered(call, handler, parts)
    counts: dict[str, float] = {"RequestErrors": 1} if response.status_code >= 500 else {}
    extra: dict[str, Any] = {"problem": problem} if problem else {}
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


def _answered(call: Call, handler: Handler, parts: Mapping[str, str]) -> tuple[Response, str]:
    """The response, and the type of the problem where it tells of a known one."""
    try:
        return _counted(call, handler, parts), ""
    except Problem as problem:
        response = problems.response(
            problem,
            call.language,
            call.correlation_id,
        )
        return response, problem.type
    except Exception as error:
        log.failure(
            "request failed",
            error,
            correlation_id=call.correlation_id,
        )
        known = problems.unavailable(error)
        return problems.response(
            known,
            call.language,
            call.correlation_id,
        ), ""


def _counted(call: Call, handler: Handler, parts: Mapping[str, str]) -> Response:
    """The answer; a refused signature counts against the caller where nothing else does."""
    try:
        return _answer(call, handler, parts)
    except Forbidden:
        if call.route.counts_forged:
            _count(call)
        raise
    except NotFound:
        call.weigh_nothing()
        raise


def _answer(call: Call, handler: Handler, parts: Mapping[str, str]) -> Response:
    _check(call)
    reply = handler(call, **typed_numbers.in_path(parts))
    if not call.is_permitted:
        route = call.route
        raise RuntimeError(f"{route.method} {route.path} answered without asking the policies")
    return _response(call, reply)


def _check(call: Call) -> None:
    """All that can be said of a request before its handler sees it. Raises Problem."""
    route = call.route
    is_public = route.audience == PUBLIC
    is_read = route.method == "GET"
    if not is_public:
        _ = call.principal
    # What is open to everybody is throttled before it comes here.
    if not (is_read and is_public) and not route.counts_forged:
        _count(call)
    if route.audience == OFFICE and not call.principal.posts:
        call.permit()
    queries.check(route, call.query)
    if route.writes:
        _ = call.request
    elif route.body:
        _ = call.body


def _count(call: Call) -> None:
    """One more request of this caller on this route. Raises TooMany."""
    route = call.route
    rate_limits.check(call.counted_as, f"{route.method} {route.path}", route.method == "GET")


def _response(call: Call, reply: Reply) -> Response:
    route = call.route
    kind = reply.content_type or route.content_type
    viewer = reply.viewer or OF_AUDIENCE[route.audience]
    seen = show(route.reply, reply.body, viewer)
    body = problems.text_of(seen) if kind == JSON_TYPE else str(seen)
    common = headers.common(call.language, call.correlation_id)
    told: headers.Headers = {
        **common,
        "Content-Type": kind,
        **reply.headers,
    }
    if reply.version is not None:
        told["ETag"] = f'"{reply.version}"'
    return Response(
        body,
        headers=told,
        status_code=reply.status or route.status,
    )
