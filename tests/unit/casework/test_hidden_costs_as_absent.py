"""What is hidden from somebody costs what is absent: the same calls to AWS, the same questions to
the policies. Nobody learns from the time of an answer that there is a case.
"""

from collections import Counter
from typing import Any

import pytest

import chalicelib.casework.routes
import chalicelib.certificates.routes
import chalicelib.intake.routes
from chalicelib.authority import grants
from chalicelib.authority.policies import engine
from chalicelib.casework.use_cases import repository
from chalicelib.certificates import issue
from chalicelib.kernel import journal, stores
from chalicelib.kernel.http import PUBLIC, Route
from chalicelib.kernel.journal import Act, Actor
from tests.journeys.matrix.row import EVERYBODY, HIDDEN
from tests.journeys.matrix.rows import rows_of
from tests.support.builders import certificates, teams
from tests.support.builders.cases import MONDAY
from tests.support.builders.teams import Team
from tests.support.city.items import published, sample

team, kms = teams.team, certificates.kms
NUMBER, ABSENT = "URB-2026-W-000001", "URB-2026-W-000002"


def is_hidden(route: Route) -> bool:
    """Whether it is nobody's business that there is such a thing."""
    row = rows_of(f"{route.method} {route.path}")[0]
    return row.others == HIDDEN and EVERYBODY not in row.allowed


DOORS = (
    *chalicelib.casework.routes.doors,
    *chalicelib.intake.routes.doors,
    *chalicelib.certificates.routes.doors,
)
ROUTES = [
    route
    for door in DOORS
    for route in door.routes
    if route.audience != PUBLIC
    and ("{number}" in route.path or "{certificate}" in route.path)
    and is_hidden(route)
]


class Counting:
    """A store that counts its calls."""

    def __init__(self, inner: Any, calls: Counter[str]) -> None:
        self._inner, self._calls = inner, calls

    def __getattr__(self, name: str) -> Any:
        self._calls[f"{type(self._inner).__name__}.{name}"] += 1
        return getattr(self._inner, name)


@pytest.fixture
def office(team: Team, kms: certificates.Kms) -> Team:
    published(sample("shop-sign"))
    for door in DOORS:
        team.door.routes |= door.routes
    team.file("abc", number=1)
    given = Act("NumberGiven", {"number": NUMBER, "case": "abc"})
    entry = journal.new_entry("register#URB#2026#W", 1, [given], at=MONDAY, actor=Actor())
    team.journal.append(entry)
    issue(certificates.facts(f"{NUMBER}-1"))
    return team


@pytest.fixture
def calls(office: Team, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    counted: Counter[str] = Counter()
    stores.use(Counting(office.journal, counted), Counting(office.views, counted))
    grants.use(Counting(grants.store(), counted))
    ask = engine.ask

    def asked(*question: Any, **more: Any) -> Any:
        counted["policies"] += 1
        return ask(*question, **more)

    monkeypatch.setattr(engine, "ask", asked)
    return counted


def told(office: Team, calls: Counter[str], person: str, route: Route, number: str) -> Any:
    """The status that somebody gets, and what it has cost."""
    body = rows_of(f"{route.method} {route.path}")[0].body
    parts = {"number": number, "certificate": f"{number}-1", "code": "a", "procedure": "b"}
    named = {name: value for name, value in parts.items() if f"{{{name}}}" in route.path}
    repository.read_calendar()
    calls.clear()
    answer = office.ask(person, f"{route.method} {route.path}", body, match='"1"', **named)
    return answer.status, dict(calls)


@pytest.mark.parametrize("person", ["p-stranger", "o-dpf", "o-dpf-head"])
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_what_is_hidden_costs_what_is_absent(
    office: Team, calls: Counter[str], route: Route, person: str
) -> None:
    hidden = told(office, calls, person, route, NUMBER)
    absent = told(office, calls, person, route, ABSENT)
    assert hidden == absent and hidden[0] in (403, 404)
