"""What the tests of supervision stand on: nobody rests on other days than the notices say."""

from collections.abc import Iterator

import pytest

from chalicelib.authority import grants
from tests.support.fakes.grants import MemoryGrants


@pytest.fixture
def registers() -> Iterator[MemoryGrants]:
    """The registers, empty and in memory."""
    empty = MemoryGrants()
    grants.use(empty)
    yield empty
    grants.use(None)
