"""What is valid at a glance is valid: asked of every shipped schema and form, beside the library."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from chalicelib.kernel import formats, plain_schemas, schemas
from infra.seed import load

LEAVES = st.sampled_from(
    [
        None,
        True,
        False,
        0,
        1,
        -1,
        1.0,
        0.5,
        10**9,
        "",
        "a",
        "1",
        "甲",
        "a\n",
        " a",
        "x" * 200,
        [],
        {},
    ]
    + ["2026-02-28", "2026-02-30", "20260228", "2026-02-28\n", "٢026-02-28", "2026-W09-6"]
    + ["2026-02-28T23:59:59Z", "2026-02-28T24:00:00Z", "2026-02-28 10:00", "2026-02-28T10:00:00"]
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner),
    max_leaves=6,
)
NAMES = sorted(
    str(path.relative_to(schemas.ROOT)).removesuffix(".schema.json")
    for path in schemas.ROOT.rglob("*.schema.json")
)


def _is_valid(schema: Mapping[str, Any], value: Any) -> bool:
    library = Draft202012Validator(dict(schema), format_checker=formats.checker())
    return bool(library.is_valid(value))


PLAIN = {
    "texts": {"type": "string", "minLength": 1, "maxLength": 2, "pattern": "^[a-z1]+$"},
    "whole numbers": {"type": "integer", "minimum": 0, "maximum": 1.5},
    "no bounds": {"type": "integer"},
    "one of texts": {"enum": ["a", "1", ""]},
    "texts and truth": {"enum": [True, "1"]},
    "not truth": {"enum": [False]},
    "constant": {"const": True},
    "of two types": {"type": ["string", "null"], "maxLength": 1},
    "anything": {},
    "a pattern alone": {"pattern": "a"},
    "a length alone": {"maxLength": 1},
    "a bound alone": {"minimum": 1},
    "members alone": {"required": ["a"]},
    "only these": {"properties": {"a": {}}, "additionalProperties": False},
    "nothing at all": {"type": "object", "additionalProperties": False},
    "lists": {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 2},
    "lists of lists": {"items": {"items": {"enum": ["a"]}}},
    "objects": {
        "type": "object",
        "required": ["a"],
        "properties": {"a": {"type": "boolean"}, "b": {"type": "array"}},
    },
    "days": {"type": "string", "format": "date"},
    "moments": {"type": "string", "format": "date-time"},
    "different": {"uniqueItems": True},
    "some members": {"minProperties": 1, "maxProperties": 1},
    "one needs another": {"dependentRequired": {"a": ["b"]}},
    "any of": {"anyOf": [{"type": "integer"}, {"type": "string", "minLength": 2}]},
    "all of": {"allOf": [{"minLength": 1}, {"maxLength": 1}]},
    "described": {"type": "boolean", "title": "t", "description": "d", "x-visibility": "public"},
}


@pytest.mark.parametrize("name", PLAIN)
@given(value=VALUES)
@settings(max_examples=60, deadline=None)
def test_a_glance_says_yes_only_where_the_library_does(name: str, value: Any) -> None:
    if plain_schemas.compiled(PLAIN[name])(value):
        assert _is_valid(PLAIN[name], value)


NOT_PLAIN: dict[str, Any] = {
    "numbers": {"type": "number"},
    "numbers among others": {"enum": [1, "a"]},
    "a constant object": {"const": {"a": 1}},
    "a reference": {"$ref": "party.schema.json"},
    "a condition": {"type": "object", "if": {}, "then": {}},
    "a format of its own": {"type": "string", "format": "uri"},
    "doubles allowed": {"uniqueItems": False},
    "one of several": {"oneOf": [{"type": "string"}]},
    "others by schema": {"additionalProperties": {"type": "string"}},
    "no schema": {"properties": {"a": False}},
    "deep inside": {"items": {"properties": {"a": {"not": {}}}}},
    "a keyword of tomorrow": {"type": "object", "propertyDependencies": {}},
}


@pytest.mark.parametrize("name", NOT_PLAIN)
def test_what_a_glance_does_not_know_is_left_to_the_library(name: str) -> None:
    with pytest.raises(plain_schemas.NotPlain):
        plain_schemas.compiled(NOT_PLAIN[name])


def _spoilt(value: Any) -> Iterator[Any]:
    """The value with each of its members left out, added to, and replaced."""
    if not isinstance(value, dict):
        return
    yield {**value, "more": 1}
    for name in value:
        yield {other: part for other, part in value.items() if other != name}
        for wrong in (None, True, 0, -1, 10**12, "", "?", "x\n", [], {}):
            yield {**value, name: wrong}


ITEMS = {document["id"]: document["form"] for document in load.items()}


@pytest.mark.parametrize("item", ITEMS)
def test_a_filing_is_valid_at_a_glance_and_what_is_wrong_with_it_is_seen(item: str) -> None:
    form = ITEMS[item]
    is_plainly_valid = plain_schemas.compiled(form)
    for example in form["examples"]:
        assert is_plainly_valid(example)
        for spoilt in _spoilt(example):
            assert _is_valid(form, spoilt) or not is_plainly_valid(spoilt)


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_schema_refuses_as_the_library_does(name: str) -> None:
    validator = schemas.Validator(schemas.load(name))
    for value in (None, {}, [], "a", 1):
        expected = validator._library.is_valid(value)
        assert validator.is_valid(value) == expected
        assert (list(validator.iter_errors(value)) == []) == expected
