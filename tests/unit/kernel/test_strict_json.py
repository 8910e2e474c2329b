"""Strict JSON: the abuse cases that one reader would take and another would not (reference list,
cases 14 to 17).
"""

import json
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.kernel.errors import BadRequest, Invalid, Problem, TooLarge
from chalicelib.kernel.http import strict_json

DEEPEST, LARGEST = strict_json.MAX_DEPTH, strict_json.MAX_BYTES


def nested(depth: int, opening: str = "[", closing: str = "]", core: str = "") -> bytes:
    return (opening * depth + core + closing * depth).encode()


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "json-malformed"),
        (b" ", "json-malformed"),
        (b"{", "json-malformed"),
        (b"{}{}", "json-malformed"),
        (b"{'a': 1}", "json-malformed"),
        (b'{"a": 1,}', "json-malformed"),
        (b"[01]", "json-malformed"),
        (b"[.5]", "json-malformed"),
        (b"[+1]", "json-malformed"),
        (b'"a\nb"', "json-malformed"),
        (b"NaN", "json-malformed"),
        (b'{"a": [Infinity]}', "json-malformed"),
        (b"-Infinity", "json-malformed"),
        (b'"\\ud800"', "json-malformed"),
        (b'{"\\udfff": 1}', "json-malformed"),
        (b'["\\ud83d\\ud83d"]', "json-malformed"),
        (b'"\xff"', "body-not-utf8"),
        (b'"\xed\xa0\x80"', "body-not-utf8"),
        (b"\xef\xbb\xbf{}", "json-malformed"),
        ("{}".encode("utf-16"), "body-not-utf8"),
        ('{"name": "张伟"}'.encode("gbk"), "body-not-utf8"),
        ('{"name": "张伟"}'.encode("gbk").decode(errors="replace").encode(), "body-not-utf8"),
        (b'{"a": 1, "a": 1}', "json-duplicate-key"),
        (b'[{"b": {"a": 1, "\\u0061": 2}}]', "json-duplicate-key"),
        (nested(DEEPEST + 1), "json-too-deep"),
        (nested(DEEPEST + 1, '{"a":', "}", "1"), "json-too-deep"),
        (nested(DEEPEST, '[{"a":', "}]", "1"), "json-too-deep"),
        (nested(100_000), "json-malformed"),
        (nested(40_000, '{"a":', "}", "1"), "json-malformed"),
    ],
)
def test_what_cannot_be_read_alike_by_all_is_refused(raw: bytes, message: str) -> None:
    with pytest.raises(BadRequest) as refused:
        strict_json.parse(raw)
    assert refused.value.message == message


@pytest.mark.parametrize(
    "number",
    [
        "9" * 39,
        "-" + "9" * 39,
        "9" * 5000,
        str(2**53),
        str(-(2**53)),
        "1e400",
        "-1e999",
        "0." + "1" * 40,
        "1" + "0" * 38,
    ],
)
def test_a_number_that_stores_and_hashes_cannot_carry_is_invalid(number: str) -> None:
    with pytest.raises(Invalid) as refused:
        strict_json.parse(f'{{"a": [{number}]}}'.encode())
    assert refused.value.faults[0].message == "number-too-long"


@pytest.mark.parametrize("number", [0, -1, 2**53 - 1, -(2**53) + 1, 0.5, 1e-7, 1e300, 123456.789])
def test_a_number_that_can_be_carried_is_taken(number: float) -> None:
    assert strict_json.parse(json.dumps(number).encode()) == number


def test_the_limits_themselves_are_within() -> None:
    assert strict_json.parse(nested(DEEPEST)) is not None
    assert len(strict_json.parse(b'"' + b"a" * (LARGEST - 2) + b'"')) == LARGEST - 2


def test_one_byte_more_is_too_large_whatever_it_is() -> None:
    for raw in (b'"' + b"a" * (LARGEST - 1) + b'"', b"x" * (LARGEST + 1), b" " * (LARGEST + 1)):
        with pytest.raises(TooLarge):
            strict_json.parse(raw)
    with pytest.raises(TooLarge):  # bytes count, not characters
        strict_json.parse(b'"' + "字".encode() * (LARGEST // 3) + b'"')


def test_rare_characters_are_kept() -> None:
    assert strict_json.parse('{"name": "𠮷田·阿依古丽 \\ud842\\udfb7 \\u0000"}'.encode()) == {
        "name": "𠮷田·阿依古丽 𠮷 \x00"
    }


TEXT = st.text(st.characters(exclude_categories=["Cs"]))
VALUE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(-1e15, 1e15)
    | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=8,
)


@given(VALUE)
def test_what_is_well_written_is_read_as_it_is_and_can_be_hashed(value: Any) -> None:
    read = strict_json.parse(json.dumps(value, ensure_ascii=False).encode())
    assert read == value
    assert rfc8785.dumps(read)


@given(st.binary() | st.text().map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_whatever_comes_is_a_value_or_a_problem(raw: bytes) -> None:
    try:
        value = strict_json.parse(raw)
    except Problem as problem:
        assert problem.status in (400, 413, 422)
    else:
        assert rfc8785.dumps(value)
