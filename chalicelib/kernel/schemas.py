"""JSON Schemas 2020-12 of all that crosses the API or the bus; each validator is built once."""

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

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


def validator(schema: dict[str, Any]) -> "Draft202012Validator":
    """A validator that also checks formats and finds referenced schema files."""
    # Most functions check nothing against a schema, and nor does a request without a body.
    from jsonschema import Draft202012Validator, FormatChecker
    from referencing import Registry

    registry: Registry[Any] = Registry(retrieve=_retrieve)  # type: ignore[call-arg]
    return Draft202012Validator(
        schema,
        registry=registry,
        format_checker=FormatChecker(),
    )


@lru_cache
def named(name: str) -> "Draft202012Validator":
    """The validator of ``schemas/<name>.schema.json``."""
    return validator(load(name))


def check(validator: "Draft202012Validator", value: Any, at: str = "") -> None:
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
