"""The parts of a flow's picture and their sizes: steps, joint reviews with their branches, start
and ends.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from chalicelib.catalog.flows.diagrams.words import Words, actor, width, wrapped
from chalicelib.catalog.flows.step_kinds import END
from chalicelib.kernel.values import dataclass

TITLE, NOTE = 15.0, 12.0
TITLE_LINE, NOTE_LINE = 20.0, 16.0
BOX, BRANCH, PAD, GAP = 208.0, 164.0, 12.0, 14.0
ABREAST = 4  # more branches than these stand in several rows
PILL_NARROWEST, PILL_ROUNDING, PILL_HEIGHT = 96.0, 28, 32.0


@dataclass(frozen=True)
class Block:
    """A box: ``kind`` is who acts, ``joint``, ``start`` or an end; x and y are its upper left
    corner.
    """

    id: str
    kind: str
    title: tuple[str, ...]
    note: tuple[str, ...]
    w: float
    h: float
    hint: str = ""
    inside: tuple["Block", ...] = ()
    x: float = 0.0
    y: float = 0.0

    @property
    def mid(self) -> tuple[float, float]:
        """Its centre."""
        x = self.x + self.w / 2
        y = self.y + self.h / 2
        return x, y

    def at(self, x: float, y: float) -> "Block":
        """The same block with its upper left corner there, and what is inside of it moved along."""
        moved = []
        for part in self.inside:
            part_x = part.x + x - self.x
            part_y = part.y + y - self.y
            moved.append(part.at(part_x, part_y))
        return replace(
            self,
            x=x,
            y=y,
            inside=tuple(moved),
        )

    def around(self, x: float, y: float) -> "Block":
        """The same block with its centre there."""
        left = x - self.w / 2
        top = y - self.h / 2
        return self.at(left, top)


def step_block(words: Words, name: str, room: float = BOX) -> Block:
    """The box of a step, ``room`` wide and as high as its words need."""
    step = words.flow.steps[name]
    text_room = room - 2 * PAD
    title = wrapped(words.title(step.title), TITLE, text_room)
    note = wrapped(words.note(step), NOTE, text_room)
    return Block(
        name,
        kind=actor(step),
        title=title,
        note=note,
        w=room,
        h=_height(title, note),
        hint=words.duties(step),
    )


def joint_block(words: Words, name: str) -> Block:
    """The frame of a joint review with its branches side by side."""
    joint = words.flow.joints[name]
    branches = [step_block(words, branch, BRANCH) for branch in joint.branches]
    rows = [branches[i : i + ABREAST] for i in range(0, len(branches), ABREAST)]
    w = max(BOX, _row_width(rows[0]) + 2 * PAD)
    title = wrapped(
        words.title(joint.title),
        TITLE,
        w - 2 * PAD,
    )
    note = wrapped(
        words.say("picture.joint"),
        NOTE,
        w - 2 * PAD,
    )
    y = _height(title, note)
    inside: list[Block] = []
    for row in rows:
        inside += _abreast(row, w, y)
        y += _row_height(row) + GAP
    h = y - GAP + PAD
    return Block(
        name,
        "joint",
        title,
        note,
        w,
        h,
        inside=tuple(inside),
    )


def pill(kind: str, name: str, text: str) -> Block:
    """The start or an end: as wide as its one line."""
    w = max(PILL_NARROWEST, width(text, NOTE) + PILL_ROUNDING)
    return Block(
        name,
        kind,
        title=(text,),
        note=(),
        w=w,
        h=PILL_HEIGHT,
    )


def end_block(words: Words, target: str, after: str) -> Block:
    """The end that ``target`` names, as reached from the step ``after``."""
    kind = target.removeprefix(END)
    text = words.end(target)
    return pill(kind, f"{target}@{after}", text)


def _abreast(row: Sequence[Block], w: float, y: float) -> Iterator[Block]:
    """Blocks side by side in the middle of ``w``, equally high."""
    h = _row_height(row)
    x = (w - _row_width(row)) / 2
    for block in row:
        yield replace(block, h=h).at(x, y)
        x += BRANCH + GAP


def _row_width(row: Sequence[Block]) -> float:
    branch_and_gap = BRANCH + GAP
    return len(row) * branch_and_gap - GAP


def _row_height(row: Sequence[Block]) -> float:
    return max(block.h for block in row)


def _height(title: Sequence[str], note: Sequence[str]) -> float:
    title_height = len(title) * TITLE_LINE
    note_height = len(note) * NOTE_LINE
    return 2 * PAD + title_height + note_height
