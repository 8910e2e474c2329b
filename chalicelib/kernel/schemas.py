"""JSON Schemas 2020-12 of all that crosses the API or the bus; each validator is built once."""

import json
from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib.kernel import formats, plain_schemas
from chalicelib.kernel.errors import Fault, Invalid, Malformed

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
        from jsonschema import Draft202012Validator
        from referencing import Registry

        registry: Registry[Any] = Registry(retrieve=_retrieve)  # type: ignore[call-arg]
        return Draft202012Validator(
            dict(self.schema),
            registry=registry,
            format_checker=formats.checker(),
        )


def _never(value: Any) -> bool:
    return False


@lru_cache
def named(name: str) -> Validator:
    """The validator of ``schemas/<name>.schema.json``."""
    return Validator(load(name))


def check(validator: Validator, value: Any, at: str = "") -> None:
    """Raise Invalid with the faults (at most 100) of ``value``; ``at`` is the JSON pointer under
    which it stands.
    """
    found = (fault for error in validator.iter_errors(value) for fault in _faults(error, at))
    faults = tuple(islice(found, MAX_FAULTS))
    if faults:
        raise Invalid(faults=sorted(faults, key=lambda f: f.field))


def _faults(error: "ValidationError", at: str) -> Iterable[Fault]:
    """Faults name the field and the rule, never the value: it may be personal."""
    pointer = at + "".join(
        "/" + str(part).replace("~", "~0").replace("/", "~1") for part in error.absolute_path
    )
    rule: Any = error.validator_value
    instance: Any = error.instance
    if error.validator == "required":
        missing = [
            name for name in rule if name not in instance and error.message.startswith(repr(name))
        ]
        yield from (Fault(f"{pointer}/{name}", "required") for name in missing)
    elif error.validator in ("additionalProperties", "unevaluatedProperties"):
        schema: Any = error.schema
        known = schema.get("properties", {})
        yield from (
            Fault(f"{pointer}/{name[:64]}", "unknown-field")
            for name in instance
            if name not in known
        )
    elif isinstance(error.cause, Malformed):
        yield error.cause.at(pointer)
    elif error.validator in _LIMITED:
        yield Fault(pointer, str(error.validator), {"limit": str(rule)})
    else:
        yield Fault(
            pointer,
            str(error.validator) if error.validator in _PLAIN else "invalid-value",
        )


_LIMITED = {
    "minProperties",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "minItems",
    "maxItems",
    "type",
    "format",
}
_PLAIN = {"enum", "const", "pattern", "uniqueItems"}
