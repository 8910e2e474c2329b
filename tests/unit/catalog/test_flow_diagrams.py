"""The flow's picture: whole, readable in both languages, safe to show, and nothing in it stands on
anything else.
"""

import copy
import itertools
import re
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.authority import CedarEngine
from chalicelib.catalog import flows, items
from chalicelib.catalog.flows import diagrams
from chalicelib.catalog.flows.diagrams.words import Words, wrapped
from chalicelib.catalog.flows.step_kinds import END, KINDS
from chalicelib.catalog.routes.items import door
from chalicelib.kernel.http.serving import serve
from tests.support.builders.broken_flows import LICENCE, Template
from tests.support.builders.full_flows import INVESTMENT, PENALTY, RENEWAL
from tests.support.city.items import published, seed
from tests.support.diagrams import LANGUAGES, SVG, read, texts_of

HOSTILE = "<script>alert('1')</script> & \"two\" ]]> \x00\x1b[31m #{x}; end"


def test_the_pictures_are_those_of_every_published_flow() -> None:
    assert len(list(flows.published())) >= 3
    for flow, language in itertools.product(flows.published(), LANGUAGES):
        root = read(diagrams.svg(flow, language))
        said = "".join(texts_of(root)).replace(" ", "")
        key = "en" if language == "en" else "zh"
        for titled in (flow, *flow.steps.values(), *flow.joints.values()):
            assert titled.title[key].replace(" ", "") in said
        for step in flow.steps.values():
            assert not step.limit_days or re.search(rf"\D{step.limit_days}\D", said)
        ways = {
            (step.id, target)
            for step in flow.steps.values()
            if not step.joint
            for target in step.outcomes.values()
        }
        silent = sum(step.kind == "decide" for step in flow.steps.values()) if flow.tacit else 0
        assert (
            len(root.findall(f".//{SVG}path[@marker-end]"))
            == 1 + len(ways) + len(flow.joints) + silent
        )


def test_a_reader_who_does_not_see_it_is_told_everything() -> None:
    root = read(diagrams.svg(flows.flow("joint-licence", 1), "en"))
    label, description = root.attrib["aria-labelledby"].split()
    ids = {
        element.attrib["id"]: element.text or ""
        for element in root.iter()
        if "id" in element.attrib
    }
    assert root.attrib["role"] == "img"
    assert ids[label] == "Licence with joint review"
    told = ids[description]
    assert (
        "Acceptance (within 5 working days): accepted → Safety review; supplement needed → Supplement"
        in told
    )
    assert "Safety review (within 1 working day): passed → Joint review" in told
    assert "Opinion of the fire service (within 3 working days): opinion given → Decision" in told
    assert (
        "refused → Refused; returned → Safety review; Not by anybody who handled: Acceptance, Safety review"
        in told
    )
    assert "Until the decision is made, the applicant may withdraw at any time." in told


def test_both_languages_are_the_same_picture_in_other_words() -> None:
    chinese, english = (
        read(diagrams.svg(flows.flow("licence", 1), language)) for language in LANGUAGES
    )
    assert chinese.attrib["{http://www.w3.org/XML/1998/namespace}lang"] == "zh-CN"
    for part in ("g", "path"):
        assert len(chinese.findall(f".//{SVG}{part}")) == len(english.findall(f".//{SVG}{part}"))
    assert not re.search(r"[\u4e00-\u9fff]", "".join(english.itertext()))


def said_of(template: Template, language: str) -> tuple[str, list[str]]:
    """The description and the texts of a flow's picture."""
    root = read(diagrams.svg(flows.read(template), language))
    return next(root.iter(f"{SVG}desc")).text or "", texts_of(root)


def test_every_outcome_and_every_end_of_the_language_has_words_in_both_languages() -> None:
    outcomes = {name for kind in KINDS.values() for name in kind.must + kind.may}
    ends = {
        end
        for kind in KINDS.values()
        for end in (*kind.ends.values(), *sum(kind.may_end.values(), ()))
    }
    for language in LANGUAGES:
        words = Words(flows.read(INVESTMENT), language)
        keys = [f"picture.outcome.{name}" for name in outcomes]
        keys += [f"picture.end.{end.removeprefix(END)}" for end in (*ends, "end:withdrawn")]
        assert [key for key in keys if words.say(key) == key] == []


def test_a_step_says_who_acts_how_long_and_whether_the_clock_stands_still() -> None:
    words = Words(flows.read(INVESTMENT), "en")
    notes = {name: words.note(step) for name, step in words.flow.steps.items()}
    assert notes["supplement"] == "by the applicant; the clock stands still"
    assert notes["hear"] == "by the parties who were told, within 5 working days"
    assert notes["hearing"] == "within 20 working days, the clock stands still"
    assert notes["publicity"] == "shown by the system, for 3 working days"
    assert notes["pay"] == "by the payer, within 10 working days"
    assert notes["review"] == "within 1 working day"
    assert notes["issue"] == "done by the system"


def test_the_legend_explains_the_colours_that_are_in_the_picture() -> None:
    assert list(Words(flows.read(INVESTMENT), "en").key()) == [
        "office",
        "applicant",
        "parties",
        "machine",
    ]
    assert list(Words(flows.read(RENEWAL), "en").key()) == ["office", "applicant", "machine"]
    _, said = said_of(PENALTY, "zh-CN")
    assert {"行政机关办理", "缴款人办理", "当事人陈述"} <= set(said)
    assert not {"申请人办理", "系统办理"} & set(said)


def test_nobody_withdraws_what_an_office_opens() -> None:
    told, said = said_of(PENALTY, "zh-CN")
    assert told.startswith("立案 → 立案调查。")
    assert "撤回" not in told
    assert not any("撤回" in line for line in said)
    assert "Opened ex officio" in said_of(PENALTY, "en")[1]


def test_silence_is_a_dotted_way_of_its_own() -> None:
    flow = flows.read(RENEWAL)
    told, said = said_of(RENEWAL, "en")
    assert "granted by silence → Issue of the licence" in told
    assert "granted by silence" in said
    dotted = [
        path
        for path in read(diagrams.svg(flow, "en")).iter()
        if path.get("stroke-dasharray") == "2 4"
    ]
    assert len(dotted) == 1
    assert 'step_approve -.->|"granted by silence"| step_issue' in mermaid_lines(flow)
    assert not any("silence" in line for line in mermaid_lines(flows.read(INVESTMENT)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_titles_cannot_bring_anything_but_text(language: str) -> None:
    template = copy.deepcopy(LICENCE)
    for titled in (template, *template["steps"].values()):
        titled["title"] = {"zh": HOSTILE, "en": HOSTILE}
    flow = flows.read(template)
    assert HOSTILE.replace("\x00", "").replace("\x1b", "") in "".join(
        read(diagrams.svg(flow, language)).itertext()
    )
    drawn = diagrams.mermaid(flow, language)
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
    assert wrapped("Opinion of the construction bureau", 15, 170) == (
        "Opinion of the",
        "construction bureau",
    )
    assert wrapped("由申请人办理，期间停止计时", 12, 84) == ("由申请人办理，", "期间停止计时")
    assert wrapped("", 12, 84) == ("",)


def mermaid_lines(flow: flows.Flow) -> list[str]:
    return [line.strip() for line in diagrams.mermaid(flow, "en").splitlines()]


def test_mermaid_has_every_step_and_way() -> None:
    lines = mermaid_lines(flows.flow("joint-licence", 1))
    assert lines[0] == "flowchart TD"
    assert 'step_accept["Acceptance<br/>within 5 working days"]:::office' in lines
    assert 'step_accept -->|"not accepted"| end_not_accepted(["Not accepted"])' in lines
    assert 'step_approve -->|"returned"| step_review' in lines
    start = lines.index('subgraph step_opinions["Joint review"]')
    assert [line.partition("[")[0] for line in lines[start + 1 : start + 4]] == [
        "step_fire",
        "step_traffic",
        "end",
    ]
    assert "step_opinions --> step_approve" in lines


# --- over HTTP
# ----------------------------------------------------------------------------------------------------


@pytest.fixture
def _city(memory: Any) -> None:
    items.version.cache_clear()
    items.in_force.forget()
    published(*seed())


def ask(form: str, item: str, accept: str = "", **query: str) -> SimpleNamespace:
    """The answer to GET /items/{item}/flow.<form>."""
    path = f"/items/{{item}}/flow.{form}"
    route, handler = next((r, h) for r, h in door.routes.items() if r.path == path)
    here = {"path": f"/items/{item}/flow.{form}"}
    raw = SimpleNamespace(
        headers={"accept-language": accept}, query_params=query, raw_body=b"", context=here
    )
    answer = serve(route, CedarEngine(), handler, raw, {"item": item})
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
