"""The matrix: every route, asked by every role in every relation to the thing, answers as its row says."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

import app  # noqa: F401  # puts every route into ``installed``
from chalicelib.kernel.door import OFFICE, PUBLIC, Route
from chalicelib.kernel.routes import installed
from infra.local.client import Answer
from tests.journeys.matrix import Actor, Matrix
from tests.journeys.matrix_rows import ALLOWED, HIDDEN, REFUSED, ROWS, SIGN_IN
from tests.journeys.stack import Stack

AT_ONCE = 8
ROUTES = sorted(installed, key=lambda route: (route.path, route.method))
# On public routes nobody is asked who they are: these show that it makes no difference.
AT_PUBLIC_ROUTES = ("anonymous.other", "foreign.other", "citizen.other", "window.own", "machine.own")


@pytest.fixture(scope="module")
def matrix(stack: Stack) -> Iterator[Matrix]:
    """Everybody and everything, ready."""
    made = Matrix(stack)
    made.prepare()
    yield made
    made.close()


def test_every_cell_of_the_matrix_is_as_its_row_says(matrix: Matrix) -> None:
    asked = [(route, actor, absent) for route in ROUTES for actor, absent in cells(route, matrix.actors)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = pool.map(lambda cell: wrong(matrix, *cell), asked)
        assert [line for line in found if line] == []


def cells(route: Route, actors: list[Actor]) -> Iterator[tuple[Actor, bool]]:
    """Who is asked about what: everybody about the thing, one of each role about an absent one."""
    for actor in actors:
        if route.audience == PUBLIC and actor.name not in AT_PUBLIC_ROUTES:
            continue
        yield actor, False
        if "{" in route.path and (actor.relation == "own" or not actor.in_office):
            yield actor, True


def wrong(matrix: Matrix, route: Route, actor: Actor, absent: bool) -> str:
    """What is wrong with a cell; empty when it is as its row says, and a denial, and only a denial, names its rule."""
    answer = matrix.ask(route, ROWS[f"{route.method} {route.path}"], actor, absent)
    said, wanted = class_of(answer), expected(route, actor, absent)
    names_a_rule = bool({"rule", "rules"} & set(answer.body or ())) if answer.status >= 400 else False
    thing = "an absent thing" if absent else "the thing"
    told = f"{route.method} {route.path} by {actor.name} about {thing}: {answer.status}"
    if said != wanted:
        return f"{told} {said}, not {wanted}"
    return f"{told}, rule named: {names_a_rule}" if names_a_rule != (said == REFUSED) else ""


def expected(route: Route, actor: Actor, absent: bool) -> str:
    """What the row says of a cell."""
    row = ROWS[f"{route.method} {route.path}"]
    if route.audience == PUBLIC:
        return HIDDEN if absent or row.empty else ALLOWED
    if actor.role in ("anonymous", "foreign"):
        return SIGN_IN
    if route.audience == OFFICE and not actor.in_office:
        return REFUSED
    return row.says(actor.name, actor.in_office, absent)


def class_of(answer: Answer) -> str:
    """The class of an answer: beyond permission, whatever came of it, is allowed."""
    beyond = ALLOWED if answer.status < 500 else "broken"
    return {401: SIGN_IN, 403: REFUSED, 404: HIDDEN}.get(answer.status, beyond)
