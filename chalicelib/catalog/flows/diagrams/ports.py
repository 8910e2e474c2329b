"""Where links touch their blocks, and through which lanes they run."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from chalicelib.catalog.flows.diagrams.blocks import Block
from chalicelib.catalog.flows.diagrams.columns import LANE, Columns
from chalicelib.catalog.flows.diagrams.kinds import LANES, SIDES
from chalicelib.catalog.flows.diagrams.links import Link
from chalicelib.catalog.flows.diagrams.paths import ROUND, Point

PORT = 22.0
LABELS = (0.0, 15.0, -13.0)  # labels on lanes side by side stand on different heights

OUT, IN = "out", "in"


class Lane(NamedTuple):
    """A lane's place, and how low the label on it stands."""

    x: float
    label_y: float


class _Touch(NamedTuple):
    """One end of a link at a side of a block; by their order ends at one side do not cross."""

    group: int
    away: float
    place: int
    end: str


def ports(
    placed: Mapping[str, Block], links: Sequence[Link], kinds: Sequence[str]
) -> dict[tuple[int, str], Point]:
    """Where each link touches its two blocks; the order on one side of a block keeps links from
    crossing.
    """
    touching = _touching(placed, links, kinds)
    points: dict[tuple[int, str], Point] = {}
    for (name, side), touches in touching.items():
        middle = (len(touches) - 1) / 2
        for rank, touch in enumerate(sorted(touches)):
            point = _port(
                placed[name],
                side,
                rank - middle,
                len(touches),
            )
            points[touch.place, touch.end] = point
    return points


def _touching(
    placed: Mapping[str, Block], links: Sequence[Link], kinds: Sequence[str]
) -> dict[tuple[str, str], list[_Touch]]:
    """The ends of links at each side of each block."""
    touching: defaultdict[tuple[str, str], list[_Touch]] = defaultdict(list)
    for place, (link, how) in enumerate(zip(links, kinds, strict=True)):
        source = placed[link.source]
        target = placed[link.target]
        out_side, in_side = SIDES[how]
        leaving = _Touch(
            *_order(how, source, target),
            place,
            OUT,
        )
        touching[source.id, out_side].append(leaving)
        coming = _Touch(
            *_order(how, target, source),
            place,
            IN,
        )
        touching[target.id, in_side].append(coming)
    return touching


def _order(how: str, block: Block, other: Block) -> tuple[int, float]:
    """Links through lanes above or below the others; of two on one side, the longer way is around
    the shorter.
    """
    away = other.mid[1] - block.mid[1]
    if how not in LANES:
        return 0, away
    return (-1 if away < 0 else 1), -away


def _port(block: Block, side: str, rank: float, count: int) -> Point:
    x, y = block.mid
    is_upright = side in ("left", "right")
    length = block.h if is_upright else block.w
    step = rank * min(PORT, (length - ROUND) / count)
    edge = {
        "left": block.x,
        "right": block.x + block.w,
        "top": block.y,
        "bottom": block.y + block.h,
    }[side]
    if is_upright:
        return (edge, y + step)
    return (x + step, edge)


def lanes(
    placed: Mapping[str, Block],
    links: Sequence[Link],
    kinds: Sequence[str],
    columns: Columns,
) -> dict[int, Lane]:
    """The lane of each link that has one: the longer its way, the further out."""
    of_links: dict[int, Lane] = {}
    edges = {
        "left": (columns.middle - columns.half, -LANE),
        "right": (columns.middle + columns.half, LANE),
        "outer": (columns.beside, -LANE),
    }
    for where, (edge, step) in edges.items():
        places = [place for place, how in enumerate(kinds) if LANES.get(how) == where]
        places.sort(key=lambda place: _length(placed, links[place]))
        for rank, place in enumerate(places):
            x = edge + step * (rank + 0.7)
            of_links[place] = Lane(x, LABELS[rank % len(LABELS)])
    return of_links


def _length(placed: Mapping[str, Block], link: Link) -> float:
    return abs(placed[link.source].y - placed[link.target].y)
