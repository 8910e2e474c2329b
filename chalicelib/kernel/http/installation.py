"""How the contexts' routes come into the Chalice app, and what answers to other verbs."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from chalice.app import Chalice, Request, Response

from chalicelib.kernel import authorization
from chalicelib.kernel.errors import MethodNotAllowed
from chalicelib.kernel.http.call import Call
from chalicelib.kernel.http.door import ANY, PUBLIC, Door, Handler, Reply, Route
from chalicelib.kernel.http.serving import serve

Middleware = Callable[[Request | None, Callable[[Request | None], Response]], Response]


def install(
    app: Chalice,
    sign_in: Any,
    engine: authorization.PolicyEngine,
    doors: Iterable[Door],
) -> list[Route]:
    """Register all routes with the authorizer ``sign_in``; their paths answer HEAD and OPTIONS
    too, and other verbs with 405.
    """
    routes: list[Route] = []
    for door in doors:
        for route, handler in door.routes.items():
            _register(
                app,
                sign_in,
                route,
                _view(
                    app,
                    engine,
                    route,
                    handler,
                ),
            )
            routes.append(route)
    app.register_middleware(_answer_other_verbs(app, engine), "http")
    return routes


def _register(app: Chalice, sign_in: Any, route: Route, view: Callable[..., Response]) -> None:
    authorizer = {} if route.audience == PUBLIC else {"authorizer": sign_in}
    register = app.route(
        route.path,
        methods=[route.method],
        content_types=["*/*"],
        name=f"{route.method} {route.path}",
        **authorizer,
    )
    register(view)


def _view(
    app: Chalice, engine: authorization.PolicyEngine, route: Route, handler: Handler
) -> Callable[..., Response]:
    def view(**parts: str) -> Response:
        return serve(
            route,
            engine,
            handler,
            app.current_request,
            parts,
        )

    return view


def _answer_other_verbs(app: Chalice, engine: authorization.PolicyEngine) -> Middleware:
    """HEAD as GET without its body, OPTIONS with what is allowed; all else is 405.

    The gateway's catch-alls send other verbs here; Chalice's own 405 is no problem document.
    """

    def middleware(
        request: Request | None, answer: Callable[[Request | None], Response]
    ) -> Response:
        if request is None:
            return answer(request)
        path = request.context["resourcePath"]
        declared = app.routes[path]
        if request.method in declared:
            return answer(request)
        if request.method == "HEAD" and "GET" in declared:
            return _head(declared["GET"].view_function, request)
        if request.method == "OPTIONS":
            return Response("", {"Allow": _allowed(declared)}, status_code=204)
        route = Route(
            ANY,
            path,
            "refuse",
            PUBLIC,
            "",
            repeatable=True,
        )
        return serve(
            route,
            engine,
            partial(_refuse, _allowed(declared)),
            request,
            {},
        )

    return middleware


def _head(get: Callable[..., Response], request: Request) -> Response:
    """What GET answers, its body left out (RFC 9110, 9.3.2)."""
    response = get(**(request.uri_params or {}))
    response.body = ""
    return response


def _allowed(declared: Iterable[str]) -> str:
    """The verbs of a path, as ``Allow`` lists them."""
    verbs = {*declared, "OPTIONS"}
    if "GET" in verbs:
        verbs.add("HEAD")
    return ", ".join(sorted(verbs))


def _refuse(allowed: str, call: Call) -> Reply:
    problem = MethodNotAllowed()
    problem.headers["Allow"] = allowed
    raise problem
