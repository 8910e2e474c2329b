"""Whether the names by which an item's conditions, fees and promise speak of its own parts are
there; pure.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.kernel.errors import Fault

Part = Mapping[str, Any]
MAX_NAME = 64


def faults(item: Part) -> Iterator[Fault]:
    """Names of fields and materials that the item does not have, by JSON pointer; of what cannot be
    read, nothing.
    """
    properties = _part(_part(item.get("form")).get("properties"))
    # Lists, not sets: what an author wrote where a name should stand need not be hashable.
    fields = list(properties)
    for at, name in _fields(item):
        if name not in fields:
            yield _unknown(at, "field-unknown", name)
    codes = [_part(material).get("code") for material in _parts(item, "materials")]
    promise = _part(item.get("promise"))
    for place, code in enumerate(_parts(promise, "replaces")):
        if code not in codes:
            yield _unknown(
                f"/promise/replaces/{place}",
                "material-unknown-here",
                code,
            )


def _unknown(at: str, message: str, name: Any) -> Fault:
    return Fault(at, message, {"name": _short(name)})


def _fields(item: Part) -> Iterator[tuple[str, Any]]:
    """Every place that names a field of the form, and the name."""
    for place, material in enumerate(_parts(item, "materials")):
        yield from _condition(f"/materials/{place}/when", material)
    fee = _part(item.get("fee"))
    for place, rule in enumerate(_parts(fee, "rules")):
        yield from _condition(f"/fee/rules/{place}/when", rule)
        yield from _counted(f"/fee/rules/{place}/per", rule)
    follows = _part(item.get("follows"))
    for name in ("late_with", "learned_with"):
        if name in follows:
            yield f"/follows/{name}", follows[name]
    yield from _condition("/follows/inaction", follows, "inaction")
    for place, name in enumerate(_parts(item, "same_when")):
        yield f"/same_when/{place}", name
    form = _part(item.get("form"))
    for name, field in _part(form.get("properties")).items():
        other = _part(field).get("x-not-before")
        if other is not None:
            yield f"/form/properties/{_short(name)}/x-not-before", other


def _condition(at: str, holder: Any, name: str = "when") -> Iterator[tuple[str, Any]]:
    """The fields on which a condition hangs: the ``when`` of a material or a rule."""
    condition = _part(_part(holder).get(name))
    for name in _part(condition.get("properties")):
        yield f"{at}/properties/{_short(name)}", name
    for place, name in enumerate(_parts(condition, "required")):
        yield f"{at}/required/{place}", name


def _counted(at: str, rule: Any) -> Iterator[tuple[str, Any]]:
    """The fields whose answers a rule of the fee counts."""
    for number, per in enumerate(_parts(_part(rule), "per")):
        field = _part(per).get("field")
        yield f"{at}/{number}/field", field


def _short(name: Any) -> str:
    return str(name)[:MAX_NAME]


def _part(value: Any) -> Part:
    if isinstance(value, Mapping):
        return value
    return {}


def _parts(part: Part, name: str) -> list[Any]:
    """The list of that name, as far as there is one."""
    value = part.get(name)
    if isinstance(value, list):
        return value
    return []
