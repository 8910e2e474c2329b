"""The columns of a flow's picture, as wide as the blocks, lanes and labels in them."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from chalicelib.catalog.flows.diagrams.blocks import NOTE, Block
from chalicelib.catalog.flows.diagrams.kinds import LANES, is_beside_its_lane, kind
from chalicelib.catalog.flows.diagrams.links import Grid, Link
from chalicelib.catalog.flows.diagrams.words import width
from chalicelib.kernel.values import dataclass

MARGIN = 24.0
LANE = 30.0
LEVEL, SWING = 28.0, 20.0  # room around a label, and for a link to swing up or down


@dataclass(frozen=True)
class Columns:
    """Where the columns are, from left to right: beside the main path, its middle and half its
    width, the ends.

    Between them links run level, with their labels above, from ``beside_end`` to ``level_left`` and
    from ``level_right`` to ``ends``.
    """

    beside: float
    beside_end: float
    level_left: float
    middle: float
    half: float
    level_right: float
    ends: float
    end: float


def of(plan: Grid, blocks: Mapping[str, Block], links: Sequence[Link]) -> Columns:
    """The columns' places."""
    room = _Room([(link, kind(plan, link)) for link in links])
    half = _widest(blocks, [plan.main]) / 2
    beside = MARGIN + room.of_lanes("outer") + room.on_lanes("outer")
    beside_end = beside + _widest(blocks, plan.left.values())
    level_left = beside_end + max(room.level("side", "home"), room.on_lanes("left"))
    middle = level_left + SWING + room.of_lanes("left") + half
    level_right = middle + half + room.of_lanes("right") + SWING
    ends = level_right + max(room.level("end"), room.on_lanes("right"))
    return Columns(
        beside=beside,
        beside_end=beside_end,
        level_left=level_left,
        middle=middle,
        half=half,
        level_right=level_right,
        ends=ends,
        end=ends + _widest(blocks, plan.right.values()),
    )


def _widest(blocks: Mapping[str, Block], rows: Iterable[Sequence[str]]) -> float:
    widths = [blocks[name].w for name in chain(*rows)]
    return max(widths, default=0.0)


@dataclass(frozen=True)
class _Room:
    """How much room the links need between the columns, each by how it runs."""

    links: Sequence[tuple[Link, str]]

    def of_lanes(self, where: str) -> float:
        """All lanes on one side, next to each other."""
        total = 0.0
        for _, how in self.links:
            if LANES.get(how) == where:
                total += LANE
        return total

    def on_lanes(self, where: str) -> float:
        """The widest label on a lane: it reaches out on both sides of it."""
        widest = 0.0
        for link, how in self.links:
            if LANES.get(how) == where:
                sides = 1 if is_beside_its_lane(how, link) else 2
                widest = max(widest, width(link.label, NOTE) / sides)
        return widest

    def level(self, *kinds: str) -> float:
        """The widest label of links that run level."""
        widest = 0.0
        for link, how in self.links:
            if how in kinds:
                widest = max(widest, width(link.label, NOTE) + LEVEL)
        return widest
