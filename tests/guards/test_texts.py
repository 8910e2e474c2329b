"""Everything that people may be told is written in zh-CN and en, with the same parameters, and each
is given.
"""

import ast
import re
from collections.abc import Iterator
from importlib import import_module

import pytest

from chalicelib.casework.acts import DECLARED
from chalicelib.casework.consumers import case_messages, mandate_messages
from chalicelib.kernel import schema_faults, texts
from chalicelib.kernel.errors import Problem
from chalicelib.notify.acts import KINDS, UNSPOKEN
from chalicelib.supervision.complaints import messages as complaint_messages
from chalicelib.supervision.matters import messages as matter_messages
from chalicelib.supervision.rules.findings import messages as finding_messages
from tests.guards.code import MODULES, called, constants, nodes, text_of, tree
from tests.support.problems import every_problem, placeholders

TEXTS = texts.all_texts()
PROBLEMS = {kind.__name__: kind for kind in [Problem, *every_problem()]}
# The two halves of a bilingual parameter, each named in its own language's sentence.
HALVES = {"zh-CN": {"zh"}, "en": {"en"}}
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("key", TEXTS)
def test_a_text_is_in_both_languages_with_the_same_parameters(key: str) -> None:
    assert sorted(TEXTS[key]) == sorted(texts.LANGUAGES)
    chinese, english = TEXTS[key]["zh-CN"], TEXTS[key]["en"]
    assert placeholders(chinese) - HALVES["zh-CN"] == placeholders(english) - HALVES["en"]
    assert CHINESE.search(chinese)
    assert not CHINESE.search(english)


@pytest.mark.parametrize("kind", every_problem(), ids=lambda kind: kind.__name__)
def test_every_problem_has_a_text(kind: type[Problem]) -> None:
    assert kind.type in TEXTS


def test_problems_that_share_a_name_share_a_status() -> None:
    statuses: dict[str, set[int]] = {}
    for kind in every_problem():
        statuses.setdefault(kind.type, set()).add(kind.status)
    assert {name: found for name, found in statuses.items() if len(found) > 1} == {}


def raises() -> Iterator[tuple[str, type[Problem], ast.Call | None]]:
    """Every place where a problem is made or raised, with the call if there is one."""
    for place, node in nodes(ast.Raise):
        name = getattr(node.exc, "id", "")  # type: ignore[attr-defined]
        if name in PROBLEMS:
            yield place, PROBLEMS[name], None
    for place, node in nodes(ast.Call):
        assert isinstance(node, ast.Call)
        if called(node) in PROBLEMS and is_problem(place, called(node)):
            yield place, PROBLEMS[called(node)], node


def is_problem(place: str, name: str) -> bool:
    """Whether a name means the problem where it stands: an act on record may be called the same."""
    module = place.partition(":")[0].removesuffix(".py").removesuffix("/__init__")
    known = vars(import_module(module.replace("/", ".")))
    return known.get(name, PROBLEMS[name]) is PROBLEMS[name]


def test_every_problem_is_raised_with_what_its_sentences_name() -> None:
    bad = []
    for place, kind, call in raises():
        if "__init__" in vars(kind):
            continue  # it takes what it needs by its own signature
        given = {word.arg for word in call.keywords} - {"faults"} if call else set()
        keys = [kind.type, *([text_of(call.args[0])] if call and call.args else [])]
        for key in keys:
            if key is None or key not in TEXTS:
                bad.append(f"{place}: {key} has no text")
            elif missing := placeholders(TEXTS[key]["en"]) - given:
                bad.append(f"{place}: {key} lacks {sorted(missing)}")
    assert bad == []


def test_every_fault_names_a_text_and_what_it_names() -> None:
    bad, seen = [], 0
    for place, node in nodes(ast.Call):
        assert isinstance(node, ast.Call)
        if called(node) != "Fault" or len(node.args) < 2 or (key := text_of(node.args[1])) is None:
            continue
        seen += 1
        params = node.args[2] if len(node.args) > 2 else None
        given = {text_of(name) for name in params.keys} if isinstance(params, ast.Dict) else set()
        if key not in TEXTS:
            bad.append(f"{place}: {key} has no text")
        elif placeholders(TEXTS[key]["en"]) - given and (
            params is None or isinstance(params, ast.Dict)
        ):
            bad.append(f"{place}: {key} lacks {placeholders(TEXTS[key]['en']) - given}")
    assert bad == []
    assert seen > 5


def test_every_rule_that_typing_breaks_has_a_text_and_what_it_names() -> None:
    """``raise Malformed("name-too-long", limit=100)``."""
    bad, seen = [], 0
    for place, node in nodes(ast.Call):
        assert isinstance(node, ast.Call)
        if called(node) != "Malformed":
            continue
        seen += 1
        key, given = text_of(node.args[0]), {word.arg for word in node.keywords}
        if key is not None and key not in TEXTS:
            bad.append(f"{place}: {key} has no text")
        elif key is not None and placeholders(TEXTS[key]["en"]) - given:
            bad.append(f"{place}: {key} lacks {placeholders(TEXTS[key]['en']) - given}")
    assert bad == []
    assert seen > 5


def test_faults_that_are_handed_on_as_pairs_name_texts_too() -> None:
    """``return "/code", "material-unknown"``: a pointer and a key."""
    pairs = [
        (place, text_of(node.elts[1]))  # type: ignore[attr-defined]
        for place, node in nodes(ast.Tuple)
        if len(node.elts) == 2 and (text_of(node.elts[0]) or "").startswith("/")  # type: ignore[attr-defined]
    ]
    keys = [(place, key) for place, key in pairs if key and not key.startswith("/")]
    assert [(place, key) for place, key in keys if key not in TEXTS] == []


def test_every_rule_of_a_schema_that_is_named_to_people_has_a_text() -> None:
    assert {"invalid-value", "required", "unknown-field"} <= TEXTS.keys()
    assert TEXTS.keys() >= {*schema_faults.PLAIN, "enum-listed", "const-listed", "pattern-example"}
    types = {
        f"type-{name}" for name in ("string", "integer", "number", "boolean", "array", "object")
    }
    formats = {f"format-{name}" for name in ("date", "date-time", "date-or-moment", "item")}
    assert TEXTS.keys() >= types | formats
    for rule in schema_faults.LIMITED:
        assert placeholders(TEXTS[rule]["en"]) == {"limit"}


def test_every_message_has_a_sentence_that_its_facts_fill() -> None:
    for kind, params in KINDS.items():
        assert placeholders(TEXTS[f"message.{kind}"]["en"]) | UNSPOKEN >= set(params)
        assert placeholders(TEXTS[f"message.{kind}"]["en"]) <= {*params, "case_number"}
    sent = {
        *(kind for row in DECLARED.values() if row.message for kind in row.message.kinds),
        *mandate_messages.KINDS,
        *(kind for kind in KINDS if kind.startswith(("digest.", "settings."))),
        *matter_messages.KINDS,
        *finding_messages.KINDS,
        *complaint_messages.KINDS,
    }
    assert sent == set(KINDS)
    warnings = {f"warning.{level}" for level in case_messages.ROLES_TOLD}
    assert set(DECLARED["WarningRaised"].message.offices) == warnings


def test_every_text_is_used() -> None:
    used = (
        constants()
        | {kind.type for kind in every_problem()}
        | {f"message.{kind}" for kind in KINDS}
    )
    # Keys that are put together: the fixed beginning of an f-string.
    beginnings = tuple(
        start
        for path in MODULES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.JoinedStr)
        and node.values
        and (start := text_of(node.values[0]))
        and start[-1] in ".-"
    )
    assert [key for key in TEXTS if key not in used and not key.startswith(beginnings)] == []
