"""How links run between the blocks of a flow's picture: straight down, to the side, or back through
a lane.
"""

from collections.abc import Iterator, Mapping, Sequence

from chalicelib.catalog.flows.diagrams import paths
from chalicelib.catalog.flows.diagrams.blocks import NOTE, Block
from chalicelib.catalog.flows.diagrams.columns import Columns
from chalicelib.catalog.flows.diagrams.kinds import is_beside_its_lane, kind
from chalicelib.catalog.flows.diagrams.links import Grid, Link
from chalicelib.catalog.flows.diagrams.paths import Point
from chalicelib.catalog.flows.diagrams.ports import IN, OUT, Lane, lanes, ports
from chalicelib.catalog.flows.diagrams.words import width
from chalicelib.kernel.values import dataclass

ANCHORS = {"start": 0.0, "middle": 0.5, "end": 1.0}


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
        before_anchor = ANCHORS[self.anchor] * width(self.link.label, NOTE)
        return self.at[0] - before_anchor


def routed(
    plan: Grid, placed: Mapping[str, Block], links: Sequence[Link], columns: Columns
) -> Iterator[Way]:
    """Every link as a way, in the order given."""
    kinds = [kind(plan, link) for link in links]
    points = ports(placed, links, kinds)
    of_links = lanes(placed, links, kinds, columns)
    for place, (link, how) in enumerate(zip(links, kinds, strict=True)):
        start = points[place, OUT]
        end = points[place, IN]
        if how in ("down", "stack"):
            yield _downward(link, how, start, end)
        elif place in of_links:
            target = placed[link.target]
            yield _through_lane(
                link,
                how,
                start,
                end,
                of_links[place],
                target,
            )
        else:
            beside = placed[link.source if how == "home" else link.target]
            yield _aside(link, how, start, end, columns, beside)


def _downward(link: Link, how: str, start: Point, end: Point) -> Way:
    middle = (start[1] + end[1]) / 2
    label = (end[0] + 8, middle + 3)
    return Way(
        link,
        how,
        paths.down(start, end),
        label,
        anchor="start",
    )


def _through_lane(link: Link, how: str, start: Point, end: Point, lane: Lane, target: Block) -> Way:
    path = paths.through(start, end, lane.x)
    goes_back = how == "back" or end[1] < start[1]
    if is_beside_its_lane(how, link):
        middle = (start[1] + end[1]) / 2
        return Way(
            link,
            how,
            path,
            (lane.x - 5, middle + 4),
            "end",
            goes_back,
        )
    label = (lane.x, _gap(target, goes_back) + lane.label_y)
    return Way(link, how, path, label, goes_back=goes_back)


def _gap(target: Block, goes_back: bool) -> float:
    """The middle of the gap between rows through which a link comes to its target."""
    if goes_back:
        return target.y + target.h + 30
    return target.y - 22


def _aside(link: Link, how: str, start: Point, end: Point, columns: Columns, beside: Block) -> Way:
    path, (x, y) = paths.aside(how, start, end, columns)
    is_below_middle = y > beside.mid[1] + 1
    y += 15 if is_below_middle else -6
    return Way(link, how, path, (x, y))
