"""What an item asks where only some questions are answered: what is sure, and which answers the
rest hangs on.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, product
from math import prod
from typing import Any

from chalicelib import catalog
from chalicelib.catalog import requirements
from chalicelib.kernel.values import dataclass

YES, NO, DEPENDS = "yes", "no", "depends"
MAX_TRIES = 200  # combinations of answers that are looked at for one fee
ABSENT = object()
Answers = Mapping[str, Any]


@dataclass(frozen=True)
class Need:
    """Whether a material is needed; ``fields`` are the questions whose answers would tell.

    It ``depends`` on no field where the item gives its condition in words only.
    """

    material: Mapping[str, Any]
    needed: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fee:
    """Between which amounts (fen) the fee lies; None where that cannot be said before ``fields``
    are answered.
    """

    least_fen: int | None
    most_fen: int | None
    fields: tuple[str, ...] = ()


def materials(item: catalog.Document, answers: Answers, on_promise: bool) -> list[Need]:
    """Every material of the item, and whether a filing with these answers would need it."""
    return [
        _need(
            item,
            material,
            answers,
            on_promise,
        )
        for material in item["materials"]
    ]


def _need(
    item: catalog.Document,
    material: Mapping[str, Any],
    answers: Answers,
    on_promise: bool,
) -> Need:
    surely = {**item, "materials": [{**material, "required": True}]}
    if not any(requirements.materials(surely, answers, on_promise)):
        return Need(material, NO)  # replaced by the promise, or never asked for
    if material["required"]:
        return Need(material, YES)
    if "when" in material:
        return Need(material, *_state(material["when"], answers))
    is_in_words = "required_when" in material and material["source"] != "government"
    return Need(material, DEPENDS if is_in_words else NO)


def fee(item: catalog.Document, answers: Answers) -> Fee:
    """The fee by the item's rules. Answers that are missing are tried at their ends and where a
    rule changes.
    """
    rules = item["fee"].get("rules", ())
    fields = tuple(dict.fromkeys(_deciding(rules, answers)))
    tries = {
        name: _tries(
            item["form"],
            name,
            rules,
        )
        for name in fields
    }
    asked = {name for rule in rules for name in rule.get("when", {}).get("properties", ())}
    # A fee grows with what it is reckoned from: where no rule asks for it, the two ends will do.
    choices = {name: values for name, values in tries.items() if name in asked}
    if not all(tries.values()) or prod(map(len, choices.values())) > MAX_TRIES:
        return Fee(None, None, fields)
    ends = [{name: values[end] for name, values in tries.items()} for end in (0, -1)]
    chosen = [
        dict(
            zip(
                choices,
                values,
                strict=True,
            )
        )
        for values in product(*choices.values())
    ]
    amounts = [
        requirements.fee_fen(item, _given(answers, {**end, **choice}))
        for end in ends
        for choice in chosen
    ]
    least, most = min(amounts), max(amounts)
    return Fee(least, most, fields if least != most else ())


def _state(condition: Mapping[str, Any], answers: Answers) -> tuple[str, tuple[str, ...]]:
    """Whether the answers meet a condition of the item, and which answers that it asks for are
    missing.
    """
    parts = condition["properties"]
    named = dict.fromkeys([*condition["required"], *parts])
    known = [name for name in named if name in answers]
    if not requirements.meets(
        answers,
        {
            "required": known,
            "properties": {n: parts[n] for n in known if n in parts},
        },
    ):
        return NO, ()
    missing = tuple(name for name in named if name not in answers)
    return (DEPENDS, missing) if missing else (YES, ())


def _deciding(rules: Sequence[Mapping[str, Any]], answers: Answers) -> Iterator[str]:
    """The missing answers that the fee hangs on: of every rule up to the first that surely
    applies.
    """
    for rule in rules:
        verdict, missing = _state(rule["when"], answers) if "when" in rule else (YES, ())
        if verdict == NO:
            continue
        yield from missing
        yield from (part["field"] for part in rule.get("per", ()) if part["field"] not in answers)
        if verdict == YES:
            return


def _tries(form: Mapping[str, Any], name: str, rules: Sequence[Mapping[str, Any]]) -> list[Any]:
    """The values of a field, the least first, between which no rule changes its mind; none if they
    cannot be told.
    """
    if name not in form["properties"]:
        return [ABSENT]
    field = form["properties"][name]
    absent: list[Any] = [] if name in form["required"] else [ABSENT]
    if "enum" in field:
        return [*absent, *field["enum"]]
    if field["type"] == "boolean":
        return [*absent, *([] if field.get("const") else [False]), True]
    if field["type"] != "integer":
        return []
    least, most = field["minimum"], field["maximum"]
    asked = [rule["when"]["properties"].get(name, {}) for rule in rules if "when" in rule]
    edges = chain.from_iterable(_edges(condition) for condition in asked)
    return [
        *absent,
        *sorted({least, most, *(value for value in edges if least <= value <= most)}),
    ]


def _edges(condition: Mapping[str, Any]) -> Iterator[int]:
    values = [condition[word] for word in ("minimum", "maximum", "const") if word in condition]
    for value in [*values, *condition.get("enum", ())]:
        yield from (value - 1, value, value + 1)


def _given(answers: Answers, tried: Answers) -> dict[str, Any]:
    return {
        **answers,
        **{name: value for name, value in tried.items() if value is not ABSENT},
    }
