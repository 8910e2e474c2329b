"""OpenAPI 3.1 of the public interface, made from what the routes declare."""

import re
from collections.abc import Iterable
from typing import Any

from chalicelib.kernel.http import openapi_examples
from chalicelib.kernel.http.door import JSON_TYPE, PUBLIC, Parameter, Route
from chalicelib.kernel.http.openapi_schemas import components

PROBLEM = {"$ref": "#/components/schemas/problem"}
PROBLEMS = {
    "400": "Unreadable request",
    "404": "Not found",
    "405": "The path takes other methods: see Allow",
    "422": "Invalid content",
    "429": "Too many requests: see Retry-After",
    "500": "A defect of ours, which is on record",
    "503": "Away for a moment: see Retry-After",
}
OF_BODIES = {"413": "The body is too large", "415": "The body is no JSON"}
OF_SIGN_IN = {"401": "Not signed in", "403": "Not allowed; detail says why"}
OF_STATES = {"409": "Not in this state"}
OF_SIGNED = {"403": "The signature is wrong"}
PAGE = "text/html"
OF_EDITS = {"412": "Changed meanwhile", "428": "If-Match missing"}
TEXT = {"type": "string"}
KEY = {"type": "string", "pattern": "^[!-~]{1,255}$"}
VERSION = {"type": "string", "pattern": '^"[0-9]{1,9}"$'}
DAY = {
    "type": "string",
    "format": "date",
    "pattern": "^(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}$",
}
ETAG = {"description": "The thing's version, for If-Match, where it has one", "schema": TEXT}
LOCATION = {"description": "Where the new thing is read, where it can be", "schema": TEXT}


def document(routes: Iterable[Route], version: str, server: str = "/") -> dict[str, Any]:
    """The whole document, for an API at ``server``; referenced schema files become components."""
    listed = sorted(routes, key=lambda route: (route.path, route.method))
    used = {"problem"}
    paths: dict[str, dict[str, Any]] = {}
    for route in listed:
        used |= {name for name in (route.body, route.reply) if name}
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    contexts = sorted({route.context for route in listed if route.context})
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Sunlit",
            "version": version,
            "summary": "Every exercise of public power, in the open.",
        },
        "servers": [{"url": server}],
        "tags": [{"name": context} for context in contexts],
        "paths": paths,
        "components": {
            "schemas": components(used),
            "securitySchemes": {
                "oidc": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
            },
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": route.action + "_" + route.method.lower() + _slug(route.path),
        "summary": route.summary,
        "tags": [route.context] if route.context else [],
        "parameters": _parameters(route),
        "responses": {str(route.status): _good(route), **_problems(route)},
        "x-audience": route.audience,
    }
    if route.description:
        made["description"] = route.description
    if route.audience != PUBLIC:
        made["security"] = [{"oidc": []}]
    if route.body:
        content = _content(route.body)
        content[JSON_TYPE]["example"] = openapi_examples.body(route.body)
        made["requestBody"] = {"required": True, "content": content}
    return made


def _good(route: Route) -> dict[str, Any]:
    headers = {"ETag": ETAG}
    if route.status == 201:
        headers["Location"] = LOCATION
    answer: dict[str, Any] = {"description": route.summary, "headers": headers}
    if route.reply:
        answer["content"] = _content(route.reply)
    elif route.content_type != JSON_TYPE:
        answer["content"] = {route.content_type: {"schema": TEXT}}
    return answer


def _problems(route: Route) -> dict[str, Any]:
    told = dict(PROBLEMS)
    told |= OF_BODIES if route.body else {}
    told |= {} if route.audience == PUBLIC else OF_SIGN_IN
    told |= OF_STATES if route.method != "GET" else {}
    told |= OF_EDITS if route.edit else {}
    told |= OF_SIGNED if route.counts_forged else {}
    shown: dict[str, Any] = {}
    for status, description in sorted(told.items()):
        shown[status] = {
            "description": description,
            "content": {"application/problem+json": {"schema": PROBLEM}},
        }
    if route.content_type.startswith(PAGE):
        # A page for people says itself that there is no such thing.
        shown["404"]["content"][route.content_type] = {"schema": TEXT}
    return shown


def _parameters(route: Route) -> list[dict[str, Any]]:
    made = [_in_path(name) for name in re.findall(r"{(\w+)}", route.path)]
    made += [_in_query(name, parameter) for name, parameter in route.query.items()]
    if route.writes:
        made.append(_header("Idempotency-Key", "the same for a request that is sent again", KEY))
    if route.edit:
        made.append(_header("If-Match", "the ETag of what was read", VERSION))
    return made


def _in_path(name: str) -> dict[str, Any]:
    shown: dict[str, Any] = {"name": name, "in": "path", "required": True, "schema": TEXT}
    if name in openapi_examples.OF_PATHS:
        shown["example"] = openapi_examples.OF_PATHS[name]
    return shown


def _header(name: str, description: str, schema: dict[str, str]) -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "required": True,
        "description": description,
        "schema": schema,
    }


def _in_query(name: str, parameter: Parameter) -> dict[str, Any]:
    schema: dict[str, Any] = dict(DAY if parameter.form == "day" else TEXT)
    if parameter.form == "number":
        schema = {"type": "integer", "minimum": parameter.least}
    if parameter.most:
        schema["maximum"] = parameter.most
    # What is listed anew for each request can be no part of a document.
    if parameter.values and not callable(parameter.values):
        schema["enum"] = list(parameter.values)
    return {
        "name": name,
        "in": "query",
        "description": parameter.description,
        "schema": schema,
    }


def _content(name: str) -> dict[str, Any]:
    return {JSON_TYPE: {"schema": {"$ref": f"#/components/schemas/{name}"}}}


def _slug(path: str) -> str:
    return re.sub(r"\W+", "_", path).rstrip("_")
