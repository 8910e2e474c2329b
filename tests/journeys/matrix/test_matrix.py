"""The matrix: every route, asked by every role in every relation to the thing, answers as its row
says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import product

import pytest

import app  # noqa: F401  # puts every route into ``installed``
from chalicelib.kernel.http import OFFICE, PUBLIC, SIGNED_IN, Route
from chalicelib.kernel.http.routes import installed
from infra.local.client import Answer
from tests.journeys.matrix.actors import ROLES, STEPS, Actor, actors
from tests.journeys.matrix.matrix import Matrix
from tests.journeys.matrix.row import ALLOWED, HIDDEN, REFUSED, SIGN_IN, Row
from tests.journeys.matrix.rows import rows_of
from tests.journeys.support.stack import Stack

AT_ONCE = 8
ROUTES = sorted(installed, key=lambda route: (route.path, route.method))
# On public routes nobody is asked who they are: these show that it makes no difference.
AT_PUBLIC_ROUTES = (
    "anonymous.other",
    "foreign.other",
    "citizen.other",
    "window.own",
    "machine.own",
)


@dataclass(frozen=True)
class Cell:
    """Who asks what by which of a route's rows, about the thing or an absent one."""

    route: Route
    row: Row
    actor: Actor
    absent: bool

    def __str__(self) -> str:
        """As a failure names it."""
        return f"{self.row_name} by {self.actor.name} about {'an absent thing' if self.absent else 'the thing'}"

    @property
    def row_name(self) -> str:
        """The route, and which of its rows."""
        return f"{self.route.method} {self.route.path} {self.row.name}".rstrip()

    @property
    def expected(self) -> str:
        """What the row says of it."""
        if self.route.audience == PUBLIC:
            return HIDDEN if self.absent or self.row.empty else ALLOWED
        if self.actor.role in ("anonymous", "foreign"):
            return SIGN_IN
        if self.route.audience == OFFICE and not self.actor.in_office:
            return REFUSED
        return self.row.says(self.actor.name, self.actor.in_office, self.absent)


Answers = list[tuple[Cell, Answer]]


@pytest.fixture(scope="module")
def answers(stack: Stack) -> Iterator[Answers]:
    """Every cell, asked."""
    matrix = Matrix(stack)
    matrix.prepare()
    asked = [cell for route in ROUTES for cell in cells(route)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = pool.map(
            lambda cell: matrix.ask(cell.route, cell.row, cell.actor, cell.absent), asked
        )
        yield list(zip(asked, found, strict=True))
    matrix.close()


def test_every_cell_of_the_matrix_is_as_its_row_says(answers: Answers) -> None:
    assert [line for cell, answer in answers if (line := wrong(cell, answer))] == []


def test_what_is_hidden_looks_like_what_is_absent(answers: Answers) -> None:
    told: dict[Route, set[str]] = defaultdict(set)
    for cell, answer in answers:
        if answer.status == 404:
            told[cell.route].add(
                answer.raw.decode().replace(answer.headers["x-correlation-id"], "-")
            )
    assert {
        f"{route.method} {route.path}": bodies for route, bodies in told.items() if len(bodies) > 1
    } == {}


def test_the_faults_that_rows_name_are_told_only_by_what_asks_the_policies(
    answers: Answers,
) -> None:
    """The same request by another officer or system is refused: so nothing before the policies
    tells the fault.
    """
    signed_in = [(cell, answer) for cell, answer in answers if cell.route.audience != PUBLIC]
    refused = {
        cell.row_name
        for cell, answer in signed_in
        if cell.actor.in_office and not cell.absent and is_no(answer)
    }
    named = {(cell.row_name, fault) for cell, _ in signed_in for fault in cell.row.faults.split()}
    told = {(cell.row_name, answer.problem) for cell, answer in signed_in if answer.status > 404}
    assert [fault for fault in sorted(named) if fault not in told or fault[0] not in refused] == []


def cells(route: Route) -> Iterator[Cell]:
    """Who is asked about what: everybody about the thing, one of each role about an absent one."""
    rows = rows_of(f"{route.method} {route.path}")
    for row, actor in product(rows, actors()):
        if is_asked(route, row, actor):
            yield Cell(route, row, actor, absent=False)
            if (
                "{" in route.path
                and row is rows[0]
                and (actor.relation == "own" or not actor.in_office)
            ):
                yield Cell(route, row, actor, absent=True)


def is_asked(route: Route, row: Row, actor: Actor) -> bool:
    """Not everybody where it is known to make no difference, or the matrix would take minutes.

    That is where the door does not ask who calls, or reads no posts; and of roles that have no task
    in the case the officers farther away are asked only where the row says something to those of
    the same department.
    """
    if route.audience == PUBLIC:
        return actor.name in AT_PUBLIC_ROUTES
    if actor.role not in ROLES or actor.relation == "own":
        return True
    is_near = actor.role in STEPS or actor.relation == "same"
    return route.audience != SIGNED_IN and (
        is_near or row.says(f"{actor.role}.same", True, False) != row.others
    )


def wrong(cell: Cell, answer: Answer) -> str:
    """What is wrong with a cell; empty when it is as its row says, and a denial, and only a denial,
    names its rule.
    """
    said, wanted = class_of(answer, cell.row), cell.expected
    names_a_rule = (
        bool({"rule", "rules"} & set(answer.body or ())) if answer.status >= 400 else False
    )
    told = f"{cell}: {answer.status}"
    if said != wanted:
        return f"{told} {said}, not {wanted}"
    return f"{told}, rule named: {names_a_rule}" if names_a_rule != (said == REFUSED) else ""


def class_of(answer: Answer, row: Row) -> str:
    """The class of an answer: allowed is what was done, or came to a fault that the row names."""
    if answer.status in (401, 404):
        return SIGN_IN if answer.status == 401 else HIDDEN
    if answer.status < 400 or answer.problem in row.faults.split():
        return ALLOWED
    return REFUSED if answer.status == 403 else answer.problem


def is_no(answer: Answer) -> bool:
    """Whether the policies said no: a denial, or a thing that is hidden."""
    return class_of(answer, Row()) in (REFUSED, HIDDEN)
