"""How the contexts' routes come into the Chalice app, and what answers on their paths to other verbs."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from chalice.app import Chalice, Request, Response

from chalicelib.kernel import guard
from chalicelib.kernel.door import PUBLIC, Call, Door, Handler, Reply, Route, serve
from chalicelib.kernel.errors import MethodNotAllowed

Middleware = Callable[[Request | None, Callable[[Request | None], Response]], Response]


def install(app: Chalice, sign_in: Any, gate: guard.Gate, doors: Iterable[Door]) -> list[Route]:
    """Register all routes with the authorizer ``sign_in``; on their paths every other verb answers 405."""
    routes: list[Route] = []
    for door in doors:
        for route, handler in door.routes.items():
            _register(app, sign_in, route, _view(app, gate, route, handler))
            routes.append(route)
    app.register_middleware(_refuse_other_verbs(app, gate), "http")
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
    app: Chalice, gate: guard.Gate, route: Route, handler: Handler
) -> Callable[..., Response]:
    def view(**parts: str) -> Response:
        return serve(route, gate, handler, app.current_request, parts)

    return view


def _refuse_other_verbs(app: Chalice, gate: guard.Gate) -> Middleware:
    """The gateway's catch-all of each path sends all verbs here; Chalice's own 405 is no problem document."""

    def middleware(
        request: Request | None, answer: Callable[[Request | None], Response]
    ) -> Response:
        if request is None:
            return answer(request)
        path = request.context["resourcePath"]
        declared = app.routes[path]
        if request.method in declared:
            return answer(request)
        route = Route("ANY", path, "refuse", PUBLIC, "", repeatable=True)
        return serve(route, gate, partial(_refuse, sorted(declared)), request, {})

    return middleware


def _refuse(allowed: list[str], call: Call) -> Reply:
    problem = MethodNotAllowed()
    problem.headers["Allow"] = ", ".join(allowed)
    raise problem
