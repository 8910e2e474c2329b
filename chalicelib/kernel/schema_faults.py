"""What a schema has against a value, in the words of who fills in forms: by field, with the form
that is expected and an example of it.

Faults name the field and the rule, never the value: it may be personal.
"""

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from chalicelib.kernel.errors import Fault, Malformed

if TYPE_CHECKING:
    from jsonschema import ValidationError

Schema = Mapping[str, Any]
MAX_CHOICES = 40  # that one message lists
LIMITED = ("minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems", "minProperties")
PLAIN = ("pattern", "uniqueItems", "empty", "one-line")
AT_LEAST = ("minLength", "minItems", "minProperties")  # one: something must be there at all


def of(error: "ValidationError", root: Schema, at: str) -> Iterable[Fault]:
    """The faults behind an error; ``root`` is the whole schema, ``at`` the pointer of the value."""
    pointer = at + "".join(f"/{_escaped(part)}" for part in error.absolute_path)
    if isinstance(error.cause, Malformed):
        return [error.cause.at(pointer)]
    rule: Any = error.validator_value
    instance: Any = error.instance
    name = str(error.validator)
    if name in ("required", "dependentRequired"):
        return [Fault(f"{pointer}/{each}", "required") for each in _missing(error)]
    if name in ("additionalProperties", "unevaluatedProperties"):
        known = error.schema.get("properties", {})  # type: ignore[union-attr]
        unknown = [each for each in instance if each not in known]
        return [Fault(f"{pointer}/{_escaped(each)}", "unknown-field") for each in unknown]
    return [_fault(pointer, name, rule, error, root)]


def _escaped(part: object) -> str:
    return str(part)[:64].replace("~", "~0").replace("/", "~1")


def _missing(error: "ValidationError") -> list[str]:
    rule: Any = error.validator_value
    instance: Any = error.instance
    if error.validator == "dependentRequired":
        needed = [each for given in rule if given in instance for each in rule[given]]
    else:
        needed = [each for each in rule if error.message.startswith(repr(each))]
    return [each for each in dict.fromkeys(needed) if each not in instance]


def _fault(pointer: str, name: str, rule: Any, error: "ValidationError", root: Schema) -> Fault:
    schema: Any = error.schema
    if name == "type":
        wanted = rule if isinstance(rule, str) else rule[0]
        return Fault(pointer, f"type-{wanted}")
    if name == "format":
        return Fault(pointer, f"format-{rule}")
    if name == "enum":
        return Fault(pointer, "enum-listed", {"allowed": _listed(rule)})
    if name == "const":
        return Fault(pointer, "const-listed", {"allowed": _listed([rule])})
    if name in AT_LEAST and rule == 1:
        return Fault(pointer, "empty")
    if name in LIMITED:
        return Fault(pointer, name, {"limit": str(rule)})
    if name in ("pattern", "not") and "format" in schema:
        return Fault(pointer, f"format-{schema['format']}")
    if name in ("pattern", "not"):
        return _of_pattern(pointer, error, root)
    return Fault(pointer, name if name in PLAIN else "invalid-value")


def _listed(choices: Iterable[Any]) -> str:
    shown = [each if isinstance(each, str) else json.dumps(each) for each in choices]
    more = ["..."] if len(shown) > MAX_CHOICES else []
    return ", ".join([*shown[:MAX_CHOICES], *more])


def _of_pattern(pointer: str, error: "ValidationError", root: Schema) -> Fault:
    text = str(error.instance)
    if not text.strip():
        return Fault(pointer, "empty")
    example = _example(error, root)
    if example:
        return Fault(pointer, "pattern-example", {"example": example})
    if "\n" in text:
        return Fault(pointer, "one-line")
    return Fault(pointer, "pattern")


def _example(error: "ValidationError", root: Schema) -> str:
    """How the schema itself writes it, or the example of the whole that a form gives."""
    schema: Any = error.schema
    own = schema.get("examples")
    if own:
        return str(own[0])
    shown: Any = next(iter(root.get("examples", ())), None)
    for part in error.path:
        try:
            shown = shown[part]
        except (KeyError, IndexError, TypeError):
            return ""
    is_short = isinstance(shown, str) and "\n" not in shown
    return shown if is_short and _is_of_a_form(schema) else ""


def _is_of_a_form(schema: Schema) -> bool:
    """Whether it is written in one form; a free text needs no example of another's."""
    return not str(schema.get("pattern", "")).startswith(("^[ ", "^[\\t"))
