"""The curves by which links run, as SVG path data."""

from chalicelib.catalog.flows.diagrams.columns import Columns

ROUND = 12.0

Point = tuple[float, float]


def _moved(point: Point) -> str:
    return "M" + _at(point)


def _at(point: Point) -> str:
    x, y = point
    return f"{x:.1f} {y:.1f}"


def _curve(start_handle: Point, end_handle: Point, end: Point) -> str:
    return f"C{_at(start_handle)} {_at(end_handle)} {_at(end)}"


def down(start: Point, end: Point) -> str:
    """From a block to the one below it."""
    (x1, y1), (x2, y2) = start, end
    if abs(x1 - x2) < 1:
        return f"{_moved(start)}V{y2:.1f}"
    y = (y1 + y2) / 2
    curve = _curve(
        (x1, y),
        (x2, y),
        end,
    )
    return _moved(start) + curve


def aside(how: str, start: Point, end: Point, columns: Columns) -> tuple[str, Point]:
    """A way to or from a block beside the main path, level next to that block; and the place of its
    label.
    """
    middle_left = (columns.beside_end + columns.level_left) / 2
    middle_right = (columns.level_right + columns.ends) / 2
    if how == "end":
        path = _swung_first(start, columns.level_right, end)
        return path, (middle_right - 4, end[1])
    if how == "side":
        path = _swung_first(start, columns.level_left, end)
        return path, (middle_left + 4, end[1])
    path = _level_first(start, columns.level_left, end)
    return path, (middle_left - 4, start[1])


def _swung_first(start: Point, turn: float, end: Point) -> str:
    """Up or down until ``turn``, then level."""
    x2, y2 = end
    swing = _swung(start, (turn, y2))
    return f"{_moved(start)}{swing}H{x2:.1f}"


def _level_first(start: Point, turn: float, end: Point) -> str:
    """Level until ``turn``, then up or down."""
    _, y1 = start
    swing = _swung((turn, y1), end)
    return f"{_moved(start)}H{turn:.1f}{swing}"


def _swung(start: Point, end: Point) -> str:
    (x1, y1), (x2, y2) = start, end
    if abs(y1 - y2) < 1:
        return f"H{x2:.1f}"
    x = (x1 + x2) / 2
    return _curve(
        (x, y1),
        (x, y2),
        end,
    )


def through(start: Point, end: Point, lane: float) -> str:
    """To the lane, along it, and from it, with round corners."""
    (x1, y1), (x2, y2) = start, end
    r = min(ROUND, abs(y2 - y1) / 2)
    along = r if y2 > y1 else -r
    before = _short_of(lane, x1, r)
    after = _short_of(lane, x2, r)
    parts = [
        _moved(start),
        f"H{before:.1f}",
        _corner((lane, y1), (lane, y1 + along)),
        f"V{y2 - along:.1f}",
        _corner((lane, y2), (after, y2)),
        f"H{x2:.1f}",
    ]
    return "".join(parts)


def _corner(corner: Point, end: Point) -> str:
    return f"Q{_at(corner)} {_at(end)}"


def _short_of(lane: float, x: float, r: float) -> float:
    """Where the corner between a lane and a block at ``x`` begins."""
    if x < lane:
        return lane - r
    return lane + r
