"""The flow's picture: whole, readable in both languages, safe to show, and nothing in it stands on anything else."""

import copy
import itertools
import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.authority import CedarGate
from chalicelib.catalog import flows, items, pictures
from chalicelib.catalog.pictures.blocks import NOTE, TITLE, Block
from chalicelib.catalog.pictures.layout import Picture, laid_out
from chalicelib.catalog.pictures.words import Words, width, wrapped
from chalicelib.catalog.routes import door
from chalicelib.kernel.door import serve
from tests.unit.broken_flows import JOINT, LICENCE, OPINION, Template
from tests.unit.catalog import published, seed

SVG = "{http://www.w3.org/2000/svg}"
LANGUAGES = ("zh-CN", "en")
DRAWN = {"svg", "title", "desc", "defs", "marker", "path", "rect", "g", "text"}
HOSTILE = "<script>alert('1')</script> & \"two\" ]]> \x00\x1b[31m #{x}; end"


def read(svg: str) -> ET.Element:
    """The document; it must be well-formed and hold nothing but shapes and text."""
    root = ET.fromstring(svg)
    for element in root.iter():
        assert element.tag.removeprefix(SVG) in DRAWN
        for name, value in element.attrib.items():
            assert not re.match(r"on|style|.*href", name)
            assert "url(" not in value or value.startswith("url(#")
    return root


def texts_of(root: ET.Element) -> list[str]:
    return [element.text or "" for element in root.iter(f"{SVG}text")]


def boxes(picture: Picture) -> list[Block]:
    """Every box without another one in it."""
    return [part for block in picture.blocks.values() for part in (block.inside or (block,))]


def test_the_pictures_are_those_of_every_published_flow() -> None:
    assert len(list(flows.published())) >= 3
    for flow, language in itertools.product(flows.published(), LANGUAGES):
        root = read(pictures.svg(flow, language))
        said = "".join(texts_of(root)).replace(" ", "")
        key = "en" if language == "en" else "zh"
        for titled in (flow, *flow.steps.values(), *flow.joints.values()):
            assert titled.title[key].replace(" ", "") in said
        for step in flow.steps.values():
            assert not step.limit_days or re.search(rf"\D{step.limit_days}\D", said)
        assert len(root.findall(f".//{SVG}path[@marker-end]")) == 1 + sum(
            len(step.outcomes) for step in flow.steps.values() if not step.joint
        ) + len(flow.joints)


def test_a_reader_who_does_not_see_it_is_told_everything() -> None:
    root = read(pictures.svg(flows.flow("joint-licence", 1), "en"))
    label, description = root.attrib["aria-labelledby"].split()
    ids = {element.attrib["id"]: element.text or "" for element in root.iter() if "id" in element.attrib}
    assert root.attrib["role"] == "img"
    assert ids[label] == "Licence with joint review"
    told = ids[description]
    assert "Acceptance (within 5 working days): accepted → Safety review; supplement needed → Supplement" in told
    assert "Safety review (within 1 working day): passed → Joint review" in told
    assert "Opinion of the fire service (within 3 working days): opinion given → Decision" in told
    assert "refused → Refused; returned → Safety review; Not by anybody who handled: Acceptance, Safety review" in told
    assert "Until the decision is made, the applicant may withdraw at any time." in told


def test_both_languages_are_the_same_picture_in_other_words() -> None:
    chinese, english = (read(pictures.svg(flows.flow("licence", 1), language)) for language in LANGUAGES)
    assert chinese.attrib["{http://www.w3.org/XML/1998/namespace}lang"] == "zh-CN"
    for part in ("g", "path"):
        assert len(chinese.findall(f".//{SVG}{part}")) == len(english.findall(f".//{SVG}{part}"))
    assert not re.search(r"[\u4e00-\u9fff]", "".join(english.itertext()))


@pytest.mark.parametrize("language", LANGUAGES)
def test_titles_cannot_bring_anything_but_text(language: str) -> None:
    template = copy.deepcopy(LICENCE)
    for titled in (template, *template["steps"].values()):
        titled["title"] = {"zh": HOSTILE, "en": HOSTILE}
    flow = flows.read(template)
    assert HOSTILE.replace("\x00", "").replace("\x1b", "") in "".join(read(pictures.svg(flow, language)).itertext())
    drawn = pictures.mermaid(flow, language)
    assert "<script" not in drawn
    assert not re.search(r"[\x00\x1b]", drawn)
    for label in re.findall(r'"(.*?)"', drawn):
        assert not re.search(r'["<>{}|]', label.replace("<br/>", ""))


def test_chinese_breaks_between_characters_and_english_between_words() -> None:
    assert wrapped("自然资源和规划局关于建设用地规划条件的意见", 15, 140) == (
        "自然资源和规划",
        "局关于建设用地",
        "规划条件的意见",
    )
    assert wrapped("Opinion of the construction bureau", 15, 170) == ("Opinion of the", "construction bureau")
    assert wrapped("由申请人办理，期间停止计时", 12, 84) == ("由申请人办理，", "期间停止计时")
    assert wrapped("", 12, 84) == ("",)


def mermaid_lines(flow: flows.Flow) -> list[str]:
    return [line.strip() for line in pictures.mermaid(flow, "en").splitlines()]


def test_mermaid_has_every_step_and_way() -> None:
    lines = mermaid_lines(flows.flow("joint-licence", 1))
    assert lines[0] == "flowchart TD"
    assert 'step_accept["Acceptance<br/>within 5 working days"]:::office' in lines
    assert 'step_accept -->|"not accepted"| end_not_accepted(["Not accepted"])' in lines
    assert 'step_approve -->|"returned"| step_review' in lines
    start = lines.index('subgraph step_opinions["Joint review"]')
    assert [line.partition("[")[0] for line in lines[start + 1 : start + 4]] == ["step_fire", "step_traffic", "end"]
    assert "step_opinions --> step_approve" in lines


# --- any flow, however long its titles and tangled its ways -------------------------------------------------------

TITLES = st.text(st.sampled_from("审批意见规划W i.，abc"), min_size=1, max_size=100).filter(str.strip)


@st.composite
def tangled(draw: st.DrawFn) -> Template:
    """A joint licence with more steps, ways between any of them, and any titles."""
    template = copy.deepcopy(JOINT)
    steps = template["steps"]
    template["title"] = {"zh": draw(TITLES), "en": draw(TITLES)}
    count = draw(st.integers(2, 20))
    steps["opinions"]["branches"] = {f"office-{n}": copy.deepcopy(OPINION) for n in range(count)}
    names = ["review", "approve", "opinions", *(f"more-{n}" for n in range(draw(st.integers(0, 5))))]
    targets = st.sampled_from([*names, "end:refused"])
    for name in names[3:]:
        steps[name] = {**copy.deepcopy(steps["review"]), "outcomes": {"pass": draw(targets)}}
    for name in names:
        if name != "opinions":
            steps[name]["outcomes"]["return"] = draw(targets)
    steps["opinions"]["next"] = draw(st.sampled_from([name for name in names if name != "opinions"]))
    for step in itertools.chain(steps.values(), steps["opinions"]["branches"].values()):
        step["title"] = {"zh": draw(TITLES), "en": draw(TITLES)}
    return template


def overlap(one: Block, other: Block) -> bool:
    apart = (
        one.x + one.w <= other.x or other.x + other.w <= one.x or one.y + one.h <= other.y or other.y + other.h <= one.y
    )
    return not apart


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
        for line, size in [(t, TITLE if block.note else NOTE) for t in block.title] + [(n, NOTE) for n in block.note]:
            assert width(line, size) <= block.w
    for way in picture.ways:
        assert all(0 <= x <= picture.w and 0 <= y <= picture.h for x, y in points(way.path)), way
        long = width(way.link.label, NOTE)
        label = Block("", "", (), (), long, NOTE, x=way.label_left, y=way.at[1] - NOTE + 2)
        assert 0 <= label.x <= picture.w - long
        assert not way.link.label or not any(overlap(label, block) for block in picture.blocks.values()), way
    read(pictures.svg(flow, language))
    assert pictures.mermaid(flow, language)


# --- over HTTP ----------------------------------------------------------------------------------------------------


@pytest.fixture
def _city(memory: Any) -> None:
    items.version.cache_clear()
    items._current.clear()
    published(*seed())


def ask(form: str, item: str, accept: str = "", **query: str) -> SimpleNamespace:
    """The answer to GET /items/{item}/flow.<form>."""
    path = f"/items/{{item}}/flow.{form}"
    route, handler = next((r, h) for r, h in door.routes.items() if r.path == path)
    here = {"path": f"/items/{item}/flow.{form}"}
    raw = SimpleNamespace(headers={"accept-language": accept}, query_params=query, raw_body=b"", context=here)
    answer = serve(route, CedarGate(), handler, raw, {"item": item})
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return SimpleNamespace(status=answer.status_code, body=answer.body, headers=headers)


@pytest.mark.usefixtures("_city")
def test_the_picture_of_an_item_is_public_and_speaks_the_readers_language() -> None:
    answer = ask("svg", "mass-event")
    assert (answer.status, answer.headers["content-type"]) == (200, "image/svg+xml")
    assert answer.headers["content-security-policy"] == "default-src 'none'"
    assert answer.headers["content-language"] == "zh-CN"
    assert "并联征求意见" in texts_of(read(answer.body))
    assert ask("svg", "mass-event", "en-GB").headers["content-language"] == "en"
    english = ask("svg", "mass-event", "zh-CN", language="en")
    assert english.headers["content-language"] == "en"
    assert "Joint review" in texts_of(read(english.body))


@pytest.mark.usefixtures("_city")
def test_the_mermaid_text_of_an_item() -> None:
    answer = ask("mmd", "shop-sign", language="zh-CN", version="1")
    assert (answer.status, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    assert answer.body.startswith("flowchart TD\n")
    assert 'step_accept["受理<br/>限 5 个工作日"]:::office' in answer.body


@pytest.mark.usefixtures("_city")
@pytest.mark.parametrize("query", [{}, {"version": "1"}])
def test_an_item_that_was_never_published_has_no_picture(query: dict[str, str]) -> None:
    answer = ask("svg", "nothing", **query)
    assert (answer.status, answer.headers["content-type"]) == (404, "application/problem+json")
    assert ask("mmd", "shop-sign", version="7").status == 404
