"""The conditions that queries and conditional writes are made of, ready to be held against items.

These are comparisons of an attribute with a value, and whether an attribute is there, with AND
between them. All else is left to the emulator: OR, NOT, ranges, functions, paths into documents.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from ministack.services import dynamodb

# Its kind and text, as the emulator takes an expression apart.
Token = tuple[str, str]
_COMPARISONS = ("EQ", "NE", "LT", "GT", "LE", "GE")
_THERE = {"attribute_exists": True, "attribute_not_exists": False}
_GROUPING = ("LPAREN", "RPAREN")


class Part(Protocol):
    """One thing that has to hold."""

    def holds(self, item: Any, values: Any, names: Any) -> bool:
        """Whether it does for this item."""


@dataclass(frozen=True)
class Comparison:
    """``#stream = :stream``."""

    name: Token
    operator: str
    value: str

    def holds(self, item: Any, values: Any, names: Any) -> bool:
        """Whether it does for this item."""
        attribute = _attribute(self.name, item, names)
        return bool(
            dynamodb._compare_ddb(
                attribute,
                self.operator,
                values.get(self.value),
            )
        )


@dataclass(frozen=True)
class Presence:
    """``attribute_not_exists(#stream)``."""

    name: Token
    is_there: bool

    def holds(self, item: Any, values: Any, names: Any) -> bool:
        """Whether it does for this item."""
        attribute = _attribute(self.name, item, names)
        return (attribute is not None) == self.is_there


def parts_of(tokens: list[Token]) -> tuple[Part, ...]:
    """The parts of an expression whose grammar is right; none when it has any of another kind.

    Where everything is joined by AND, brackets around it mean nothing.
    """
    parts: list[Part] = []
    for words in _between_ands(tokens):
        part = _presence(words) or _comparison(words)
        if part is None:
            return ()
        parts.append(part)
    return tuple(parts)


def _between_ands(tokens: list[Token]) -> list[list[Token]]:
    found: list[list[Token]] = [[]]
    for token in tokens:
        kind, text = token
        if kind == "IDENT" and text.upper() == "AND":
            found.append([])
        elif kind != "EOF" and kind not in _GROUPING:
            found[-1].append(token)
    return found


def _presence(words: list[Token]) -> Presence | None:
    if len(words) != 2:
        return None
    function, name = words
    is_there = _THERE.get(function[1].lower())
    if function[0] != "IDENT" or is_there is None or not _is_name(name):
        return None
    return Presence(name, is_there)


def _comparison(words: list[Token]) -> Comparison | None:
    if len(words) != 3:
        return None
    name, operator, value = words
    if not _is_name(name) or operator[0] not in _COMPARISONS or value[0] != "VALUE_REF":
        return None
    return Comparison(name, operator[1], value[1])


def _is_name(token: Token) -> bool:
    kind, text = token
    if kind == "IDENT":
        return text.upper() != "NOT"
    return kind == "NAME_REF"


def _attribute(name: Token, item: Any, names: Any) -> Any:
    kind, text = name
    resolved = names.get(text, text) if kind == "NAME_REF" else text
    return dynamodb._get_at_path(item, [resolved])
