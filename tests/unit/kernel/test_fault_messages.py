"""What is wrong with a field is said in plain words, with the form that is expected."""

import re
from typing import Any

import pytest

import app  # noqa: F401 - registers the routes
from chalicelib.kernel import schema_faults, schemas, texts
from chalicelib.kernel.errors import Invalid
from chalicelib.kernel.http.routes import installed

BODIES = sorted({route.body for route in installed if route.body})
TECHNICAL = re.compile(
    r"integer|boolean|string|array|object|pattern|regex|schema|date-time|\\b1 (characters|items|entries)"
)
CASES = [
    ({"type": "integer"}, "3", "例如 3", "such as 3"),
    ({"type": "string"}, 3, "引号", "quotes"),
    ({"type": "boolean"}, "yes", "true", "true (yes)"),
    ({"type": "array"}, "a", "方括号", "square brackets"),
    ({"type": "object"}, [], "花括号", "braces"),
    ({"type": ["string", "null"]}, 3, "引号", "quotes"),
    ({"minLength": 1}, "", "不能为空", "may not be empty"),
    ({"minLength": 5}, "a", "不少于 5 个字", "5 or more characters"),
    ({"minItems": 1}, [], "不能为空", "may not be empty"),
    ({"minItems": 2}, [1], "不少于 2 项", "2 or more entries"),
    ({"enum": ["a", "b"]}, "c", "可填:a, b", "which are: a, b"),
    ({"const": True}, False, "只能填 true", "only be true"),
    ({"maximum": 9}, 10, "不得大于 9", "9 is the most"),
    ({"uniqueItems": True}, [1, 1], "两次", "twice"),
    ({"format": "date"}, "31.8.2026", "写作 2026-08-31", "written 2026-08-31"),
    ({"pattern": "^[A-Z]$", "examples": ["B"]}, "b", "应如:B", "like B"),
    ({"pattern": "^[^\n]+$"}, "a\nb", "一行", "one line"),
    ({"pattern": "^[a-z]$"}, "  ", "不能为空", "may not be empty"),
    ({"not": {"pattern": "^c-"}, "examples": ["p-li-na"]}, "c-1", "应如:p-li-na", "like p-li-na"),
    ({"dependentRequired": {"a": ["b"]}}, {"a": 1}, "必填", "required"),
]


def said(schema: dict[str, Any], value: Any, language: str) -> list[str]:
    with pytest.raises(Invalid) as refused:
        schemas.check(schemas.Validator(schema), value)
    return [texts.say(f.message, language, **f.params) for f in refused.value.faults]


@pytest.mark.parametrize(("schema", "value", "chinese", "english"), CASES)
def test_a_fault_names_the_form(
    schema: dict[str, Any], value: Any, chinese: str, english: str
) -> None:
    for language, expected in (("zh-CN", chinese), ("en", english)):
        (message,) = said(schema, value, language)
        assert expected in message
        assert not TECHNICAL.search(message)


def test_no_sentence_about_a_field_is_technical() -> None:
    for key, of_languages in texts.all_texts().items():
        if key.startswith(("type-", "format-")) or key in schema_faults.LIMITED:
            for sentence in of_languages.values():
                assert not TECHNICAL.search(sentence), key


def test_a_field_of_a_form_is_explained_by_the_forms_own_example() -> None:
    field = {"type": "string", "pattern": "^[0-9]{4}-[A-Z]$"}
    form = {"properties": {"number": field}, "examples": [{"number": "2026-A"}]}
    with pytest.raises(Invalid) as refused:
        schemas.check(schemas.Validator(form), {"number": "secret"}, at="/form")
    (fault,) = refused.value.faults
    assert (fault.field, fault.params) == ("/form/number", {"example": "2026-A"})


def patterns(node: Any) -> Any:
    if isinstance(node, dict):
        if node.get("type") == "string" and "pattern" in node and "enum" not in node:
            yield node
        for child in node.values():
            yield from patterns(child)
    elif isinstance(node, list):
        for child in node:
            yield from patterns(child)


@pytest.mark.parametrize("body", BODIES)
def test_what_is_written_in_one_form_has_an_example_of_it(body: str) -> None:
    for node in patterns(schemas.load(body)):
        if (
            not schema_faults._is_of_a_form(node)
            or body == "item_draft"
            or node["pattern"].startswith("^(https")
        ):
            continue
        assert node["examples"], node
        assert all(re.search(node["pattern"], example) for example in node["examples"])
