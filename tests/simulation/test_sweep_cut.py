"""The sweep dies at each of its calls, never sent or with its reply lost; the next minute's run warns
all the same: once, never zero, never twice.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.casework.acts import Case, fold
from chalicelib.casework.execution import deadline_sweep, delivery
from chalicelib.casework.use_cases import repository
from chalicelib.kernel import cache, clock, stores
from tests.simulation.actors import Killed
from tests.simulation.test_every_call_cut import NEVER_SENT, REPLY_LOST
from tests.support.builders.case_walks import led
from tests.support.builders.cases import MONDAY, Desk
from tests.support.builders.filings import on_record
from tests.support.fakes.stores import MemoryJournal, MemoryViews

Warning = tuple[str, str, str]


class Mortal:
    """A store whose n-th call, counted over all of them, is the process's last."""

    def __init__(self, inner: Any, calls: list[str], last: int, how: str) -> None:
        self._inner, self._calls, self._last, self._how = inner, calls, last, how

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._inner, name)
        if not callable(method):
            return method

        def call(*args: Any, **more: Any) -> Any:
            self._calls.append(name)
            is_last = len(self._calls) == self._last
            if is_last and self._how == NEVER_SENT:
                raise Killed
            answer = method(*args, **more)
            if is_last:
                raise Killed
            return answer

        return call


def stopped_nowhere() -> Desk:
    return led("confirmation", "accept")


def decided() -> Desk:
    return led("confirmation", "accept", "review", "approve")


def in_acceptance() -> Desk:
    return led("confirmation")


@pytest.fixture
def records(monkeypatch: pytest.MonkeyPatch, memory: Any) -> Iterator[Callable[[Desk, int], None]]:
    def begin(desk: Desk, days: int) -> None:
        cache.clear()
        journal, views = MemoryJournal(), MemoryViews()
        stores.use(journal, views)
        on_record(desk, journal)
        stores.views().put(delivery.case_row(desk.case), expect=0)
        later = MONDAY + timedelta(days=days)
        monkeypatch.setattr(clock, "now", lambda: later)

    yield begin


def swept(last: int = 0, how: str = "") -> list[str]:
    """One run of the sweep, which dies at its call ``last``; what it has called."""
    calls: list[str] = []
    alive = stores.journal(), stores.views()
    stores.use(*(Mortal(store, calls, last, how) for store in alive))  # type: ignore[arg-type]
    try:
        deadline_sweep.sweep_deadlines()
    except Killed:
        cache.clear()  # another process goes on
    finally:
        stores.use(*alive)
    return calls


def warnings() -> list[Warning]:
    entries = repository.read("abc")
    return [
        (act.data["clock"], act.data["level"], act.data["due"])
        for entry in entries
        for act in entry.acts
        if act.type == "WarningRaised"
    ]


def case() -> Case:
    return fold(repository.read("abc"))


@pytest.mark.parametrize("days", [7, 8, 15, 30])
@pytest.mark.parametrize("make", [in_acceptance, stopped_nowhere, decided])
def test_a_sweep_that_dies_at_any_call_warns_once(
    make: Callable[[], Desk], days: int, records: Callable[[Desk, int], None]
) -> None:
    desk = make()
    records(desk, days)
    calls = swept()
    undisturbed, stands_at = warnings(), case()
    for last in range(1, len(calls) + 1):
        for how in (NEVER_SENT, REPLY_LOST):
            records(desk, days)
            assert len(swept(last, how)) == last
            swept()
            swept()
            assert warnings() == undisturbed, (calls[last - 1], last, how)
            assert case().clocks == stands_at.clocks
    assert undisturbed or days < 15
    assert len(undisturbed) == len(set(undisturbed))
