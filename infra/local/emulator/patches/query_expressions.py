"""DynamoDB's expressions are read once, not once for every item that they are held against.

What the emulator lacks: a query takes its key condition apart, checks its grammar and its words and
walks through it anew for each row of the partition, most of what a query costs.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

from ministack.services import dynamodb

from infra.local.emulator.patches import require
from infra.local.emulator.patches.key_conditions import Part, parts_of

_MAX_EXPRESSIONS = 1024


class Tokens(list[Any]):
    """An expression taken apart, with the faults that checks have found in it."""

    def __init__(self, tokens: list[Any]) -> None:
        super().__init__(tokens)
        self.faults: dict[tuple[str, ...], str | None] = {}


def _taken_apart(original: Callable[[str], list[Any]], text: str) -> Tokens:
    return Tokens(original(text))


def _fault(
    name: str,
    check: Callable[..., str | None],
    tokens: list[Any],
    *slot: str,
) -> str | None:
    """What a check finds wrong with an expression."""
    if not isinstance(tokens, Tokens):
        return check(tokens, *slot)
    asked = (name, *slot)
    if asked not in tokens.faults:
        tokens.faults[asked] = check(tokens, *slot)
    return tokens.faults[asked]


@lru_cache(_MAX_EXPRESSIONS)
def _parts(text: str, slot: str) -> tuple[Part, ...]:
    """What all has to hold; nothing where the emulator has to find out itself, or to refuse."""
    tokens = dynamodb._tokenize(text)
    if dynamodb._check_redundant_parens(tokens, slot):
        return ()
    if dynamodb._check_reserved_keyword_usage(tokens):
        return ()
    if dynamodb._condition_syntax_error(text, slot):
        return ()
    return parts_of(tokens)


def _evaluated(
    original: Callable[..., bool],
    text: str,
    item: Any,
    values: Any,
    names: Any,
    slot: str = "ConditionExpression",
) -> bool:
    """Whether a condition holds for an item."""
    parts = _parts(text, slot) if text and text.strip() else ()
    if not parts or values is None or names is None:
        return original(text, item, values, names, slot)
    return all(part.holds(item, values, names) for part in parts)


def apply() -> None:
    """Remembers expressions by their text; the emulator only ever reads what they consist of."""
    checks = ("_check_redundant_parens", "_check_reserved_keyword_usage")
    require(
        dynamodb,
        "_tokenize",
        "_condition_syntax_error",
        "_evaluate_condition",
        *checks,
    )
    require(dynamodb, "_compare_ddb", "_get_at_path")
    remembered = lru_cache(_MAX_EXPRESSIONS)
    dynamodb._tokenize = remembered(partial(_taken_apart, dynamodb._tokenize))
    dynamodb._condition_syntax_error = remembered(dynamodb._condition_syntax_error)
    for name in checks:
        check = getattr(dynamodb, name)
        setattr(dynamodb, name, partial(_fault, name, check))
    dynamodb._evaluate_condition = partial(_evaluated, dynamodb._evaluate_condition)
