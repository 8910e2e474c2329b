"""Where everything in a flow's picture stands: blocks in rows, links between them as paths with a
label.
"""

from collections.abc import Mapping, Sequence
from itertools import chain

from chalicelib.catalog.flows.diagrams import columns, routing
from chalicelib.catalog.flows.diagrams.blocks import (
    NOTE,
    Block,
    end_block,
    joint_block,
    pill,
    step_block,
)
from chalicelib.catalog.flows.diagrams.columns import MARGIN, Columns
from chalicelib.catalog.flows.diagrams.links import START, Grid, grid, links
from chalicelib.catalog.flows.diagrams.routing import Way
from chalicelib.catalog.flows.diagrams.words import Words, width, wrapped
from chalicelib.catalog.flows.step_kinds import END
from chalicelib.kernel.values import dataclass

ROW_GAP, STACK_GAP = 52.0, 30.0
HEADING, HEADING_LINE, LEGEND_LINE = 20.0, 28.0, 22.0
HEADING_GAP = 12
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
    all_links = links(words)
    plan = grid(words.flow, all_links)
    blocks = _blocks(words, plan)
    cols = columns.of(plan, blocks, all_links)
    w = max(
        NARROWEST,
        cols.end + MARGIN,
        _legend_width(words),
    )
    heading = wrapped(
        words.title(words.flow.title),
        HEADING,
        w - 2 * MARGIN,
    )
    top = MARGIN + len(heading) * HEADING_LINE + LEGEND_LINE + HEADING_GAP
    placed, bottom = _rows(plan, blocks, cols, top)
    closing = _closing(words, w - 2 * MARGIN)
    legend_y = bottom + LEGEND_LINE
    ways = routing.routed(plan, placed, all_links, cols)
    return Picture(
        w=w,
        h=bottom + LEGEND_LINE * (1 + len(closing)) + MARGIN,
        heading=heading,
        blocks=placed,
        ways=tuple(ways),
        legend_y=legend_y,
        closing=closing,
    )


def _closing(words: Words, room: float) -> tuple[str, ...]:
    text = words.closing()
    if text:
        return wrapped(text, NOTE, room)
    return ()


def _blocks(words: Words, plan: Grid) -> dict[str, Block]:
    blocks = {}
    for name in chain(
        plan.main,
        *plan.left.values(),
        *plan.right.values(),
    ):
        blocks[name] = _block(words, name)
    return blocks


def _block(words: Words, name: str) -> Block:
    if name == START:
        return pill("start", name, words.start())
    if name.startswith(END):
        target, _, after = name.partition("@")
        return end_block(words, target, after)
    if name in words.flow.joints:
        return joint_block(words, name)
    return step_block(words, name)


def _legend_width(words: Words) -> float:
    total = 2 * MARGIN - KEY_GAP
    for text in words.key().values():
        total += SWATCH + width(text, NOTE) + KEY_GAP
    return total


def _rows(
    plan: Grid, blocks: Mapping[str, Block], cols: Columns, top: float
) -> tuple[dict[str, Block], float]:
    """All blocks in their places, and where the last row ends."""
    placed: dict[str, Block] = {}
    y = top
    for row, name in enumerate(plan.main):
        left = [blocks[each] for each in plan.left.get(row, ())]
        right = [blocks[each] for each in plan.right.get(row, ())]
        high = max(
            blocks[name].h,
            _stacked(left),
            _stacked(right),
        )
        middle = y + high / 2
        placed[name] = blocks[name].around(cols.middle, middle)
        placed |= _stack(left, cols.beside_end, middle, to_left=True)
        placed |= _stack(right, cols.ends, middle, to_left=False)
        y += high + ROW_GAP
    return placed, y - ROW_GAP


def _stacked(blocks: Sequence[Block]) -> float:
    """How high blocks are above each other."""
    if not blocks:
        return 0.0
    gaps = STACK_GAP * (len(blocks) - 1)
    return sum(block.h for block in blocks) + gaps


def _stack(blocks: Sequence[Block], x: float, middle: float, *, to_left: bool) -> dict[str, Block]:
    """Blocks above each other around ``middle``, to one side of ``x``."""
    placed = {}
    y = middle - _stacked(blocks) / 2
    for block in blocks:
        left = x - block.w if to_left else x
        placed[block.id] = block.at(left, y)
        y += block.h + STACK_GAP
    return placed
