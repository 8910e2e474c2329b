"""The curves by which links run, as SVG path data."""

from chalicelib.catalog.flows.diagrams.columns import Columns

ROUND = 12.0

Point = tuple[float, float]


def down(start: Point, end: Point) -> str:
    """From a block to the one below it."""
    (x1, y1), (x2, y2) = start, end
    move = f"M{x1:.1f} {y1:.1f}"
    if abs(x1 - x2) < 1:
        return f"{move}V{y2:.1f}"
    y = (y1 + y2) / 2
    return f"{move}C{x1:.1f} {y:.1f} {x2:.1f} {y:.1f} {x2:.1f} {y2:.1f}"


def aside(how: str, start: Point, end: Point, columns: Columns) -> tuple[str, Point]:
    """A way to or from a block beside the main path, level next to that block; and the place of its
    label.
    """
    (x1, y1), (x2, y2) = start, end
    middle_left = (columns.beside_end + columns.level_left) / 2
    middle_right = (columns.level_right + columns.ends) / 2
    move = f"M{x1:.1f} {y1:.1f}"
    if how == "end":
        swing = _swung(start, (columns.level_right, y2))
        return f"{move}{swing}H{x2:.1f}", (middle_right - 4, y2)
    if how == "side":
        swing = _swung(start, (columns.level_left, y2))
        return f"{move}{swing}H{x2:.1f}", (middle_left + 4, y2)
    swing = _swung((columns.level_left, y1), end)
    return f"{move}H{columns.level_left:.1f}{swing}", (middle_left - 4, y1)


def _swung(start: Point, end: Point) -> str:
    (x1, y1), (x2, y2) = start, end
    if abs(y1 - y2) < 1:
        return f"H{x2:.1f}"
    x = (x1 + x2) / 2
    return f"C{x:.1f} {y1:.1f} {x:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"


def through(start: Point, end: Point, lane: float) -> str:
    """To the lane, along it, and from it, with round corners."""
    (x1, y1), (x2, y2) = start, end
    r = min(ROUND, abs(y2 - y1) / 2)
    before = _short_of(lane, x1, r)
    after = _short_of(lane, x2, r)
    along = r if y2 > y1 else -r
    return (
        f"M{x1:.1f} {y1:.1f}"
        f"H{before:.1f}"
        f"Q{lane:.1f} {y1:.1f} {lane:.1f} {y1 + along:.1f}"
        f"V{y2 - along:.1f}"
        f"Q{lane:.1f} {y2:.1f} {after:.1f} {y2:.1f}"
        f"H{x2:.1f}"
    )


def _short_of(lane: float, x: float, r: float) -> float:
    """Where the corner between a lane and a block at ``x`` begins."""
    return lane - r if x < lane else lane + r
