"""Builders: a city in memory whose cases and matters are counted; calls to AWS can be cut."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from time import time
from typing import Any

from ulid import ULID

from chalicelib.kernel import cache, journal, stores
from chalicelib.kernel.acts import to_act
from chalicelib.kernel.journal import Act, Actor, Entry
from chalicelib.supervision.matters.acts import MatterOpened
from chalicelib.supervision.statistics import cells, generations, projector
from tests.support.builders.cases import MONDAY, Desk
from tests.support.fakes.stores import MemoryJournal, MemoryViews

Counted = dict[tuple[str, str], dict[str, int]]


class Killed(BaseException):
    """The process has died at a call."""


class Cutting:
    """A store whose n-th call is never sent, or whose answer is lost."""

    def __init__(self, inner: Any, calls: list[str]) -> None:
        self.inner, self.calls = inner, calls
        self.at, self.is_sent = 0, False

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.inner, name)

        def call(*args: Any, **more: Any) -> Any:
            self.calls.append(name)
            is_cut = len(self.calls) == self.at
            if is_cut and not self.is_sent:
                raise Killed
            answer = method(*args, **more)
            if is_cut:
                raise Killed
            return answer

        return call


class City:
    """Stores in memory, with entries that were put when a test says."""

    def __init__(self) -> None:
        self.journal, self.views = MemoryJournal(), MemoryViews()
        self.now = time() // 60 * 60
        self.begun = self.now - 3600

    def take(self, desk: Desk, case: str = "abc", put_at: float | None = None) -> None:
        """A case's entries stand in the journal, put at a moment of system time, an hour before now
        if none is named.
        """
        for entry in desk.entries:
            self.put(entry, f"case#{case}", put_at)

    def put(self, entry: Entry, stream: str, put_at: float | None = None) -> None:
        """One entry, unless it is there."""
        if (stream, entry.seq) in self.journal.entries:
            return
        moment = self.begun + entry.seq if put_at is None else put_at
        feed_id = feed_id_of(moment)
        self.journal.append(replace(entry, stream=stream, feed_id=feed_id))

    def put_at_window(self, stream: str, point: str) -> None:
        """The case was filed at a service point's window."""
        filed = self.journal.entries[stream, 1]
        assisted = Act("WindowAssisted", {"what": "filed", "service_point": point})
        self.journal.entries[stream, 1] = replace(filed, acts=(*filed.acts, assisted))

    def put_unknown(self, stream: str) -> None:
        """An entry of an act type that nobody has declared."""
        unknown = journal.new_entry(stream, 1, [Act("Unheard")], at=MONDAY, actor=Actor())
        self.put(unknown, stream)

    def count(self) -> None:
        """One run of the projector at this city's moment."""
        projector.count(lambda case: None, self.now)

    def counted(self, generation: int | None = None) -> Counted:
        """All counters of the generation that is read."""
        serving = generation or generations.read().serving
        prefix = cells.partition(serving, "")
        found: Counted = {}
        for (pk, sk), row in self.views.rows.items():
            if pk.startswith(prefix) and "counted" in row.data:
                found[pk.removeprefix(prefix), sk] = dict(row.data["counted"])
        return found


_minted = iter(range(1, 1_000_000))


def feed_id_of(moment: float) -> str:
    """A ULID of a moment."""
    milliseconds = int(moment * 1000).to_bytes(6, "big")
    return str(ULID.from_bytes(milliseconds + next(_minted).to_bytes(10, "big")))


@contextmanager
def in_city(city: City, journal: Any = None, views: Any = None) -> Iterator[City]:
    """The product's stores are the city's; afterwards they are as they were."""
    before = stores.journal(), stores.views()
    cache.clear()
    stores.use(journal or city.journal, views or city.views)
    try:
        yield city
    finally:
        stores.use(*before)
        cache.clear()


def day_of(moment: datetime) -> str:
    """The day of a moment, as lists of cells name it."""
    return moment.date().isoformat()


class Card:
    """A supervision matter in a city's journal."""

    def __init__(self, city: City, stream: str) -> None:
        self.city, self.stream, self.seq = city, stream, 0

    def add(self, payload: Any) -> None:
        """One more act on it, just now."""
        self.seq += 1
        entry = journal.new_entry(
            self.stream, self.seq, [to_act(payload)], at=MONDAY, actor=Actor()
        )
        self.city.put(entry, self.stream, self.city.now - 9 + self.seq)


def card_of(city: City, level: str) -> Card:
    """A card for URB, opened."""
    card = Card(city, f"matter#{'a' * 26}")
    opened = MatterOpened(
        kind="card",
        department="URB",
        officers=("urb-reviewer",),
        heads=("urb-head",),
        supervisor="city-supervisor",
        rung="officers",
        due=MONDAY.date(),
        level=level,
        item="shop-sign",
    )
    card.add(opened)
    return card
