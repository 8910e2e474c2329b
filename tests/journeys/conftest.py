"""One deployed city for all journeys; those that break it start one of their own."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from infra.local.client import City
from tests.journeys.canaries import planting
from tests.journeys.support import cities, used_rights
from tests.journeys.support.stack import Stack, deployed

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Journeys in the order of their cities, what takes longest first; then all other tests."""
    items.sort(key=lambda item: cities.position(_file(item)))
    for item in items:
        file, fixtures = _file(item), getattr(item, "fixturenames", ())
        if file and not cities.gives(
            file, planted="stack" in fixtures, own="own_stack" in fixtures
        ):
            raise pytest.UsageError(f"{item.nodeid} asks for a city that is not its file's")


def _file(item: pytest.Item) -> str:
    """Its file below this folder; nothing for tests of elsewhere."""
    return str(item.path.relative_to(HERE)) if HERE in item.path.parents else ""


def _claim(folders: pytest.TempPathFactory, city: str) -> None:
    """Fails where two of the processes that run side by side deploy the same city."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        (folders.getbasetemp().parent / city).touch(exist_ok=False)


@pytest.fixture(scope="session")
def stack(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Stack]:
    """The embedded AWS with IAM enforced, Sunlit deployed, the sample city loaded.

    Where the search for canaries is to come, they are planted before the first journey begins.
    """
    _claim(tmp_path_factory, cities.PLANTED)
    searched = any(_file(item) == cities.LAST for item in request.session.items)
    with deployed(tmp_path_factory.mktemp("city"), record=searched) as made:
        if searched:
            made.planted = planting.plant(made)
        yield made
        assert not made.troubles(), "what no journey may cause, whatever it was answered"
    if os.environ.get("RECORD_RIGHTS"):
        used_rights.put_on_record(_is_whole(request.session))


def _is_whole(session: pytest.Session) -> bool:
    """Whether every journey was asked for."""
    chosen = {item.path for item in session.items}
    narrowed = session.config.option.keyword or session.config.option.markexpr
    return not narrowed and chosen >= set(HERE.rglob("test_*.py"))


@pytest.fixture(scope="session")
def planted(stack: Stack) -> planting.Planted:
    """The canaries of the city."""
    assert stack.planted is not None
    return stack.planted


@pytest.fixture
def city(stack: Stack) -> City:
    """The city that most journeys share; each test has its own cases."""
    return stack.city


@dataclass
class OwnCities:
    """The city that the tests of now share; the one before it is ended when another is wanted."""

    folders: pytest.TempPathFactory
    name: str = ""
    life: ExitStack = field(default_factory=ExitStack)
    stack: Stack | None = None

    def get(self, name: str) -> Stack:
        """The city of that name, deployed if it is not there."""
        if self.stack is None or self.name != name:
            self.end()
            self.name = name
            _claim(self.folders, name)
            self.stack = self.life.enter_context(deployed(self.folders.mktemp("own-city")))
        return self.stack

    def end(self) -> None:
        """Leave nothing running."""
        self.stack = None
        self.life.close()


@pytest.fixture(scope="session")
def own_cities(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnCities]:
    """What is deployed beside the planted city."""
    made = OwnCities(tmp_path_factory)
    yield made
    made.end()


@pytest.fixture(scope="module")
def own_stack(own_cities: OwnCities, request: pytest.FixtureRequest) -> Iterator[Stack]:
    """A city for tests that move its clock or break parts of it, shared as ``cities`` says.

    Its clock shows the system's time again for every file.
    """
    made = own_cities.get(cities.city_of(str(request.path.relative_to(HERE))))
    yield made
    made.running.clock_file.write_text("0.0")
