"""Every field of every schema says who may see it, and no reply hides what it must say."""

import ast
import json
from collections.abc import Iterator
from typing import Any

import pytest

import app as contents
from chalicelib.kernel import schemas
from chalicelib.kernel.http import OFFICE, PARTY, PUBLIC, SIGNED_IN, Route
from chalicelib.kernel.http.routes import installed
from chalicelib.kernel.visibility import MASKS, OF_AUDIENCE, OWN, SEALED, hides
from chalicelib.kernel.visibility import OFFICE as AS_OFFICE
from chalicelib.kernel.visibility import PARTY as AS_PARTY
from tests.guards.code import ROOT

assert contents
WORDS = {"public", "masked", "parties", "office", "sealed"}
FILES = sorted((ROOT / "schemas").rglob("*.json"))
SCHEMAS: dict[str, dict[str, Any]] = {
    str(path.relative_to(ROOT / "schemas")).removesuffix(".schema.json"): json.loads(
        path.read_text("utf-8")
    )
    for path in FILES
}
# Whom a route may answer: its audience's viewer, and those that its handler may name.
VIEWERS = {
    PUBLIC: {OF_AUDIENCE[PUBLIC]},
    SIGNED_IN: {OWN},
    PARTY: {OWN, AS_PARTY, AS_OFFICE, SEALED},
    OFFICE: {AS_OFFICE, SEALED},
}


def nodes(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from nodes(child)


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_says_at_its_top_who_may_see_its_fields(name: str) -> None:
    assert SCHEMAS[name].get("x-visibility") in WORDS
    for node in nodes(SCHEMAS[name]):
        said = node.get("x-visibility", "public")
        assert isinstance(said, dict) or said in WORDS, "the item's schema has a field of this name"
        assert node.get("x-mask", "name") in MASKS


@pytest.mark.parametrize("name", [name for name in SCHEMAS if name.startswith("events/")])
def test_an_event_holds_nothing_that_is_not_public(name: str) -> None:
    assert {node["x-visibility"] for node in nodes(SCHEMAS[name]) if "x-visibility" in node} == {
        "public"
    }


@pytest.mark.parametrize(
    "route",
    [route for route in installed if route.reply],
    ids=lambda route: f"{route.method} {route.path}",
)
def test_a_reply_hides_no_field_that_it_must_have(route: Route) -> None:
    schema = schemas.load(route.reply)
    for viewer in VIEWERS[route.audience]:
        if route.reply == "progress":  # who follows has shown number, code and telephone digits
            viewer = AS_PARTY
        hidden = {
            name
            for name in schema["properties"]
            if hides(schema, name, viewer, schema["x-visibility"])
        }
        assert not hidden & set(schema.get("required", ())), viewer


def test_a_log_line_is_written_only_under_declared_names() -> None:
    declared = set(SCHEMAS["log_line"]["properties"]) | {"counts", "dimensions", "failed"}
    for path in (ROOT / "chalicelib").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func) in ("log.line", "log.failure"):
                named = {word.arg for word in call.keywords if word.arg}
                assert named <= declared, f"{path.name}:{call.lineno}"
