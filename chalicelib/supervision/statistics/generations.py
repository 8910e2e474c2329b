"""Which counters are read, which are being made anew, and how far each has come in the feed."""

from collections.abc import Iterable
from dataclasses import replace

from chalicelib.kernel import feed, ids, stores
from chalicelib.kernel.values import dataclass
from chalicelib.kernel.views import Row

PLACE = ("statistics", "generations")
FIRST = 1


@dataclass(frozen=True)
class Generations:
    """``serving`` is the one that is read; ``building`` takes its place when it has caught up, 0
    for none. ``version`` is that of the row.
    """

    serving: int
    building: int = 0
    version: int = 0

    @property
    def running(self) -> tuple[int, ...]:
        """All that count."""
        return (self.serving, self.building) if self.building else (self.serving,)


@dataclass(frozen=True)
class Position:
    """A generation has counted all entries before ``until`` (Unix seconds), and of newer ones those
    ``ahead``, by their feed ids.
    """

    generation: int
    until: float
    ahead: frozenset[str]
    version: int


def read() -> Generations:
    """As they are; before anything was counted, the first one."""
    row = stores.views().get(*PLACE)
    if row is None:
        return Generations(FIRST)
    return Generations(
        row.data["serving"],
        row.data["building"],
        row.version,
    )


def begin(since: float) -> bool:
    """Count all entries from ``since`` (Unix seconds) on in a new generation; False where somebody
    else has just begun. Where nothing was ever counted, it is the first.
    """
    if start(FIRST, since):
        return True
    known = read()
    number = max(known.running) + 1
    row = _row(
        number,
        _minute(since),
        [],
        1,
    )
    stores.views().put(row)
    return _write(replace(known, building=number))


def flip(known: Generations) -> bool:
    """The new generation is read from now on."""
    return _write(
        Generations(
            known.building,
            0,
            known.version,
        )
    )


def _write(wanted: Generations) -> bool:
    data = {"serving": wanted.serving, "building": wanted.building}
    row = Row(
        *PLACE,
        version=wanted.version + 1,
        data=data,
    )
    return stores.views().put(row, expect=wanted.version)


def start(generation: int, since: float) -> bool:
    """A generation's place in the feed, unless it has one."""
    row = _row(
        generation,
        _minute(since),
        [],
        1,
    )
    return stores.views().put(row, expect=0)


def position(generation: int, now: float) -> Position:
    """How far a generation has come; where it has not begun, it begins a little before ``now``."""
    row = stores.views().get(*_place(generation))
    if row is None:
        since = now - feed.FIRST_LOOK
        start(generation, since)
        return Position(generation, _minute(since), frozenset(), 1)
    return Position(
        generation,
        float(row.data["until"]),
        frozenset(row.data["ahead"]),
        row.version,
    )


def move(position: Position, until: float, ahead: Iterable[str]) -> bool:
    """The generation has come to there; False where somebody else has moved it."""
    kept = [feed_id for feed_id in ahead if ids.ulid_time(feed_id) >= until]
    row = _row(
        position.generation,
        until,
        sorted(kept),
        position.version + 1,
    )
    return stores.views().put(row, expect=position.version)


def _row(generation: int, until: float, ahead: list[str], version: int) -> Row:
    data = {"until": until, "ahead": ahead}
    return Row(
        *_place(generation),
        version=version,
        data=data,
    )


def _place(generation: int) -> tuple[str, str]:
    return PLACE[0], f"position#{generation}"


def _minute(moment: float) -> float:
    return moment // 60 * 60
