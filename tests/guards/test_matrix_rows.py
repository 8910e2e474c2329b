"""Every route has its row in the matrix, and what a row sends is valid, so that it meets the
policies.
"""

from collections.abc import Iterator

import pytest

import app  # noqa: F401  # puts every route into ``installed``
from chalicelib.kernel import formats, schemas
from chalicelib.kernel.http import PUBLIC, Route
from chalicelib.kernel.http.routes import installed
from infra.seed import load
from tests.journeys.matrix.actors import OWN, ROLES, actors
from tests.journeys.matrix.row import EVERYBODY, OFFICERS
from tests.journeys.matrix.rows import ROWS, rows_of

every_route = pytest.mark.parametrize(
    "route", installed, ids=lambda route: f"{route.method} {route.path}"
)
# What tests fill in, as it might be.
FILLED = {
    "{task}": "a.review.2",
    "{number}": "URB-2026-W-000001",
    "{tracking}": "A" * 20,
    "{last4}": "1234",
    "{secret}": "A" * 16,
}


@every_route
def test_every_route_has_rows_in_the_matrix_that_are_told_apart(route: Route) -> None:
    rows = rows_of(f"{route.method} {route.path}")
    assert len({row.name for row in rows}) == len(rows) > 0
    if route.audience == PUBLIC:
        assert {row.allowed for row in rows} == {EVERYBODY}


def test_every_row_of_the_matrix_is_of_a_route() -> None:
    assert set(ROWS) == {f"{route.method} {route.path}" for route in installed}


def test_rows_name_nobody_whom_the_matrix_does_not_have() -> None:
    known = {EVERYBODY, OFFICERS, *ROLES} | {
        name for actor in actors() for name in (actor.role, actor.name)
    }
    rows = [row for route in ROWS for row in rows_of(route)]
    assert {
        word for row in rows for word in f"{row.allowed} {row.sees} {row.told}".split()
    } - known == set()


def test_every_role_of_the_seed_city_is_in_the_matrix() -> None:
    city = load.documents()
    roles = {post["id"]: set(post["roles"]) for post in city["posts"]}
    assert set().union(*roles.values()) == set(ROLES)
    held = {(held["person"], role) for held in city["appointments"] for role in roles[held["post"]]}
    assert {(person, role) for role, person in OWN.items()} - held == set()


@pytest.fixture
def every_item_exists(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whether it does is for the deployed city to say."""
    monkeypatch.setitem(formats.TEXTS, "item", lambda name: True)
    forget = schemas.named.cache_clear, formats.checker.cache_clear
    for each in forget:
        each()
    yield
    for each in forget:
        each()


@every_route
@pytest.mark.usefixtures("every_item_exists")
def test_what_a_row_sends_passes_the_schema(route: Route) -> None:
    for row in rows_of(f"{route.method} {route.path}"):
        if route.body:
            assert [
                error.message for error in schemas.named(route.body).iter_errors(_filled(row.body))
            ] == []
        else:
            assert row.body is None


def _filled(told: object) -> object:
    if isinstance(told, dict):
        return {name: _filled(value) for name, value in told.items()}
    if isinstance(told, list):
        return [_filled(value) for value in told]
    return FILLED.get(told, told) if isinstance(told, str) else told
