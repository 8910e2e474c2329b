"""The query of a request against what its route declares: nothing is passed over in silence."""

from collections.abc import Mapping

from chalicelib.kernel import days
from chalicelib.kernel.errors import BadRequest
from chalicelib.kernel.http import strict_json
from chalicelib.kernel.http.door import ANY, Parameter, Route

PAGES = ("text/html",)
"""Whoever shares a page's address may have a name added to it (``?from=singlemessage``)."""


def check(route: Route, query: Mapping[str, str]) -> None:
    """Raise BadRequest for a parameter that the route does not know, or a value that it does not
    allow; both name what is allowed.
    """
    if route.method == ANY:  # of a verb that the path does not take, no query is right
        return
    is_page = route.content_type.startswith(PAGES)
    for name, value in query.items():
        if name in route.query:
            _check_value(name, value, route.query[name])
        elif not is_page:
            raise _unknown(name, route)


def _check_value(name: str, value: str, parameter: Parameter) -> None:
    if strict_json.REPLACEMENT in value:
        raise BadRequest("query-not-utf8", parameter=name)
    if parameter.form == "day" and value and not days.is_day(value):
        raise BadRequest("day-unreadable", parameter=name)
    if parameter.is_limited and value not in parameter.allowed:
        allowed = ", ".join(parameter.allowed)
        raise BadRequest("query-value-unknown", parameter=name, allowed=allowed)


def _unknown(name: str, route: Route) -> BadRequest:
    shown = name[:64]
    if not route.query:
        return BadRequest("query-not-taken", parameter=shown)
    allowed = ", ".join(route.query)
    return BadRequest("query-parameter-unknown", parameter=shown, allowed=allowed)
