"""One deployed city for all journeys; those that break it start one of their own."""

from collections.abc import Iterator

import pytest

from infra.local.client import City
from tests.journeys.stack import Stack, deployed


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The embedded AWS with IAM enforced, Sunlit deployed, the sample city loaded."""
    with deployed(tmp_path_factory.mktemp("city")) as made:
        yield made
        assert not made.troubles(), "what no journey may cause, whatever it was answered"


@pytest.fixture
def city(stack: Stack) -> City:
    """The city that most journeys share; each test has its own cases."""
    return stack.city


@pytest.fixture(scope="module")
def own_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A city for tests that move its clock or break parts of it."""
    with deployed(tmp_path_factory.mktemp("own-city")) as made:
        yield made
