"""The walk through a new context works as it stands in docs/new-context.md."""

import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from chalicelib.kernel import schemas
from chalicelib.kernel.authorization import Principal, Resource
from chalicelib.kernel.errors import Denial, Unauthenticated
from tests.guards.code import ROOT
from tests.support import caller
from tests.support.caller import Caller
from tests.support.fakes.stores import MemoryJournal, MemoryViews

PAGE = (ROOT / "docs" / "new-context.md").read_text("utf-8")
BLOCK = re.compile(r"```\w+ file=(\S+)\n(.*?)```", re.DOTALL)
FOUND = {"what": "伞", "where": "市民中心"}
Stores = tuple[MemoryJournal, MemoryViews]


class Everybody:
    """A policy engine that lets whoever is signed in do everything."""

    def principal(self, claims: Any, office: bool) -> Principal:
        if not claims:
            raise Unauthenticated
        return Principal(claims["principalId"])

    def allows(self, principal: Principal, action: str, resource: Resource) -> bool:
        return True

    def explain_denial(self, principal: Principal, action: str, resource: Resource) -> Denial:
        return Denial()


@pytest.fixture
def routes(tmp_path: Path, memory: Stores, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The context as the page builds it, loaded."""
    for name, text in BLOCK.findall(PAGE):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    load = schemas.load
    monkeypatch.setattr(schemas, "load", lambda name: _schema(tmp_path, name) or load(name))
    schemas.named.cache_clear()
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(caller, "CedarEngine", Everybody)
    yield importlib.import_module("lost_property.routes")
    for name in [name for name in sys.modules if name.partition(".")[0] == "lost_property"]:
        del sys.modules[name]
    schemas.named.cache_clear()


def _schema(folder: Path, name: str) -> dict[str, Any] | None:
    path = folder / "schemas" / f"{name}.schema.json"
    return schemas.json.loads(path.read_text("utf-8")) if path.exists() else None


def test_the_page_builds_a_register_that_works(routes: ModuleType, memory: Stores) -> None:
    finder = Caller(routes.door, "p-li-na")
    receipt = finder("POST", "/lost-property", FOUND)
    assert receipt.status == 201
    assert finder("POST", "/lost-property", FOUND).body == receipt.body, "the same request again"
    [(stream, _)] = memory[0].entries

    views = importlib.import_module("lost_property.views")
    assert views.project(stream)
    assert not views.project(stream), "shown already"
    assert Caller(routes.door)("GET", "/lost-property").body == {"property": [FOUND]}


def test_what_was_fetched_is_listed_no_more(routes: ModuleType, memory: Stores) -> None:
    Caller(routes.door, "p-li-na")("POST", "/lost-property", FOUND)
    [(stream, _)] = memory[0].entries
    acts = importlib.import_module("lost_property.acts")
    commands = importlib.import_module("chalicelib.kernel.commands")
    aggregates = importlib.import_module("chalicelib.kernel.aggregates")

    fetched = acts.PropertyFetched()
    assert commands.execute(acts.PROPERTY, stream, fetched, aggregates.by_machine).state.is_fetched
    importlib.import_module("lost_property.views").project(stream)
    assert Caller(routes.door)("GET", "/lost-property").body == {"property": []}


def test_a_wrong_body_and_a_stranger_are_refused(routes: ModuleType) -> None:
    assert Caller(routes.door, "p-li-na")("POST", "/lost-property", {"what": "伞"}).status == 422
    assert Caller(routes.door)("POST", "/lost-property", FOUND).status == 401
