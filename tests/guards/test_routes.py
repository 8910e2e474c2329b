"""Every route says who may call it, what it takes and what it gives; and the policies know it."""

import inspect
import re
import sys
from collections.abc import Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest

import app as contents
from chalicelib.authority.policies.engine import policy_text, schema_text
from chalicelib.kernel import schemas
from chalicelib.kernel.http import OFFICE, PARTY, PUBLIC, SIGNED_IN, Door, Route
from chalicelib.kernel.http.routes import installed

JSON = "application/json"
MODULES = {name: module for name, module in sys.modules.items() if name.startswith("chalicelib.")}
DOORS = [
    found
    for module in MODULES.values()
    for found in vars(module).values()
    if isinstance(found, Door)
]
HANDLERS = {route: handler for door in DOORS for route, handler in door.routes.items()}
ACTIONS = set(
    re.findall(
        r"\w+",
        " ".join(re.findall(r"^action ([\w,\s]+?)\s+appliesTo", schema_text(), re.MULTILINE)),
    )
)
every_route = pytest.mark.parametrize(
    "route", installed, ids=lambda route: f"{route.method} {route.path}"
)


def reaches(function: Any, word: str) -> bool:
    """Whether a handler, or any function of ours that it may call, names ``word``."""
    pending, seen = [function], set()
    while pending:
        visited = inspect.unwrap(pending.pop())
        if visited in seen:
            continue
        seen.add(visited)
        names = named_in(visited.__code__)
        if word in names:
            return True
        pending += [found for found in called_by(visited, names) if found not in seen]
    return False


def named_in(code: CodeType) -> set[str]:
    """Every global and attribute that a function names, also in functions within it."""
    names = set(code.co_names)
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            names |= named_in(inner)
    return names


def called_by(function: Any, names: set[str]) -> Iterator[FunctionType]:
    """Functions of ours that stand under these names in a function's module, or in modules of it."""
    home = function.__globals__
    for name in names & home.keys():
        found = home[name]
        if isinstance(found, FunctionType) and found.__module__.startswith("chalicelib"):
            yield found
        if isinstance(found, ModuleType) and found.__name__.startswith("chalicelib"):
            for inner in names & vars(found).keys():
                if isinstance(vars(found)[inner], FunctionType):
                    yield vars(found)[inner]


def test_the_guards_see_the_routes_that_the_app_has() -> None:
    paths = {(method, path) for path, methods in contents.app.routes.items() for method in methods}
    assert paths >= {(route.method, route.path) for route in installed}
    assert {
        route
        for route in installed
        if route.path.split("/")[1] in ("cases", "tasks", "items", "me")
    } <= set(HANDLERS)


@every_route
def test_a_route_declares_itself_whole(route: Route) -> None:
    assert route.method in ("GET", "POST")
    assert route.audience in (PUBLIC, SIGNED_IN, PARTY, OFFICE)
    assert route.summary
    assert not route.summary.endswith(".")
    assert re.fullmatch(r"(/[a-z.][a-z0-9.-]*|/{[a-z]+})+", route.path)
    assert route.status in (200, 201)
    assert re.fullmatch(r"[a-z]+(_[a-z]+)+", route.action) or route.action == "appoint"


@every_route
def test_what_a_route_takes_and_gives_has_a_schema_file(route: Route) -> None:
    for name in filter(None, (route.body, route.reply)):
        schema = schemas.load(name)
        assert schema["type"] == "object"
    if (
        route.content_type == JSON and route.path != "/openapi.json"
    ):  # the document is its own schema
        assert route.reply
    if route.body:
        assert route.method == "POST"
        assert schemas.load(route.body)["additionalProperties"] is False, (
            "case 14: unknown fields are refused"
        )


@every_route
def test_the_policies_know_the_action_of_every_route_that_is_not_public(route: Route) -> None:
    if route.audience == PUBLIC:
        assert route.action not in ACTIONS, "nobody asks the policies on a public route"
    else:
        assert route.action in ACTIONS
        assert f'Action::"{route.action}"' in policy_text()


def test_every_action_of_the_policies_belongs_to_a_route() -> None:
    assert {route.action for route in installed} >= ACTIONS


# What anybody may write without signing in, under a key of their own: a complaint without a name, and
# the appeal of who has its code.
NAMELESS = {"/nameless-complaints", "/complaints/{complaint}/appeal"}


@every_route
def test_only_reads_are_public_and_every_write_carries_a_key(route: Route) -> None:
    if route.audience == PUBLIC:
        assert route.writes == (route.path in NAMELESS)
    if route.method == "POST":
        assert route.writes or route.repeatable


@every_route
def test_parts_of_the_path_are_what_the_handler_takes(route: Route) -> None:
    handler: Any = HANDLERS[route]
    names = list(inspect.signature(handler).parameters)
    assert names[0] == "call"
    assert set(names[1:]) == set(re.findall(r"{(\w+)}", route.path))


@every_route
def test_a_handler_that_is_not_public_asks_the_policies(route: Route) -> None:
    handler: Any = HANDLERS[route]
    assert route.audience == PUBLIC or reaches(handler, "permit")


@every_route
def test_an_edit_looks_at_if_match_and_nothing_else_asks_for_it(route: Route) -> None:
    handler: Any = HANDLERS[route]
    assert route.edit == reaches(handler, "edited_version")


def test_no_two_routes_stand_at_the_same_place() -> None:
    places = [(route.method, re.sub(r"{\w+}", "{}", route.path)) for route in installed]
    assert len(places) == len(set(places))


def test_no_route_takes_or_gives_a_task_token() -> None:
    for route in installed:
        for name in filter(None, (route.body, route.reply)):
            fields = re.findall(r"'(\w*token\w*)':", str(schemas.load(name)))
            assert fields == []
