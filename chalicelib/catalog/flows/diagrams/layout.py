"""Where everything in a flow's picture stands: blocks in rows, links between them as paths with a
label.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from chalicelib.catalog.flows.diagrams import routing
from chalicelib.catalog.flows.diagrams.blocks import (
    NOTE,
    Block,
    end_block,
    joint_block,
    pill,
    step_block,
)
from chalicelib.catalog.flows.diagrams.links import START, Grid, Link, grid, links
from chalicelib.catalog.flows.diagrams.routing import LANE, Columns, Way, is_beside_its_lane
from chalicelib.catalog.flows.diagrams.words import Words, width, wrapped
from chalicelib.catalog.flows.step_kinds import END

MARGIN, ROW_GAP, STACK_GAP = 24.0, 52.0, 30.0
LEVEL, SWING = 28.0, 20.0  # room around a label, and for a link to swing up or down
HEADING, HEADING_LINE, LEGEND_LINE = 20.0, 28.0, 22.0
SWATCH, KEY_GAP = 22.0, 20.0  # of the legend: its samples of colour, and between its keys
NARROWEST = 640.0


@dataclass(frozen=True)
class Picture:
    """All parts with their places, in pixels."""

    w: float
    h: float
    heading: tuple[str, ...]
    blocks: Mapping[str, Block]
    ways: tuple[Way, ...]
    legend_y: float
    closing: tuple[str, ...]


def laid_out(words: Words) -> Picture:
    """The picture of a flow, from top to bottom."""
    found = links(words)
    plan = grid(words.flow, found)
    blocks = {
        name: _block(words, name)
        for name in chain(plan.main, *plan.left.values(), *plan.right.values())
    }
    columns = _columns(plan, blocks, found)
    w = max(NARROWEST, columns.end + MARGIN, _legend_width(words))
    heading = wrapped(words.title(words.flow.title), HEADING, w - 2 * MARGIN)
    top = MARGIN + len(heading) * HEADING_LINE + LEGEND_LINE + 12
    placed, bottom = _rows(plan, blocks, columns, top)
    closing = wrapped(words.closing(), NOTE, w - 2 * MARGIN) if words.closing() else ()
    h = bottom + LEGEND_LINE * (1 + len(closing)) + MARGIN
    ways = routing.routed(plan, placed, found, columns)
    return Picture(w, h, heading, placed, tuple(ways), bottom + LEGEND_LINE, closing)


def _block(words: Words, name: str) -> Block:
    if name == START:
        return pill("start", name, words.start())
    if name.startswith(END):
        target, _, after = name.partition("@")
        return end_block(words, target, after)
    return joint_block(words, name) if name in words.flow.joints else step_block(words, name)


def _legend_width(words: Words) -> float:
    return (
        2 * MARGIN
        - KEY_GAP
        + sum(SWATCH + width(said, NOTE) + KEY_GAP for said in words.key().values())
    )


def _columns(plan: Grid, blocks: Mapping[str, Block], found: Sequence[Link]) -> Columns:
    """The columns' places, as wide as the blocks, lanes and labels in them."""
    kinds = {link: routing.kind(plan, link) for link in found}

    def lanes(where: str) -> float:
        return LANE * sum(routing.LANES.get(how) == where for how in kinds.values())

    def on_lanes(where: str) -> float:
        # A label on a lane reaches out on both sides of it.
        mine = [(link, how) for link, how in kinds.items() if routing.LANES.get(how) == where]
        return max(
            (width(k.label, NOTE) / (1 if is_beside_its_lane(how, k) else 2) for k, how in mine),
            default=0.0,
        )

    def level(*wanted: str) -> float:
        return max(
            (width(link.label, NOTE) + LEVEL for link, how in kinds.items() if how in wanted),
            default=0.0,
        )

    widest = {"left": 0.0, "right": 0.0}
    for side, rows in (("left", plan.left), ("right", plan.right)):
        widest[side] = max((blocks[name].w for name in chain(*rows.values())), default=0.0)
    half = max(blocks[name].w for name in plan.main) / 2
    beside = MARGIN + lanes("outer") + on_lanes("outer")
    beside_end = beside + widest["left"]
    level_left = beside_end + max(level("side", "home"), on_lanes("left"))
    middle = level_left + SWING + lanes("left") + half
    level_right = middle + half + lanes("right") + SWING
    ends = level_right + max(level("end"), on_lanes("right"))
    return Columns(
        beside, beside_end, level_left, middle, half, level_right, ends, ends + widest["right"]
    )


def _rows(
    plan: Grid, blocks: Mapping[str, Block], columns: Columns, top: float
) -> tuple[dict[str, Block], float]:
    """All blocks in their places, and where the last row ends."""
    placed: dict[str, Block] = {}
    y = top
    for row, name in enumerate(plan.main):
        left = [blocks[one] for one in plan.left.get(row, ())]
        right = [blocks[one] for one in plan.right.get(row, ())]
        high = max(blocks[name].h, _stacked(left), _stacked(right))
        placed[name] = blocks[name].around(columns.middle, y + high / 2)
        placed |= _stack(left, columns.beside_end, y + high / 2, to_left=True)
        placed |= _stack(right, columns.ends, y + high / 2, to_left=False)
        y += high + ROW_GAP
    return placed, y - ROW_GAP


def _stacked(blocks: Sequence[Block]) -> float:
    return sum(block.h for block in blocks) + STACK_GAP * max(len(blocks) - 1, 0)


def _stack(blocks: Iterable[Block], x: float, middle: float, *, to_left: bool) -> dict[str, Block]:
    """Blocks above each other around ``middle``, to one side of ``x``."""
    known = list(blocks)
    y, placed = middle - _stacked(known) / 2, {}
    for block in known:
        placed[block.id] = block.at(x - block.w if to_left else x, y)
        y += block.h + STACK_GAP
    return placed
