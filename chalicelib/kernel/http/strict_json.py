"""Strict JSON: what one reader would see differently from another is refused at the door."""

import json
from typing import Any

from chalicelib.kernel.errors import BadRequest, Fault, Invalid, TooLarge

MAX_BYTES = 256 * 1024
MAX_DEPTH = 32
MAX_DIGITS = 38  # DynamoDB's precision
REPLACEMENT = "\ufffd"
MAX_EXACT = 2**53 - 1  # RFC 8785 hashes integers exactly up to here


def parse(raw: bytes) -> Any:
    """The value of a JSON text.

    Raises TooLarge over 256 KB, BadRequest for bytes that are not UTF-8, malformed text, duplicate
    keys, NaN, lone surrogates or nesting over 32, and Invalid for numbers that stores and
    hashes cannot carry.
    """
    if len(raw) > MAX_BYTES:
        raise TooLarge(limit=MAX_BYTES)
    text = _decoded(raw)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_no_duplicates,
            parse_constant=_no_constant,
            parse_int=_int,
            parse_float=_float,
        )
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise BadRequest("json-malformed") from error
    if _depth(value) > MAX_DEPTH:
        raise BadRequest("json-too-deep", limit=MAX_DEPTH)
    return value


def _decoded(raw: bytes) -> str:
    """The text; where a gateway has put U+FFFD for bytes that are not UTF-8, it is none."""
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise BadRequest("body-not-utf8") from error
    if REPLACEMENT in text:
        raise BadRequest("body-not-utf8")
    return text


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise BadRequest("json-duplicate-key")
    return made


def _no_constant(name: str) -> Any:
    raise BadRequest("json-malformed")


def _int(text: str) -> int:
    if len(text.lstrip("-")) > MAX_DIGITS or abs(int(text)) > MAX_EXACT:
        raise Invalid(faults=[Fault("", "number-too-long")])
    return int(text)


def _float(text: str) -> float | int:
    """The number; 23.0 is the whole number 23, as in JSON Schema."""
    value = float(text)
    if len(text) > MAX_DIGITS or value in (float("inf"), float("-inf")):
        raise Invalid(faults=[Fault("", "number-too-long")])
    return int(value) if value.is_integer() and abs(value) <= MAX_EXACT else value


def _depth(value: Any) -> int:
    deepest, pending = 0, [(value, 1)]
    while pending:
        node, depth = pending.pop()
        if isinstance(node, dict | list):
            deepest = max(deepest, depth)
            pending.extend(
                (child, depth + 1) for child in (node.values() if isinstance(node, dict) else node)
            )
    return deepest
