"""Whether a value is valid at a glance: the usual keywords of JSON Schema, made functions once.

Most of what is checked is valid, and the library takes a tenth of a filing's CPU to say so. A check
made here says yes only where the library would too: whatever it does not know, or does not like, is
for the library to look at, which alone says what is wrong.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Any

from chalicelib.kernel import formats

Schema = Mapping[str, Any]
Check = Callable[[Any], bool]


class NotPlain(Exception):
    """A schema says something that only the library knows."""


def compiled(schema: Schema) -> Check:
    """A check that is true of valid values alone, but not of all. Raises NotPlain."""
    if not isinstance(schema, dict):
        raise NotPlain
    checks = []
    for keyword, said in schema.items():
        if keyword in _WITHOUT_MEANING or keyword.startswith("x-"):
            continue
        if keyword not in _KEYWORDS:
            raise NotPlain(keyword)
        check = _KEYWORDS[keyword](said, schema)
        checks.append(check)
    return partial(_passes, checks)


def _passes(checks: list[Check], value: Any) -> bool:
    return all(check(value) for check in checks)


# ---- what any value may be asked -----------------------------------------------------------------
_TYPES = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "object": dict,
    "array": list,
    "null": type(None),
}


def _type(names: Any, schema: Schema) -> Check:
    allowed = [names] if isinstance(names, str) else names
    if not set(allowed) <= _TYPES.keys():
        raise NotPlain("type")
    return partial(_is_of, frozenset(_TYPES[name] for name in allowed))


def _is_of(kinds: frozenset[type], value: Any) -> bool:
    return type(value) in kinds


def _const(wanted: Any, schema: Schema) -> Check:
    return _enum([wanted], schema)


def _enum(allowed: list[Any], schema: Schema) -> Check:
    """Texts and booleans: of numbers and what holds them the library knows what equals what."""
    if not {type(each) for each in allowed} <= {str, bool}:
        raise NotPlain("enum")
    return partial(_is_among, [(type(each), each) for each in allowed])


def _is_among(allowed: list[tuple[type, Any]], value: Any) -> bool:
    return (type(value), value) in allowed


# ---- texts and numbers ---------------------------------------------------------------------------
@lru_cache(maxsize=1024)
def matcher(pattern: str) -> re.Pattern[str]:
    """``pattern`` as ECMA-262 and RE2 read it: Python's ``$`` would let a last line break pass."""
    if pattern.endswith("$") and not pattern.endswith("\\$"):
        pattern = f"{pattern[:-1]}\\Z"
    return re.compile(pattern)


def _pattern(pattern: str, schema: Schema) -> Check:
    return partial(_matches, pattern)


def _matches(pattern: str, value: Any) -> bool:
    """Compiled, and kept, when the first text is there to be looked at."""
    return type(value) is str and matcher(pattern).search(value) is not None


def _format(name: Any, schema: Schema) -> Check:
    if name in formats.READINGS:
        return partial(formats.is_read, formats.READINGS[name])
    if name not in formats.TEXTS:
        raise NotPlain(name)
    return partial(_is_text_of, formats.TEXTS[name])


def _is_text_of(is_right: Callable[[str], bool], value: Any) -> bool:
    return type(value) is str and is_right(value)


def _between(kind: type, measure: Callable[[Any], Any], least: Any, most: Any, value: Any) -> bool:
    if type(value) is not kind:
        return False
    size = measure(value)
    return (least is None or size >= least) and (most is None or size <= most)


def _at_least(kind: type, measure: Callable[[Any], Any], limit: Any, schema: Schema) -> Check:
    return partial(_between, kind, measure, limit, None)


def _at_most(kind: type, measure: Callable[[Any], Any], limit: Any, schema: Schema) -> Check:
    return partial(_between, kind, measure, None, limit)


# ---- objects and arrays --------------------------------------------------------------------------
def _properties(parts: Mapping[str, Schema], schema: Schema) -> Check:
    checks = {name: compiled(part) for name, part in parts.items()}
    return partial(_has_valid, checks)


def _has_valid(checks: Mapping[str, Check], value: Any) -> bool:
    if type(value) is not dict:
        return False
    for name, part in value.items():
        check = checks.get(name)
        if check is not None and not check(part):
            return False
    return True


def _required(names: list[str], schema: Schema) -> Check:
    return partial(_has_all, frozenset(names))


def _has_all(names: frozenset[str], value: Any) -> bool:
    return type(value) is dict and value.keys() >= names


def _additional(allowed: Any, schema: Schema) -> Check:
    if allowed is not False:
        raise NotPlain("additionalProperties")
    return partial(_has_only, frozenset(schema.get("properties", {})))


def _has_only(names: frozenset[str], value: Any) -> bool:
    return type(value) is dict and value.keys() <= names


def _items(each: Schema, schema: Schema) -> Check:
    return partial(_holds_valid, compiled(each))


def _holds_valid(check: Check, value: Any) -> bool:
    return type(value) is list and all(map(check, value))


def _unique(wanted: Any, schema: Schema) -> Check:
    if wanted is not True:
        raise NotPlain("uniqueItems")
    return _are_different_texts


def _are_different_texts(value: Any) -> bool:
    if type(value) is not list or {type(each) for each in value} - {str}:
        return False
    return len(set(value)) == len(value)


def _dependent(needs: Mapping[str, list[str]], schema: Schema) -> Check:
    return partial(_has_what_it_needs, needs)


def _has_what_it_needs(needs: Mapping[str, list[str]], value: Any) -> bool:
    if type(value) is not dict:
        return False
    needed = [other for name, others in needs.items() if name in value for other in others]
    return value.keys() >= set(needed)


# ---- several schemas -----------------------------------------------------------------------------
def _all_of(parts: list[Schema], schema: Schema) -> Check:
    return partial(_passes, [compiled(part) for part in parts])


def _any_of(parts: list[Schema], schema: Schema) -> Check:
    return partial(_passes_one, [compiled(part) for part in parts])


def _passes_one(checks: list[Check], value: Any) -> bool:
    return any(check(value) for check in checks)


def _itself(value: Any) -> Any:
    return value


_WITHOUT_MEANING = frozenset(
    {"$schema", "$id", "title", "description", "examples", "default", "$comment"}
)
_KEYWORDS: Mapping[str, Callable[[Any, Schema], Check]] = {
    "type": _type,
    "const": _const,
    "enum": _enum,
    "pattern": _pattern,
    "format": _format,
    "minLength": partial(_at_least, str, len),
    "maxLength": partial(_at_most, str, len),
    "minimum": partial(_at_least, int, _itself),
    "maximum": partial(_at_most, int, _itself),
    "properties": _properties,
    "required": _required,
    "additionalProperties": _additional,
    "items": _items,
    "minItems": partial(_at_least, list, len),
    "maxItems": partial(_at_most, list, len),
    "uniqueItems": _unique,
    "minProperties": partial(_at_least, dict, len),
    "maxProperties": partial(_at_most, dict, len),
    "dependentRequired": _dependent,
    "allOf": _all_of,
    "anyOf": _any_of,
}
