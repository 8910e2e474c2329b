"""One deployed city for all journeys; those that break it start one of their own."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.client import City
from tests.journeys.canaries import planting
from tests.journeys.support import used_rights
from tests.journeys.support.stack import Stack, deployed

HERE = Path(__file__).parent
LAST = "canaries/test_canaries.py"  # it looks through what all others have left


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The search comes last. Who shares a stack stays together where processes run side by side."""
    items.sort(key=lambda item: item.path == HERE / LAST)
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        is_shared = HERE in item.path.parents and "stack" in names and "own_stack" not in names
        item.add_marker(
            pytest.mark.xdist_group("shared stack" if is_shared else "stacks of their own")
        )


@pytest.fixture(scope="session")
def stack(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Stack]:
    """The embedded AWS with IAM enforced, Sunlit deployed, the sample city loaded.

    Where the search for canaries is to come, they are planted before the first journey begins.
    """
    searched = any(item.path == HERE / LAST for item in request.session.items)
    with deployed(tmp_path_factory.mktemp("city"), record=searched) as made:
        if searched:
            made.planted = planting.plant(made)
        yield made
        assert not made.troubles(), "what no journey may cause, whatever it was answered"
    if os.environ.get("RECORD_RIGHTS"):
        used_rights.put_on_record(_is_whole(request.session))


def _is_whole(session: pytest.Session) -> bool:
    """Whether every journey was asked for."""
    chosen = {item.path.name for item in session.items if HERE in item.path.parents}
    narrowed = session.config.option.keyword or session.config.option.markexpr
    return not narrowed and chosen >= {path.name for path in HERE.rglob("test_*.py")}


@pytest.fixture(scope="session")
def planted(stack: Stack) -> planting.Planted:
    """The canaries of the city."""
    assert stack.planted is not None
    return stack.planted


@pytest.fixture
def city(stack: Stack) -> City:
    """The city that most journeys share; each test has its own cases."""
    return stack.city


@pytest.fixture(scope="module")
def own_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A city for tests that move its clock or break parts of it."""
    with deployed(tmp_path_factory.mktemp("own-city")) as made:
        yield made
