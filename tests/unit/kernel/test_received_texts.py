"""Texts as people's devices send them: one line a case."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.kernel import schemas
from chalicelib.kernel.http import received
from tests.support.city.items import seed

TAKEN = [
    ("第一行\r\n第二行", "第一行\n第二行", "line breaks of Windows"),
    ("第一行\r第二行", "第一行\n第二行", "line breaks of old devices"),
    ("第一行\u2028第二行", "第一行\n第二行", "a line break of a web page"),
    ("　　依据如下", "　　依据如下", "a paragraph's indent"),
    ("张\u200b伟", "张伟", "pasted from a web page"),
    ("\ufeff张伟", "张伟", "pasted from a file"),
    ("soft\u00adhyphen", "softhyphen", "pasted from a document"),
    ("张\u200d伟", "张伟", "a joiner that joins no emoji"),
    ("好\U000e0041的", "好的", "a tag that belongs to no flag"),
    ("谢谢👍🏽", "谢谢👍🏽", "an emoji with a skin tone"),
    ("全家👨\u200d👩\u200d👧", "全家👨\u200d👩\u200d👧", "a family of joined emoji"),
    ("❤\ufe0f", "❤\ufe0f", "an emoji with its variant"),
    ("🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",) * 2 + ("a flag of tags",),
    ("姜𱖎", "姜𱖎", "a rare character"),
    ("a\tb", "a\tb", "a tabulator"),
    ("", "", "nothing"),
]
REFUSED = [
    ("张\u202e伟", "U+202E RIGHT-TO-LEFT OVERRIDE"),
    ("张\u2066伟", "U+2066 LEFT-TO-RIGHT ISOLATE"),
    ("张\ufffd伟", "U+FFFD REPLACEMENT CHARACTER"),
    ("a\x00b", "U+0000"),
    ("a\x1b[31m", "U+001B"),
    ("a\x85b", "U+0085"),
    ("a\uffffb", "U+FFFF"),
]


@pytest.mark.parametrize(("sent", "kept", "why"), TAKEN)
def test_taken(sent: str, kept: str, why: str) -> None:
    assert received.clean({"a": [sent]}) == ({"a": [kept]}, []), why


@pytest.mark.parametrize(("sent", "character"), REFUSED)
def test_refused_by_its_character(sent: str, character: str) -> None:
    for body, field in (({"a": [1, sent]}, "/a/1"), ({sent: 1}, ""), (sent, "")):
        _, (fault,) = received.clean(body)
        assert (fault.field, fault.params) == (field, {"character": character})


@given(
    st.recursive(
        st.text() | st.integers() | st.none(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_what_was_cleaned_stays_as_it_is(value: Any) -> None:
    once, faults = received.clean(value)
    assert received.clean(once) == (once, faults)
    assert "\r" not in json.dumps(list(_texts(once)), ensure_ascii=False)


def _texts(value: Any) -> Any:
    if isinstance(value, str):
        yield value
    children = value.values() if isinstance(value, dict) else value
    if isinstance(value, dict | list):
        for child in children:
            yield from _texts(child)


LONG = [
    (item["id"], name, field)
    for item in seed()
    for name, field in item["form"]["properties"].items()
    if field.get("maxLength", 0) >= 200
]


@pytest.mark.parametrize(("item", "name", "field"), LONG, ids=[f"{i}/{n}" for i, n, _ in LONG])
def test_a_long_field_of_a_form_takes_lines_indents_and_emoji(
    item: str, name: str, field: dict[str, Any]
) -> None:
    text = "　　第一段,共两段。👨\u200d👩\u200d👧\n\n　　第二段,到此为止。"
    assert schemas.Validator(field).is_valid(text)


@pytest.mark.parametrize(
    ("officers", "is_right"),
    [
        (["33990110021", "33990110034"], True),
        (["33990110021", "33990110021"], False),
        (["33990110021"], False),
        (["33990110021", "33990110034、33990110035"], False),
        ("33990110021,33990110034", False),
    ],
)
def test_two_officers_are_two_entries_of_a_list(officers: Any, is_right: bool) -> None:
    lists = [
        item["form"]["properties"]["officers"]
        for item in seed()
        if "officers" in item["form"]["properties"]
    ]
    assert len(lists) == 3
    for field in lists:
        assert schemas.Validator(field).is_valid(officers) == is_right


def test_the_pattern_of_a_schema_names_what_no_text_may_have() -> None:
    field = {"type": "string", "pattern": "^[^\u200b\u202e]*$", "title": "a\u200bb"}
    assert received.clean({"field": field}) == ({"field": {**field, "title": "ab"}}, [])
    _, faults = received.clean({"pattern": "\u202e"})
    assert [fault.field for fault in faults] == ["/pattern"]
