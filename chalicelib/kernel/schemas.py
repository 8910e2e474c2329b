"""JSON Schemas 2020-12 of all that crosses the API or the bus; each validator is built once."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend
from referencing import Registry, Resource

from chalicelib.kernel import days, formats, schema_faults
from chalicelib.kernel.errors import Fault, Invalid

MAX_FAULTS = 100  # a reply has a limit, and so has the patience of who reads it
ROOT = Path(__file__).resolve().parents[2] / "schemas"
FORMATS = formats.checker()
"""What people type, by ``formats``; days and moments as ``days`` reads them on every machine: what
the library checks depends on what else is installed there.
"""

Schema = Mapping[str, Any]
Is = Callable[[str], bool]


def _of_texts(is_right: Is) -> Callable[[object], bool]:
    """A check of texts alone: what else a value may be is for its ``type`` to say."""

    def check(value: object) -> bool:
        return not isinstance(value, str) or is_right(value)

    return check


def register_format(name: str, is_right: Is) -> None:
    """Texts of this ``format`` are checked by ``is_right``; a fault's message is ``format-<name>``.

    A context registers what its ids are, so that a reference to nothing is refused wherever a
    schema says that something of it is named.
    """
    FORMATS.checks(name)(_of_texts(is_right))


register_format("date", days.is_day)
register_format("date-time", days.is_moment)
register_format("date-or-moment", days.is_day_or_moment)


@lru_cache
def load(name: str) -> dict[str, Any]:
    """The schema in ``schemas/<name>.schema.json``."""
    schema: dict[str, Any] = json.loads((ROOT / f"{name}.schema.json").read_text("utf-8"))
    return schema


def resolved(ref: str, home: Schema) -> tuple[Schema, Schema]:
    """The schema that a reference in ``home`` means, and the document in which it stands."""
    file, _, pointer = ref.partition("#")
    home = load(file.removesuffix(".schema.json")) if file else home
    target: Any = home
    for part in filter(None, pointer.split("/")):
        target = target[part]
    return target, home


def _retrieve(uri: str) -> Resource[Any]:
    return Resource.from_contents(load(uri.rsplit("/", 1)[-1].removesuffix(".schema.json")))


def _matches(
    validator: Any, pattern: str, instance: object, schema: Schema
) -> Iterator[ValidationError]:
    """``pattern`` as ECMA-262 and RE2 read it: Python's ``$`` would let a last line break pass."""
    if isinstance(instance, str) and not _matcher(pattern).search(instance):
        yield ValidationError("does not match")


@lru_cache(maxsize=1024)
def _matcher(pattern: str) -> re.Pattern[str]:
    if pattern.endswith("$") and not pattern.endswith("\\$"):
        pattern = f"{pattern[:-1]}\\Z"
    return re.compile(pattern)


_extend: Any = extend  # the library does not say its types
_Validator: Any = _extend(Draft202012Validator, {"pattern": _matches})


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    """A validator that also checks formats and finds referenced schema files."""
    registry: Registry[Any] = Registry(retrieve=_retrieve)  # type: ignore[call-arg]
    made: Draft202012Validator = _Validator(
        schema,
        registry=registry,
        format_checker=FORMATS,
    )
    return made


@lru_cache
def named(name: str) -> Draft202012Validator:
    """The validator of ``schemas/<name>.schema.json``."""
    return validator(load(name))


def check(
    validator: Draft202012Validator, value: Any, at: str = "", before: Iterable[Fault] = ()
) -> None:
    """Raise Invalid with the faults (at most 100) of ``value``; ``at`` is the JSON pointer under
    which it stands.

    Of a field that has a fault ``before``, no more is said.
    """
    faults = list(before)
    told = {fault.field for fault in faults}
    root: Any = validator.schema
    found = (
        fault
        for error in validator.iter_errors(value)
        for fault in schema_faults.of(error, root, at)
    )
    faults += islice((fault for fault in found if fault.field not in told), MAX_FAULTS)
    if faults:
        raise Invalid(faults=_each_once(faults))


def _each_once(faults: Iterable[Fault]) -> list[Fault]:
    """By field; what two rules say in the same words is said once."""
    once = {(fault.field, fault.message): fault for fault in faults}
    return sorted(once.values(), key=lambda fault: fault.field)
