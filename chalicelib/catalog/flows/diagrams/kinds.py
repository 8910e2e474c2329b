"""How links can run between the blocks of a flow's picture."""

from collections.abc import Sequence

from chalicelib.catalog.flows.diagrams.links import Grid, Link
from chalicelib.catalog.flows.step_kinds import END

# The sides of its two blocks that a link touches.
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


def kind(plan: Grid, link: Link) -> str:
    """How a link runs; a name of ``SIDES``."""
    from_main = link.source in plan.main
    to_main = link.target in plan.main
    if from_main and to_main:
        return _on_main(plan, link)
    if from_main and link.target.startswith(END):
        return "end"
    is_level = plan.row(link.target) == plan.row(link.source)
    if from_main:
        return "side" if is_level else "far"
    if to_main:
        return "home" if is_level else "far-home"
    return _beside_main(plan, link)


def _on_main(plan: Grid, link: Link) -> str:
    rows = plan.row(link.target) - plan.row(link.source)
    if rows <= 0:
        return "back"
    if rows == 1 and not link.is_tacit:
        return "down"
    return "skip"


def _beside_main(plan: Grid, link: Link) -> str:
    stack: Sequence[str] = plan.left[plan.row(link.source)]
    place = stack.index(link.source)
    is_right_below = link.target in stack[place + 1 : place + 2]
    if is_right_below:
        return "stack"
    return "outer"


def is_beside_its_lane(how: str, link: Link) -> bool:
    """Whether a link's label stands left of its lane: there is no room on the lane where it runs
    beside blocks.
    """
    return how == "outer" or link.source == link.target
