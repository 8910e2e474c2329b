"""Acts as types: what an act says is one value, written to the record and read back
here.

Each field of such a payload is public, unless it is declared as part of a private group::

    @dataclass(frozen=True)
    class CaseRefused:
        reasons: tuple[str, ...] = private("parties")

On record this is ``Act("CaseRefused", {}, {"parties": {"reasons": [...]}})``: the type's name, the
fields' names and their form never change, so that old journals are read as they were written. A
field that has its default is left out, and so is a group of which nothing is left; what is missing
on record, since an earlier release did not say it or since it is forgotten, has its default again.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, field, fields, is_dataclass
from datetime import date, datetime
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from chalicelib.kernel.clock import parse, stamp
from chalicelib.kernel.journal import Act
from chalicelib.kernel.values import dataclass

_GROUP, _ALWAYS, _KEY = "group", "always", "key"
_EMPTY: Mapping[Any, Callable[[], Any]] = {
    str: str,
    int: int,
    bool: bool,
    tuple: tuple,
    frozenset: frozenset,
    Mapping: dict,
    dict: dict,
}


def public(*, default: Any = MISSING, always: bool = False, key: str = "") -> Any:
    """A field that everybody may see.

    ``always``: written also when it has its default. ``key``: its name on record, where that is no
    name for a field.
    """
    return _field("", default, always, key)


def private(group: str, *, default: Any = MISSING, always: bool = False, key: str = "") -> Any:
    """A field that ``group`` may see; without a ``default``, forgotten it is the empty value."""
    return _field(group, default, always, key)


def _field(group: str, default: Any, always: bool, key: str) -> Any:
    metadata = {_GROUP: group, _ALWAYS: always, _KEY: key}
    if isinstance(default, Mapping):
        return field(default_factory=dict, metadata=metadata)
    return field(default=default, metadata=metadata)


@dataclass(frozen=True)
class Part:
    """One field of a payload as it stands on record."""

    name: str
    key: str
    group: str
    write: Callable[[Any], Any]
    read: Callable[[Any], Any]
    default: Any
    is_always_written: bool

    def is_left_out(self, value: Any) -> bool:
        """Whether the record does without it."""
        return not self.is_always_written and value == self.default


@cache
def parts_of(payload: Any) -> tuple[Part, ...]:
    """The fields of a payload type, in their order. Raises TypeError for a type nobody can
    store.
    """
    hints = get_type_hints(payload)
    return tuple(_part(declared, hints[declared.name]) for declared in fields(payload))


def _part(declared: Any, kind: Any) -> Part:
    group = declared.metadata.get(_GROUP, "")
    has_default = declared.default is not MISSING or declared.default_factory is not MISSING
    if declared.default_factory is not MISSING:
        default = declared.default_factory()
    elif declared.default is not MISSING:
        default = declared.default
    else:
        default = _empty(kind) if group else MISSING
    write, read = _codec(kind)
    always = declared.metadata.get(_ALWAYS, False) or not has_default
    key = declared.metadata.get(_KEY) or declared.name
    return Part(
        declared.name,
        key,
        group,
        write,
        read,
        default,
        always,
    )


def _empty(kind: Any) -> Any:
    """What stands for a private value that is forgotten."""
    origin = get_origin(kind) or kind
    if origin in (Union, UnionType):
        return None
    make = _EMPTY.get(origin) or _EMPTY.get(_abstract(origin))
    return make() if make else None


def _abstract(origin: Any) -> Any:
    return Mapping if isinstance(origin, type) and issubclass(origin, Mapping) else origin


def _codec(kind: Any) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    """How a value of a type is written as JSON, and read from it."""
    origin = get_origin(kind) or kind
    if origin in (Union, UnionType):
        return _optional(kind)
    if origin is datetime:
        return stamp, parse
    if origin is date:
        return date.isoformat, date.fromisoformat
    if origin is frozenset:
        return sorted, frozenset
    if origin is tuple:
        return _sequence(get_args(kind)[0])
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return dict, _as_it_is
    if isinstance(origin, type) and is_dataclass(origin):
        return _nested(origin)
    if origin in (str, int, bool, Any):
        return _as_it_is, _as_it_is
    raise TypeError(f"no form on record for {kind}")


def _as_it_is(value: Any) -> Any:
    return value


def _optional(kind: Any) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    inner = next(each for each in get_args(kind) if each is not NoneType)
    write, read = _codec(inner)

    def write_or_none(value: Any) -> Any:
        return None if value is None else write(value)

    def read_or_none(value: Any) -> Any:
        return None if value is None else read(value)

    return write_or_none, read_or_none


def _sequence(kind: Any) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    write, read = _codec(kind)

    def write_each(values: Any) -> list[Any]:
        return [write(value) for value in values]

    def read_each(values: Any) -> tuple[Any, ...]:
        return tuple(read(value) for value in values)

    return write_each, read_each


def _nested(kind: type) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    """A dataclass inside a payload; all of it belongs to the group of the field that holds it."""

    def write(value: Any) -> dict[str, Any]:
        return {
            part.key: part.write(getattr(value, part.name))
            for part in parts_of(kind)
            if not part.is_left_out(getattr(value, part.name))
        }

    def read(value: Mapping[str, Any]) -> Any:
        known = {
            part.name: part.read(value[part.key]) for part in parts_of(kind) if part.key in value
        }
        return kind(**known)

    return write, read


def to_act(payload: Any) -> Act:
    """The act that says what ``payload`` holds; its type is the payload's class name."""
    data: dict[str, Any] = {}
    groups: dict[str, dict[str, Any]] = {}
    kind: Any = type(payload)
    for part in parts_of(kind):
        value = getattr(payload, part.name)
        if part.is_left_out(value):
            continue
        target = groups.setdefault(part.group, {}) if part.group else data
        target[part.key] = part.write(value)
    return Act(type(payload).__name__, data, groups)


def from_act(payload: type, act: Act) -> Any:
    """What an act on record says, as an instance of its ``payload`` type.

    Raises KeyError for a public field that is neither there nor has a default.
    """
    values = {}
    of: Any = payload
    for part in parts_of(of):
        said = act.private.get(part.group, {}) if part.group else act.data
        if part.key in said:
            values[part.name] = part.read(said[part.key])
        elif part.default is MISSING:
            raise KeyError(f"{act.type} does not say {part.key}")
        else:
            values[part.name] = part.default
    return payload(**values)
