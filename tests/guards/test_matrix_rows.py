"""Every route has its row in the matrix, and what a row sends is valid, so that it meets the policies."""

import pytest

import app  # noqa: F401  # puts every route into ``installed``
from chalicelib.kernel import schemas
from chalicelib.kernel.door import PUBLIC, Route
from chalicelib.kernel.routes import installed
from tests.journeys.matrix_rows import EVERYBODY, ROWS

every_route = pytest.mark.parametrize("route", installed, ids=lambda route: f"{route.method} {route.path}")
# What tests fill in, as it might be.
FILLED = {"{task}": "a.review.2", "{number}": "URB-2026-W-000001", "{tracking}": "A" * 20, "{last4}": "1234"}


@every_route
def test_every_route_has_a_row_in_the_matrix(route: Route) -> None:
    row = ROWS[f"{route.method} {route.path}"]
    if route.audience == PUBLIC:
        assert row.allowed == EVERYBODY


def test_every_row_of_the_matrix_is_of_a_route() -> None:
    assert set(ROWS) == {f"{route.method} {route.path}" for route in installed}


@every_route
def test_what_a_row_sends_passes_the_schema(route: Route) -> None:
    body = ROWS[f"{route.method} {route.path}"].body
    if route.audience != PUBLIC and route.body:
        assert [error.message for error in schemas.named(route.body).iter_errors(_filled(body))] == []
    else:
        assert route.body or body is None


def _filled(told: object) -> object:
    if isinstance(told, dict):
        return {name: _filled(value) for name, value in told.items()}
    if isinstance(told, list):
        return [_filled(value) for value in told]
    return FILLED.get(told, told) if isinstance(told, str) else told
