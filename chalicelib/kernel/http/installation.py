"""How the contexts' routes come into the Chalice app, and what answers on their paths to other
verbs.
"""

from collections.abc import Callable, Iterable
from typing import Any

from chalice.app import Chalice, Response

from chalicelib.kernel import authorization
from chalicelib.kernel.errors import MethodNotAllowed
from chalicelib.kernel.http.call import Call
from chalicelib.kernel.http.door import PUBLIC, Door, Handler, Reply, Route
from chalicelib.kernel.http.serving import serve

VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def install(
    app: Chalice, sign_in: Any, engine: authorization.PolicyEngine, doors: Iterable[Door]
) -> list[Route]:
    """Register all routes with the authorizer ``sign_in``; on their paths every other verb answers
    405.
    """
    routes = {route: handler for door in doors for route, handler in door.routes.items()}
    for route, handler in routes.items():
        authorizer = {} if route.audience == PUBLIC else {"authorizer": sign_in}
        name = f"{route.method} {route.path}"
        app.route(
            route.path, methods=[route.method], content_types=["*/*"], name=name, **authorizer
        )(_view(app, engine, route, handler))
    for path in sorted({route.path for route in routes}):
        allowed = sorted(route.method for route in routes if route.path == path)
        missing = [verb for verb in VERBS if verb not in allowed]
        refusal = Route("ANY", path, "refuse", PUBLIC, "", repeatable=True)
        app.route(path, methods=missing, content_types=["*/*"], name=f"refuse {path}")(
            _view(app, engine, refusal, _refuse(allowed))
        )
    return list(routes)


def _view(
    app: Chalice, engine: authorization.PolicyEngine, route: Route, handler: Handler
) -> Callable[..., Response]:
    def view(**parts: str) -> Response:
        return serve(route, engine, handler, app.current_request, parts)

    return view


def _refuse(allowed: list[str]) -> Handler:
    def refuse(call: Call, **parts: str) -> Reply:
        problem = MethodNotAllowed()
        problem.headers["Allow"] = ", ".join(allowed)
        raise problem

    return refuse
