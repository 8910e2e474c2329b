"""Where things stand in a flow's picture: nothing on anything else, however long the flow and
tangled its ways.
"""

import copy
import itertools
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.catalog import flows
from chalicelib.catalog.flows import diagrams
from chalicelib.catalog.flows.diagrams.blocks import NOTE, TITLE, Block
from chalicelib.catalog.flows.diagrams.layout import Picture, laid_out
from chalicelib.catalog.flows.diagrams.routing import Way
from chalicelib.catalog.flows.diagrams.words import Words, width
from tests.support.builders.broken_flows import JOINT, OPINION, Template
from tests.support.builders.full_flows import WHOLE
from tests.support.diagrams import LANGUAGES, read


def boxes(picture: Picture) -> list[Block]:
    """Every box without another one in it."""
    return [part for block in picture.blocks.values() for part in (block.inside or (block,))]


TITLES = st.text(st.sampled_from("审批意见规划W i.，abc"), min_size=1, max_size=100).filter(
    str.strip
)


@st.composite
def tangled(draw: st.DrawFn) -> Template:
    """A joint licence with more steps, ways between any of them, and any titles."""
    template = copy.deepcopy(JOINT)
    steps = template["steps"]
    template["title"] = {"zh": draw(TITLES), "en": draw(TITLES)}
    count = draw(st.integers(2, 20))
    steps["opinions"]["branches"] = {f"office-{n}": copy.deepcopy(OPINION) for n in range(count)}
    names = [
        "review",
        "approve",
        "opinions",
        *(f"more-{n}" for n in range(draw(st.integers(0, 5)))),
    ]
    targets = st.sampled_from([*names, "end:refused"])
    template["tacit"] = draw(st.sampled_from(["", *names]))
    for name in names[3:]:
        steps[name] = {**copy.deepcopy(steps["review"]), "outcomes": {"pass": draw(targets)}}
    for name in names:
        if name != "opinions":
            steps[name]["outcomes"]["return"] = draw(targets)
    steps["opinions"]["next"] = draw(
        st.sampled_from([name for name in names if name != "opinions"])
    )
    for step in itertools.chain(steps.values(), steps["opinions"]["branches"].values()):
        step["title"] = {"zh": draw(TITLES), "en": draw(TITLES)}
    return template


def overlap(one: Block, other: Block) -> bool:
    apart = (
        one.x + one.w <= other.x
        or other.x + other.w <= one.x
        or one.y + one.h <= other.y
        or other.y + other.h <= one.y
    )
    return not apart


def label(way: Way) -> Block:
    """The box of a way's label."""
    w, y = width(way.link.label, NOTE), way.at[1] - NOTE + 2
    return Block(str(way.link), "", (), (), w, NOTE, x=way.label_left, y=y)


def points(path: str) -> Iterator[tuple[float, float]]:
    """The points that a path goes through or bends to."""
    x = y = 0.0
    for command, numbers in re.findall(r"([MHVLCQ])([-\d. ]+)", path):
        values = [float(n) for n in numbers.split()]
        if command in "HV":
            x, y = (values[0], y) if command == "H" else (x, values[0])
            yield x, y
        else:
            for x, y in zip(values[::2], values[1::2], strict=True):
                yield x, y


@settings(max_examples=40, deadline=None)
@given(tangled(), st.sampled_from(LANGUAGES))
def test_nothing_stands_on_anything_else_or_outside(template: Template, language: str) -> None:
    flow = flows.read(template)
    picture = laid_out(Words(flow, language))
    shown = boxes(picture)
    assert {block.id for block in shown} >= set(flow.steps)
    for one, other in itertools.combinations(shown, 2):
        assert not overlap(one, other), (one.id, other.id)
    for block in [*shown, *picture.blocks.values()]:
        assert block.x >= 0
        assert block.y >= 0
        assert block.x + block.w <= picture.w
        assert block.y + block.h <= picture.h
        for line, size in [(t, TITLE if block.note else NOTE) for t in block.title] + [
            (n, NOTE) for n in block.note
        ]:
            assert width(line, size) <= block.w
    for way in picture.ways:
        assert all(0 <= x <= picture.w and 0 <= y <= picture.h for x, y in points(way.path)), way
        assert 0 <= label(way).x <= picture.w - label(way).w
        assert not way.link.label or not any(
            overlap(label(way), block) for block in picture.blocks.values()
        ), way
    read(diagrams.svg(flow, language))
    assert diagrams.mermaid(flow, language)


def within(block: Block) -> Block:
    """A block without its border, which ways touch."""
    return replace(block, x=block.x + 1, y=block.y + 1, w=block.w - 2, h=block.h - 2)


def level_and_upright(path: str) -> Iterator[Block]:
    """The straight parts of a path, as flat boxes."""
    x = y = 0.0
    for command, numbers in re.findall(r"([MHVCQ])([-\d. ]+)", path):
        values = [float(n) for n in numbers.split()]
        to = (
            (values[0], y)
            if command == "H"
            else (x, values[0])
            if command == "V"
            else (values[-2], values[-1])
        )
        if command in "HV":
            yield Block(
                "", "", (), (), abs(to[0] - x), abs(to[1] - y), x=min(x, to[0]), y=min(y, to[1])
            )
        x, y = to


@pytest.mark.parametrize("language", LANGUAGES)
def test_long_flows_stay_readable(language: str) -> None:
    for flow in (*map(flows.read, WHOLE), *flows.published()):
        picture = laid_out(Words(flow, language))
        labels = [label(way) for way in picture.ways if way.link.label]
        for one, other in itertools.combinations([*boxes(picture), *labels], 2):
            assert not overlap(one, other), (flow.name, one.id, other.id)
        for way, block in itertools.product(picture.ways, picture.blocks.values()):
            for part in level_and_upright(way.path):
                assert not overlap(part, within(block)), (flow.name, way.link, block.id)
