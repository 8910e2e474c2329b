"""Which tests stay together where several processes run them: those that share something costly.

``pytest --dist loadgroup`` asks for this. pytest-xdist's own way, the mark ``xdist_group``, has no
effect with pytest 9.2: tests of one group run anywhere (pytest-xdist issue 1386).
"""

from __future__ import annotations

from typing import Any

from xdist.scheduler import LoadScopeScheduling

from tests.journeys.support import cities

JOURNEYS = "tests/journeys/"


class Together(LoadScopeScheduling):
    """Hands out groups of tests, each to one process as a whole."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


def group_of(nodeid: str) -> str:
    """The group of a test: its city among the journeys; its file among other tests."""
    file = nodeid.partition("::")[0]
    if file.startswith(JOURNEYS):
        city = cities.city_of(file.removeprefix(JOURNEYS))
        return nodeid if city == cities.NONE else city
    return file


def scheduler(config: Any, log: Any) -> Together | None:
    """What ``pytest_xdist_make_scheduler`` answers."""
    return Together(config, log) if config.getvalue("dist") == "loadgroup" else None
