"""Which blocks a flow's picture links, and where each block belongs: main path, beside it, or at an
end of its own.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from chalicelib.catalog.flows import Flow
from chalicelib.catalog.flows.diagrams.words import Words
from chalicelib.catalog.flows.step_kinds import END, JOIN

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
        return next(
            row for side in (self.left, self.right) for row, names in side.items() if name in names
        )

    def is_beside(self, name: str) -> bool:
        """Whether a block stands to the left of the main path."""
        return any(name in names for names in self.left.values())


def links(words: Words) -> list[Link]:
    """All links in the flow's order; outcomes that lead the same way share one."""
    labels: dict[tuple[str, str], list[str]] = {(START, words.flow.start): [""]}
    for source, outcome, target in _targets(words.flow):
        labels.setdefault((source, target), []).append(words.outcome(outcome) if outcome else "")
    found = [Link(*ends, " / ".join(filter(None, said))) for ends, said in labels.items()]
    return [*found, *silence(words)]


def grid(flow: Flow, found: Sequence[Link]) -> Grid:
    """Where each block belongs."""
    main = tuple(_main(flow))
    rows = {name: row for row, name in enumerate(main)}
    left: dict[int, list[str]] = {}
    right: dict[int, list[str]] = {}
    pending = dict.fromkeys(
        name for link in found for name in (link.source, link.target) if name not in rows
    )
    while pending:
        known = (link for link in found if link.target in pending and link.source in rows)
        # A step that nothing leads to is still shown, at the last row.
        link = next(known, Link(main[-1], next(iter(pending)), ""))
        row = rows[link.target] = rows[link.source]
        is_end_of_main = link.target.startswith(END) and link.source in main
        names = (right if is_end_of_main else left).setdefault(row, [])
        # What follows a step beside the main path stands right under it.
        names.insert(
            names.index(link.source) + 1 if link.source in names else len(names), link.target
        )
        del pending[link.target]
    return Grid(main, left, right)


def _targets(flow: Flow) -> Iterator[tuple[str, str, str]]:
    """Source, outcome and target; an end belongs to the step that leads there."""
    for step in flow.steps.values():
        for outcome, target in step.outcomes.items():
            if target != JOIN:
                yield step.id, outcome, f"{target}@{step.id}" if target.startswith(END) else target
    for joint in flow.joints.values():
        yield joint.id, "", joint.next


def silence(words: Words) -> Iterator[Link]:
    """From the decision that does not come in time to where silence leads."""
    for step in words.flow.steps.values():
        if words.flow.tacit and step.kind == "decide":
            yield Link(step.id, words.flow.tacit, words.say("picture.tacit"), is_tacit=True)


def _main(flow: Flow) -> Iterator[str]:
    """The start, the steps when every one ends plainly, and the end they come to."""
    seen, name = {START}, flow.start
    yield START
    while name not in seen:
        seen.add(name)
        yield name
        if name in flow.joints:
            name = flow.joints[name].next
        elif name in flow.steps:
            step = flow.steps[name]
            target = step.outcomes[step.plain]
            name = f"{target}@{name}" if target.startswith(END) else target
        else:
            return
