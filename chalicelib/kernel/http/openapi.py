"""OpenAPI 3.1 of the public interface, made from what the routes declare."""

import re
from collections.abc import Iterable
from typing import Any

from chalicelib.kernel import schemas
from chalicelib.kernel.http.door import JSON_TYPE, PUBLIC, Parameter, Route

PROBLEM = {"$ref": "#/components/schemas/problem"}
_PROBLEMS = {
    "400": "Unreadable request",
    "404": "Not found",
    "422": "Invalid content",
    "429": "Too many requests",
}


def document(routes: Iterable[Route], version: str) -> dict[str, Any]:
    """The whole document; referenced schema files become components."""
    used = {"problem"}
    paths: dict[str, dict[str, Any]] = {}
    for route in sorted(routes, key=lambda r: (r.path, r.method)):
        used |= {name for name in (route.body, route.reply) if name}
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Sunlit",
            "version": version,
            "summary": "Every exercise of public power, in the open.",
        },
        "paths": paths,
        "components": {
            "schemas": _components(used),
            "securitySchemes": {
                "oidc": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
            },
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    answers: dict[str, Any] = {str(route.status): {"description": route.summary}}
    if route.reply:
        answers[str(route.status)]["content"] = _content(route.reply)
    elif route.content_type != JSON_TYPE:
        answers[str(route.status)]["content"] = {route.content_type: {"schema": {"type": "string"}}}
    more = {} if route.audience == PUBLIC else {"401": "Not signed in", "403": "Not allowed"}
    more |= {"409": "Not in this state"} if route.writes else {}
    more |= {"412": "Changed meanwhile", "428": "If-Match missing"} if route.edit else {}
    for status, description in (_PROBLEMS | more).items():
        answers[status] = {
            "description": description,
            "content": {"application/problem+json": {"schema": PROBLEM}},
        }
    made: dict[str, Any] = {
        "operationId": route.action + "_" + route.method.lower() + _slug(route.path),
        "summary": route.summary,
    }
    made |= {
        "parameters": _parameters(route),
        "responses": answers,
        "x-audience": route.audience,
    }
    if route.audience != PUBLIC:
        made["security"] = [{"oidc": []}]
    if route.body:
        made["requestBody"] = {"required": True, "content": _content(route.body)}
    return made


def _parameters(route: Route) -> list[dict[str, Any]]:
    text = {"type": "string"}
    made = [
        {"name": n, "in": "path", "required": True, "schema": text}
        for n in re.findall(r"{(\w+)}", route.path)
    ]
    made += [_in_query(name, parameter) for name, parameter in route.query.items()]
    if route.writes:
        made.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": True,
                "schema": text,
            }
        )
    if route.edit:
        made.append({"name": "If-Match", "in": "header", "required": True, "schema": text})
    return made


def _in_query(name: str, parameter: Parameter) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    if parameter.form == "day":
        schema["format"] = "date"
    if parameter.form == "number":
        schema = {"type": "integer", "minimum": 0}
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
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}


def _components(names: set[str]) -> dict[str, Any]:
    done: dict[str, Any] = {}
    pending = sorted(names)
    while pending:
        name = pending.pop()
        if name in done:
            continue
        schema = {k: v for k, v in schemas.load(name).items() if k not in ("$schema", "$id")}
        done[name] = _relink(schema, name, pending)
    return dict(sorted(done.items()))


def _relink(node: Any, home: str, pending: list[str]) -> Any:
    if isinstance(node, list):
        return [_relink(child, home, pending) for child in node]
    if not isinstance(node, dict):
        return node
    made = {
        key: _relink(
            child,
            home,
            pending,
        )
        for key, child in node.items()
    }
    ref = made.get("$ref", "")
    if isinstance(ref, str) and ref.endswith(".schema.json"):
        name = ref.removesuffix(".schema.json")
        pending.append(name)
        made["$ref"] = f"#/components/schemas/{name}"
    elif isinstance(ref, str) and ref.startswith("#/"):
        made["$ref"] = f"#/components/schemas/{home}{ref[1:]}"
    return made


def _slug(path: str) -> str:
    return re.sub(r"\W+", "_", path).rstrip("_")
