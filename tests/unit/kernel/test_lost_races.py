"""Who loses a race begins again until there is an answer: 503 is for AWS alone."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chalicelib.kernel import commands, stores
from chalicelib.kernel.aggregates import (
    MAX_TRIES,
    ActOrigin,
    Aggregate,
    Decision,
    by_machine,
)
from chalicelib.kernel.commands import execute
from chalicelib.kernel.errors import Conflict, Unavailable
from chalicelib.kernel.journal import Act, AppendConflict, Entry
from tests.support.fakes.stores import MemoryJournal

STREAM, SEATS = "things#1", 20


def _fold(stream: str, entries: Sequence[Entry]) -> Sequence[Entry]:
    return entries


def _decide(entries: Sequence[Entry], act: Act, origin: ActOrigin) -> Decision:
    if len(entries) >= SEATS:
        raise Conflict("no seat is left")
    return Decision([act])


SEAT: Aggregate[Sequence[Entry], Act] = Aggregate(_fold, _decide)


class Busy(MemoryJournal):
    """Others are first, so many times."""

    lost = 0

    def append(self, *entries: Entry, **beside: Any) -> None:
        if self.lost:
            self.lost -= 1
            raise AppendConflict(entries[0].stream)
        super().append(*entries, **beside)


@pytest.fixture
def busy(memory: Any) -> Busy:
    made = Busy()
    stores.use(made, stores.views())
    return made


def take(number: int) -> str:
    """How somebody's seat was answered."""
    try:
        execute(SEAT, STREAM, Act("SeatTaken", {"n": number}), by_machine)
    except (Conflict, Unavailable) as problem:
        return type(problem).__name__
    return "taken"


@pytest.mark.parametrize(
    ("lost", "answer"), [(0, "taken"), (MAX_TRIES - 1, "taken"), (MAX_TRIES, "Unavailable")]
)
def test_a_race_is_lost_often_before_somebody_is_sent_away(
    busy: Busy, monkeypatch: pytest.MonkeyPatch, lost: int, answer: str
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(commands.time, "sleep", slept.append)
    busy.lost = lost
    assert take(1) == answer
    assert len(slept) == lost
    assert max(slept, default=0.0) <= commands.MAX_PAUSE_SECONDS
    assert sum(slept) < 20, "the gateway waits for 29 seconds"


def test_of_many_at_once_everybody_is_answered(busy: Busy) -> None:
    with ThreadPoolExecutor(48) as pool:
        answers = list(pool.map(take, range(48)))
    assert answers.count("taken") == SEATS
    assert answers.count("Conflict") == 48 - SEATS
