"""Whether the names by which an item's conditions, fees and promise speak of its own parts are
there; pure.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from chalicelib.kernel.errors import Fault

Part = Mapping[str, Any]


def faults(item: Part) -> Iterator[Fault]:
    """Names of fields and materials that the item does not have, by JSON pointer; of what cannot be
    read, nothing.
    """
    # Lists, not sets: what an author wrote where a name should stand need not be hashable.
    fields = list(_keys(_part(_part(item.get("form")).get("properties"))))
    for at, name in _fields(item):
        if name not in fields:
            yield Fault(at, "field-unknown", {"name": str(name)[:64]})
    codes = [_part(material).get("code") for material in _parts(item.get("materials"))]
    for place, code in enumerate(_parts(_part(item.get("promise")).get("replaces"))):
        if code not in codes:
            yield Fault(
                f"/promise/replaces/{place}", "material-unknown-here", {"name": str(code)[:64]}
            )


def _fields(item: Part) -> Iterator[tuple[str, Any]]:
    """Every place that names a field of the form, and the name."""
    for place, material in enumerate(_parts(item.get("materials"))):
        yield from _condition(f"/materials/{place}/when", _part(material).get("when"))
    for place, rule in enumerate(_parts(_part(item.get("fee")).get("rules"))):
        yield from _condition(f"/fee/rules/{place}/when", _part(rule).get("when"))
        for number, per in enumerate(_parts(_part(rule).get("per"))):
            yield f"/fee/rules/{place}/per/{number}/field", _part(per).get("field")
    late_with = _part(item.get("follows")).get("late_with")
    if late_with is not None:
        yield "/follows/late_with", late_with


def _condition(at: str, condition: Any) -> Iterator[tuple[str, Any]]:
    for name in _keys(_part(_part(condition).get("properties"))):
        yield f"{at}/properties/{str(name)[:64]}", name
    for place, name in enumerate(_parts(_part(condition).get("required"))):
        yield f"{at}/required/{place}", name


def _part(value: Any) -> Part:
    return value if isinstance(value, Mapping) else {}


def _parts(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _keys(part: Part) -> Collection[Any]:
    return part.keys()
