"""Which blocks a flow's picture links, and where each block belongs: main path, beside it, or at an
end of its own.
"""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence

from chalicelib.catalog.flows.diagrams.words import Words
from chalicelib.catalog.flows.model import Flow
from chalicelib.catalog.flows.step_kinds import END, JOIN
from chalicelib.kernel.values import dataclass

START = ":start"


@dataclass(frozen=True)
class Link:
    """From one block to another, with the outcomes that lead there, or silence (``is_tacit``)."""

    source: str
    target: str
    label: str
    is_tacit: bool = False


@dataclass(frozen=True)
class Grid:
    """The main path from top to bottom; to the left of each of its rows what lies beside it, to the
    right its ends.
    """

    main: tuple[str, ...]
    left: Mapping[int, Sequence[str]]
    right: Mapping[int, Sequence[str]]

    def row(self, name: str) -> int:
        """The row of a block."""
        if name in self.main:
            return self.main.index(name)
        for side in (self.left, self.right):
            for row, names in side.items():
                if name in names:
                    return row
        raise KeyError(name)


def links(words: Words) -> list[Link]:
    """All links in the flow's order; outcomes that lead the same way share one."""
    flow = words.flow
    labels: dict[tuple[str, str], list[str]] = {(START, flow.start): []}
    for source, outcome, target in _targets(flow):
        shared = labels.setdefault((source, target), [])
        if outcome:
            shared.append(words.outcome(outcome))
    links = []
    for (source, target), shared in labels.items():
        links.append(Link(source, target, " / ".join(shared)))
    return [*links, *silence(words)]


def _targets(flow: Flow) -> Iterator[tuple[str, str, str]]:
    """Source, outcome and target; an end belongs to the step that leads there."""
    for step in flow.steps.values():
        for outcome, target in step.outcomes.items():
            if target != JOIN:
                yield step.id, outcome, _of_step(target, step.id)
    for joint in flow.joints.values():
        yield joint.id, "", joint.next


def _of_step(target: str, step: str) -> str:
    """The block that a step leads to."""
    if target.startswith(END):
        return f"{target}@{step}"
    return target


def silence(words: Words) -> Iterator[Link]:
    """From the decision that does not come in time to where silence leads."""
    tacit = words.flow.tacit
    if not tacit:
        return
    for step in words.flow.steps.values():
        if step.kind == "decide":
            label = words.say("picture.tacit")
            yield Link(step.id, tacit, label, is_tacit=True)


def grid(flow: Flow, links: Sequence[Link]) -> Grid:
    """Where each block belongs."""
    main = tuple(_main(flow))
    places = _Places(main, {name: row for row, name in enumerate(main)})
    pending = _beside(links, main)
    while pending:
        link = _next(links, pending, places)
        places.put(link)
        del pending[link.target]
    return Grid(main, places.left, places.right)


def _main(flow: Flow) -> Iterator[str]:
    """The start, the steps when every one ends plainly, and the end they come to."""
    yield START
    seen = {START}
    name = flow.start
    while name and name not in seen:
        seen.add(name)
        yield name
        name = _plainly_after(flow, name)


def _plainly_after(flow: Flow, name: str) -> str:
    """The block that follows when a step ends plainly; empty after an end."""
    if name in flow.joints:
        return flow.joints[name].next
    if name in flow.steps:
        step = flow.steps[name]
        return _of_step(step.outcomes[step.plain], name)
    return ""


def _beside(links: Sequence[Link], main: Sequence[str]) -> dict[str, None]:
    """The blocks that are not on the main path, in the order of the links."""
    beside: dict[str, None] = {}
    for link in links:
        for name in (link.source, link.target):
            if name not in main:
                beside[name] = None
    return beside


@dataclasses.dataclass
class _Places:
    """The blocks that have found their place so far, each with its row."""

    main: tuple[str, ...]
    rows: dict[str, int]
    left: dict[int, list[str]] = dataclasses.field(default_factory=dict)
    right: dict[int, list[str]] = dataclasses.field(default_factory=dict)

    def put(self, link: Link) -> None:
        """Put the link's target beside its source: what follows a step beside the main path stands
        right under it.
        """
        row = self.rows[link.source]
        self.rows[link.target] = row
        is_end_of_main = link.target.startswith(END) and link.source in self.main
        side = self.right if is_end_of_main else self.left
        names = side.setdefault(row, [])
        place = len(names)
        if link.source in names:
            place = names.index(link.source) + 1
        names.insert(place, link.target)


def _next(links: Sequence[Link], pending: Mapping[str, None], places: _Places) -> Link:
    """A link to a block that has no place yet, from one that has."""
    for link in links:
        if link.target in pending and link.source in places.rows:
            return link
    # A step that nothing leads to is still shown, at the last row.
    lonely = next(iter(pending))
    return Link(places.main[-1], lonely, "")
