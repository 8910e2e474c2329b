"""Journeys that share a city stay in one process, and every file that is named there is there."""

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.guards.code import ROOT
from tests.journeys.support import cities
from tests.support import side_by_side

JOURNEYS = ROOT / side_by_side.JOURNEYS


@pytest.mark.parametrize("file", [*cities.ORDER, cities.LAST])
def test_a_journey_that_is_named_is_there(file: str) -> None:
    assert (JOURNEYS / file).is_file()


def test_journeys_are_grouped_by_their_city_and_other_tests_by_their_file() -> None:
    groups = {
        "tests/journeys/canaries/test_canaries.py::test_a": cities.PLANTED,
        "tests/journeys/abuse/test_races.py::test_a": cities.PLANTED,
        "tests/journeys/lifecycle/test_deadlines.py::test_a[b::c]": cities.MOVED,
        "tests/journeys/lifecycle/test_demo.py::test_a": "tests/journeys/lifecycle/test_demo.py::test_a",
        "tests/unit/kernel/test_clock.py::TestA::test_b": "tests/unit/kernel/test_clock.py",
    }
    assert {test: side_by_side.group_of(test) for test in groups} == groups


def test_xdist_asks_us_how_tests_are_grouped() -> None:
    """The hook is xdist's, and its name for a group has not changed."""
    assert side_by_side.Together._split_scope is not LoadScopeScheduling._split_scope
    assert "_split_scope" in vars(LoadScopeScheduling)


def test_the_search_for_canaries_is_the_last_of_the_planted_city() -> None:
    files = [str(path.relative_to(JOURNEYS)) for path in JOURNEYS.rglob("test_*.py")]
    planted = [file for file in files if cities.city_of(file) == cities.PLANTED]
    assert max(planted, key=cities.position) == cities.LAST


def test_a_city_is_asked_for_only_by_the_files_that_share_it() -> None:
    moved = next(file for file, city in cities.ORDER.items() if city == cities.MOVED)
    assert cities.gives(moved, planted=False, own=True)
    assert not cities.gives(moved, planted=True, own=False)
    assert not cities.gives(cities.LAST, planted=True, own=True)
