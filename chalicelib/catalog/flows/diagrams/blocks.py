"""The parts of a flow's picture and their sizes: steps, joint reviews with their branches, start
and ends.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from chalicelib.catalog.flows.diagrams.words import Words, actor, width, wrapped
from chalicelib.catalog.flows.step_kinds import END

TITLE, NOTE = 15.0, 12.0
TITLE_LINE, NOTE_LINE = 20.0, 16.0
BOX, BRANCH, PAD, GAP = 208.0, 164.0, 12.0, 14.0
ABREAST = 4  # more branches than these stand in several rows


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
        return self.x + self.w / 2, self.y + self.h / 2

    def at(self, x: float, y: float) -> "Block":
        """The same block with its upper left corner there, and what is inside of it moved along."""
        moved = tuple(part.at(part.x + x - self.x, part.y + y - self.y) for part in self.inside)
        return replace(self, x=x, y=y, inside=moved)

    def around(self, x: float, y: float) -> "Block":
        """The same block with its centre there."""
        return self.at(x - self.w / 2, y - self.h / 2)


def step_block(words: Words, name: str, room: float = BOX) -> Block:
    """The box of a step, ``room`` wide and as high as its words need."""
    step = words.flow.steps[name]
    title = wrapped(words.title(step.title), TITLE, room - 2 * PAD)
    note = wrapped(words.note(step), NOTE, room - 2 * PAD)
    return Block(name, actor(step), title, note, room, _height(title, note), words.duties(step))


def joint_block(words: Words, name: str) -> Block:
    """The frame of a joint review with its branches side by side."""
    joint = words.flow.joints[name]
    branches = [step_block(words, branch, BRANCH) for branch in joint.branches]
    rows = [branches[i : i + ABREAST] for i in range(0, len(branches), ABREAST)]
    w = max(BOX, max(len(row) for row in rows) * (BRANCH + GAP) - GAP + 2 * PAD)
    title = wrapped(words.title(joint.title), TITLE, w - 2 * PAD)
    note = wrapped(words.say("picture.joint"), NOTE, w - 2 * PAD)
    y = _height(title, note)
    inside: list[Block] = []
    for row in rows:
        inside += _abreast(row, w, y)
        y += max(block.h for block in row) + GAP
    return Block(name, "joint", title, note, w, y - GAP + PAD, inside=tuple(inside))


def pill(kind: str, name: str, text: str) -> Block:
    """The start or an end: as wide as its one line."""
    return Block(name, kind, (text,), (), max(96.0, width(text, NOTE) + 28), 32.0)


def end_block(words: Words, target: str, after: str) -> Block:
    """The end that ``target`` names, as reached from the step ``after``."""
    return pill(target.removeprefix(END), f"{target}@{after}", words.end(target))


def _abreast(row: Sequence[Block], w: float, y: float) -> Iterator[Block]:
    """Blocks side by side in the middle of ``w``, equally high."""
    high = max(block.h for block in row)
    x = (w - len(row) * (BRANCH + GAP) + GAP) / 2
    for place, block in enumerate(row):
        yield replace(block, h=high).at(x + place * (BRANCH + GAP), y)


def _height(title: Sequence[str], note: Sequence[str]) -> float:
    return 2 * PAD + len(title) * TITLE_LINE + len(note) * NOTE_LINE
