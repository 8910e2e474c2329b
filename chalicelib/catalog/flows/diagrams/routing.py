"""How links run between the blocks of a flow's picture: straight down, to the side, or back through
a lane.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from chalicelib.catalog.flows.diagrams.blocks import NOTE, Block
from chalicelib.catalog.flows.diagrams.links import Grid, Link
from chalicelib.catalog.flows.diagrams.words import width
from chalicelib.catalog.flows.step_kinds import END

LANE, PORT, ROUND = 30.0, 22.0, 12.0
LABELS = (0.0, 15.0, -13.0)  # labels on lanes side by side stand on different heights
SIDES = {
    "down": ("bottom", "top"),
    "end": ("right", "left"),
    "back": ("left", "left"),
    "skip": ("right", "right"),
    "side": ("left", "right"),
    "home": ("right", "left"),
    "far": ("left", "right"),
    "far-home": ("right", "left"),
    "stack": ("bottom", "top"),
    "outer": ("left", "left"),
}
# Ways through a lane, and whether the lane is to the left or to the right of the main path or of
# all.
LANES = {"back": "left", "far": "left", "far-home": "left", "skip": "right", "outer": "outer"}
Point = tuple[float, float]


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


@dataclass(frozen=True)
class Way:
    """A link as SVG path data, its label at ``at``, which is its ``anchor``: start, middle or
    end.
    """

    link: Link
    kind: str
    path: str
    at: Point
    anchor: str = "middle"
    goes_back: bool = False

    @property
    def label_left(self) -> float:
        """Where its label begins."""
        part = {"start": 0.0, "middle": 0.5, "end": 1.0}[self.anchor]
        return self.at[0] - part * width(self.link.label, NOTE)


def kind(plan: Grid, link: Link) -> str:
    """How a link runs; a name of ``SIDES``."""
    if link.source in plan.main and link.target in plan.main:
        rows = plan.row(link.target) - plan.row(link.source)
        return "down" if rows == 1 and not link.is_tacit else "skip" if rows > 0 else "back"
    if link.source in plan.main:
        if link.target.startswith(END):
            return "end"
        return "side" if plan.row(link.target) == plan.row(link.source) else "far"
    if link.target in plan.main:
        return "home" if plan.row(link.target) == plan.row(link.source) else "far-home"
    stack = list(plan.left[plan.row(link.source)])
    below = stack[stack.index(link.source) + 1 : stack.index(link.source) + 2]
    return "stack" if below == [link.target] else "outer"


def routed(
    plan: Grid, placed: Mapping[str, Block], found: Sequence[Link], columns: Columns
) -> Iterator[Way]:
    """Every link as a way, in the order given."""
    kinds = [kind(plan, link) for link in found]
    ports = _ports(placed, found, kinds)
    lanes = _lanes(placed, found, kinds, columns)
    for place, (link, how) in enumerate(zip(found, kinds, strict=True)):
        start, end = ports[place, "out"], ports[place, "in"]
        if how in ("down", "stack"):
            yield Way(
                link,
                how,
                _bent_down(start, end),
                (end[0] + 8, (start[1] + end[1]) / 2 + 3),
                "start",
            )
        elif place in lanes:
            lane, row = lanes[place]
            path, is_back = _through(start, end, lane), how == "back" or end[1] < start[1]
            if is_beside_its_lane(how, link):
                yield Way(link, how, path, (lane - 5, (start[1] + end[1]) / 2 + 4), "end", is_back)
            else:
                yield Way(
                    link,
                    how,
                    path,
                    (lane, _gap(placed[link.target], is_back) + row),
                    goes_back=is_back,
                )
        else:
            path, at = _aside(how, start, end, columns)
            beside = placed[link.source if how == "home" else link.target]
            yield Way(link, how, path, (at[0], at[1] + (15 if at[1] > beside.mid[1] + 1 else -6)))


def _ports(
    placed: Mapping[str, Block], found: Sequence[Link], kinds: Sequence[str]
) -> dict[tuple[int, str], Point]:
    """Where each link touches its two blocks; the order on one side of a block keeps links from
    crossing.
    """
    touching: dict[tuple[str, str], list[tuple[int, float, int, str]]] = {}
    for place, (link, how) in enumerate(zip(found, kinds, strict=True)):
        ends = ((link.source, link.target, "out"), (link.target, link.source, "in"))
        for (name, other, end), side in zip(ends, SIDES[how], strict=True):
            away = placed[other].mid[1] - placed[name].mid[1]
            # Links through lanes above or below the others; of two on one side, the longer way is
            # around the shorter.
            key = (0, away) if how not in LANES else (-1 if away < 0 else 1, -away)
            touching.setdefault((name, side), []).append((*key, place, end))
    ports: dict[tuple[int, str], Point] = {}
    for (name, side), ends_here in touching.items():
        for rank, (_, _, place, end) in enumerate(sorted(ends_here)):
            ports[place, end] = _port(
                placed[name], side, rank - (len(ends_here) - 1) / 2, len(ends_here)
            )
    return ports


def _port(block: Block, side: str, rank: float, count: int) -> Point:
    (x, y), long = block.mid, block.h if side in ("left", "right") else block.w
    step = rank * min(PORT, (long - ROUND) / count)
    if side in ("left", "right"):
        return (block.x if side == "left" else block.x + block.w), y + step
    return x + step, (block.y if side == "top" else block.y + block.h)


def _lanes(
    placed: Mapping[str, Block], found: Sequence[Link], kinds: Sequence[str], columns: Columns
) -> dict[int, Point]:
    """The lane's x for each link that has one: the longer its way, the further out; and how low its
    label stands.
    """
    lanes: dict[int, Point] = {}
    edges = {
        "left": (columns.middle - columns.half, -LANE),
        "right": (columns.middle + columns.half, LANE),
        "outer": (columns.beside, -LANE),
    }
    for where, (edge, step) in edges.items():
        mine = [place for place, how in enumerate(kinds) if LANES.get(how) == where]
        mine.sort(key=lambda i: abs(placed[found[i].source].y - placed[found[i].target].y))
        for rank, place in enumerate(mine):
            lanes[place] = edge + step * (rank + 0.7), LABELS[rank % len(LABELS)]
    return lanes


def is_beside_its_lane(how: str, link: Link) -> bool:
    """Whether a link's label stands left of its lane: there is no room on the lane where it runs
    beside blocks.
    """
    return how == "outer" or link.source == link.target


def _gap(target: Block, is_back: bool) -> float:
    """The middle of the gap between rows through which a link comes to its target."""
    return target.y + target.h + 30 if is_back else target.y - 22


def _bent_down(start: Point, end: Point) -> str:
    (x1, y1), (x2, y2) = start, end
    if abs(x1 - x2) < 1:
        return f"M{x1:.1f} {y1:.1f}V{y2:.1f}"
    y = (y1 + y2) / 2
    return f"M{x1:.1f} {y1:.1f}C{x1:.1f} {y:.1f} {x2:.1f} {y:.1f} {x2:.1f} {y2:.1f}"


def _aside(how: str, start: Point, end: Point, columns: Columns) -> tuple[str, Point]:
    """A way to or from a block beside the main path, level next to that block; and the place of its
    label.
    """
    (x1, y1), (x2, y2) = start, end
    if how == "end":
        return f"M{x1:.1f} {y1:.1f}{_swung(start, (columns.level_right, y2))}H{x2:.1f}", (
            (columns.level_right + columns.ends) / 2 - 4, y2,
        )  # fmt: skip
    middle = (columns.beside_end + columns.level_left) / 2
    if how == "side":
        return f"M{x1:.1f} {y1:.1f}{_swung(start, (columns.level_left, y2))}H{x2:.1f}", (
            middle + 4,
            y2,
        )
    turn = columns.level_left, y1
    return f"M{x1:.1f} {y1:.1f}H{turn[0]:.1f}{_swung(turn, end)}", (middle - 4, y1)


def _swung(start: Point, end: Point) -> str:
    (x1, y1), (x2, y2) = start, end
    x = (x1 + x2) / 2
    return (
        f"C{x:.1f} {y1:.1f} {x:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
        if abs(y1 - y2) >= 1
        else f"H{x2:.1f}"
    )


def _through(start: Point, end: Point, lane: float) -> str:
    """To the lane, along it, and from it, with round corners."""
    (x1, y1), (x2, y2) = start, end
    r = min(ROUND, abs(y2 - y1) / 2)
    before, after = (lane - r if x1 < lane else lane + r), (lane - r if x2 < lane else lane + r)
    along = r if y2 > y1 else -r
    return (
        f"M{x1:.1f} {y1:.1f}H{before:.1f}Q{lane:.1f} {y1:.1f} {lane:.1f} {y1 + along:.1f}"
        f"V{y2 - along:.1f}Q{lane:.1f} {y2:.1f} {after:.1f} {y2:.1f}H{x2:.1f}"
    )
