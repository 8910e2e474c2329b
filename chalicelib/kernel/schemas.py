"""JSON Schemas 2020-12 of all that crosses the API or the bus; each validator is built once."""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib.kernel import formats, plain_schemas, schema_faults
from chalicelib.kernel.errors import Fault, Invalid

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator, ValidationError
    from referencing import Resource

MAX_FAULTS = 100  # a reply has a limit, and so has the patience of who reads it
ROOT = Path(__file__).resolve().parents[2] / "schemas"

Schema = Mapping[str, Any]


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


def _retrieve(uri: str) -> "Resource[Any]":
    from referencing import Resource

    return Resource.from_contents(load(uri.rsplit("/", 1)[-1].removesuffix(".schema.json")))


class Validator:
    """What a schema says of values: what is valid at a glance, and the library for all else.

    The library also checks formats and finds referenced schema files. It is loaded when something
    has to be looked at by it: most functions, and requests without a body, never need it.
    """

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        try:
            self._is_plainly_valid = plain_schemas.compiled(schema)
        except plain_schemas.NotPlain:
            self._is_plainly_valid = _never

    def iter_errors(self, value: Any) -> "Iterable[ValidationError]":
        """All that is wrong with a value, as jsonschema says it."""
        if self._is_plainly_valid(value):
            return ()
        return self._library.iter_errors(value)

    def is_valid(self, value: Any) -> bool:
        """Whether nothing is wrong with a value."""
        return self._is_plainly_valid(value) or self._library.is_valid(value)

    @cached_property
    def _library(self) -> "Draft202012Validator":
        return library(self.schema)


def _never(value: Any) -> bool:
    return False


def library(schema: Schema) -> "Draft202012Validator":
    """The library's validator, with our formats and with patterns as everybody else reads them."""
    from referencing import Registry

    registry: Registry[Any] = Registry(retrieve=_retrieve)  # type: ignore[call-arg]
    made: Draft202012Validator = _kind()(
        dict(schema),
        registry=registry,
        format_checker=formats.checker(),
    )
    return made


@lru_cache(maxsize=1)
def _kind() -> Any:
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend

    untyped: Any = extend  # the library does not say its types
    return untyped(Draft202012Validator, {"pattern": _matches})


def _matches(
    validator: Any, pattern: str, instance: object, schema: Schema
) -> "Iterator[ValidationError]":
    from jsonschema import ValidationError

    if isinstance(instance, str) and not plain_schemas.matcher(pattern).search(instance):
        yield ValidationError("does not match")


@lru_cache
def named(name: str) -> Validator:
    """The validator of ``schemas/<name>.schema.json``."""
    return Validator(load(name))


def check(validator: Validator, value: Any, at: str = "", before: Iterable[Fault] = ()) -> None:
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
