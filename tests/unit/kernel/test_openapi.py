"""The OpenAPI document: valid by the standard, and the whole of the interface."""

import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from chalicelib.kernel import schemas
from chalicelib.kernel.http import PUBLIC, SIGNED_IN, Route, openapi, openapi_examples


def routes() -> list[Route]:
    import app  # noqa: F401 - registers them
    from chalicelib.kernel.http.routes import installed

    return installed


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return openapi.document(routes(), "1.2.3", "https://api.example/prod")


def operation(route: Route, document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["paths"][route.path][route.method.lower()]
    return found


def test_the_document_is_valid(document: dict[str, Any]) -> None:
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


def test_it_shows_every_route_and_nothing_else(document: dict[str, Any]) -> None:
    shown = {
        (method.upper(), path) for path, methods in document["paths"].items() for method in methods
    }
    assert shown == {(route.method, route.path) for route in routes()}
    names = [op["operationId"] for methods in document["paths"].values() for op in methods.values()]
    assert len(names) == len(set(names))


def test_every_component_is_a_schema_and_every_reference_is_to_one(
    document: dict[str, Any],
) -> None:
    components = document["components"]["schemas"]
    for schema in components.values():
        Draft202012Validator.check_schema(schema)
    for ref in references(document):
        node: Any = document
        for part in ref.removeprefix("#/").split("/"):
            node = node[part.replace("~1", "/").replace("~0", "~")]
    used = {ref.split("/")[3] for ref in references(document)}
    assert used == set(components)


def references(node: Any) -> set[str]:
    if isinstance(node, list):
        return set().union(*map(references, node))
    if not isinstance(node, dict):
        return set()
    own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
    return own.union(*map(references, node.values()))


@pytest.mark.parametrize("route", routes(), ids=lambda route: f"{route.method} {route.path}")
def test_a_route_is_shown_with_all_that_it_declares(route: Route, document: dict[str, Any]) -> None:
    shown = operation(route, document)
    parameters = {(p["in"], p["name"]): p for p in shown["parameters"]}
    assert {name for where, name in parameters if where == "path"} == set(
        re.findall(r"{(\w+)}", route.path)
    )
    assert {name for where, name in parameters if where == "query"} == set(route.query)
    assert (("header", "Idempotency-Key") in parameters) == route.writes
    assert (("header", "If-Match") in parameters) == route.edit
    assert ("security" in shown) == (route.audience != PUBLIC)
    assert ("requestBody" in shown) == bool(route.body)
    good = shown["responses"][str(route.status)]
    if route.reply:
        assert good["content"]["application/json"]["schema"]["$ref"].endswith(f"/{route.reply}")
    for status, response in shown["responses"].items():
        assert ("application/problem+json" in response.get("content", {})) == (
            status != str(route.status)
        )
    assert {"401", "403"} <= set(shown["responses"]) or route.audience == PUBLIC


def test_references_between_files_become_references_within_the_document(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    files: dict[str, dict[str, Any]] = {
        "problem": {"type": "object"},
        "thing": {
            "$schema": "x", "$id": "y", "type": "object",
            "properties": {"part": {"$ref": "part.schema.json"}, "own": {"$ref": "#/$defs/own"}},
            "$defs": {"own": {"type": "string"}},
        },
        "part": {"items": {"$ref": "thing.schema.json"}},
    }  # fmt: skip
    monkeypatch.setattr(schemas, "load", files.__getitem__)
    made = openapi.document(
        [Route("GET", "/things", "list", SIGNED_IN, "Things", reply="thing")], "1"
    )
    components = made["components"]["schemas"]
    assert sorted(components) == ["part", "problem", "thing"]
    assert components["thing"]["properties"] == {
        "part": {"$ref": "#/components/schemas/part"},
        "own": {"$ref": "#/components/schemas/thing/$defs/own"},
    }
    assert components["part"]["items"]["$ref"] == "#/components/schemas/thing"
    assert "$id" not in components["thing"]


def bodies() -> list[str]:
    return sorted({route.body for route in routes() if route.body})


@pytest.mark.parametrize("name", bodies())
def test_the_example_of_a_body_is_one_that_is_taken(name: str, memory: Any) -> None:
    example = openapi_examples.body(name)
    assert [error.message for error in schemas.named(name).iter_errors(example)] == []


def test_a_client_finds_the_server_and_the_context_of_each_operation(
    document: dict[str, Any],
) -> None:
    assert document["servers"] == [{"url": "https://api.example/prod"}]
    tags = {tag["name"] for tag in document["tags"]}
    operations = [each for methods in document["paths"].values() for each in methods.values()]
    assert {tag for each in operations for tag in each["tags"]} == tags
    assert all(each["description"] and each["tags"] for each in operations)
    for each in operations:
        assert {"405", "500"} <= set(each["responses"])
        assert {"413", "415"} <= set(each["responses"]) or "requestBody" not in each
        created = each["responses"].get("201")
        assert created is None or {"ETag", "Location"} <= set(created["headers"])


def test_closed_lists_of_a_query_are_enums(document: dict[str, Any]) -> None:
    parameters = {p["name"]: p["schema"] for p in document["paths"]["/items"]["get"]["parameters"]}
    assert "permit" in parameters["kind"]["enum"]
    assert parameters["limit"]["type"] == "integer"


@pytest.mark.parametrize(
    ("operation", "name", "said"),
    [
        ("post /applications", "Idempotency-Key", {"pattern": "^[!-~]{1,255}$"}),
        ("post /cases/{number}/supplements", "If-Match", {"pattern": '^"[0-9]{1,9}"$'}),
        ("get /cases", "limit", {"minimum": 1, "maximum": 100}),
        ("get /items/{item}", "version", {"minimum": 0}),
        ("get /posts/{post}/holders", "on", {"pattern": "^(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}$"}),
    ],
)
def test_what_the_door_refuses_of_a_parameter_is_said(
    document: dict[str, Any], operation: str, name: str, said: dict[str, Any]
) -> None:
    method, path = operation.split()
    parameters = {p["name"]: p["schema"] for p in document["paths"][path][method]["parameters"]}
    assert said.items() <= parameters[name].items()


@pytest.mark.parametrize(
    ("operation", "status", "kind"),
    [
        ("post /payments/notices", "403", "application/problem+json"),  # a wrong signature
        ("post /cases/{number}/payment", "409", "application/problem+json"),  # nothing to be paid
        ("get /check/{certificate}", "404", "text/html; charset=utf-8"),  # a page for people
    ],
)
def test_what_else_a_route_may_answer_is_said(
    document: dict[str, Any], operation: str, status: str, kind: str
) -> None:
    method, path = operation.split()
    assert kind in document["paths"][path][method]["responses"][status]["content"]


def test_an_object_of_which_nothing_is_said_takes_any_field(document: dict[str, Any]) -> None:
    form = document["components"]["schemas"]["application"]["properties"]["form"]
    assert form["additionalProperties"] is True
    for node in objects(document["components"]["schemas"]):
        assert "properties" in node or "additionalProperties" in node, node


def objects(node: Any) -> list[dict[str, Any]]:
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    found = [each for child in children for each in objects(child)]
    is_object = isinstance(node, dict) and node.get("type") == "object"
    return [node, *found] if is_object else found
