"""Values: frozen dataclasses whose methods are shared instead of compiled for each class.

The standard ``dataclass(frozen=True)`` writes and compiles six methods of every class, close to a
millisecond of each cold start for each act type, whether or not a request meets such an act. This
one leaves the fields to the standard library, so that ``field``, ``fields``, ``replace`` and type
checkers know the classes as they know any dataclass, and has the methods once, for all of them.
"""

import dataclasses
from collections.abc import Callable, Mapping
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any


class _Shape:
    """What the methods know of a class: its fields by what each is used for."""

    def __init__(self, kind: type) -> None:
        fields = dataclasses.fields(kind)
        self.names = frozenset(field.name for field in fields)
        self.positional = [field.name for field in fields if not field.kw_only]
        self.shown = [field.name for field in fields if field.repr]
        self.defaults = _defaults(fields)
        self.factories = _factories(fields)
        self.compared = _reader([field.name for field in fields if field.compare])
        self.hashed = _reader([field.name for field in fields if _is_hashed(field)])
        self.is_checked = hasattr(kind, "__post_init__")


_Fields = tuple[dataclasses.Field[Any], ...]


def _defaults(fields: _Fields) -> Mapping[str, Any]:
    return {
        field.name: field.default for field in fields if field.default is not dataclasses.MISSING
    }


def _factories(fields: _Fields) -> Mapping[str, Callable[[], Any]]:
    return {
        field.name: field.default_factory
        for field in fields
        if field.default_factory is not dataclasses.MISSING
    }


def _is_hashed(field: dataclasses.Field[Any]) -> bool:
    return field.compare if field.hash is None else field.hash


def _reader(names: list[str]) -> Callable[[Any], Any]:
    """Reads these fields of a value, together with its class: two names or more make a tuple."""
    return attrgetter("__class__", *names)


def _init(self: Any, *given: Any, **named: Any) -> None:
    shape = self._shape
    if given:
        _name_positions(self, given, named)
    if named.keys() != shape.names:
        named = _completed(self, named)
    self.__dict__.update(named)
    if shape.is_checked:
        self.__post_init__()


def _name_positions(value: Any, given: tuple[Any, ...], named: dict[str, Any]) -> None:
    positional = value._shape.positional
    if len(given) > len(positional):
        raise TypeError(f"{_name(value)} takes {len(positional)} positions, not {len(given)}")
    by_position = dict(zip(positional, given, strict=False))
    if named and not named.keys().isdisjoint(by_position):
        twice = ", ".join(sorted(named.keys() & by_position))
        raise TypeError(f"{_name(value)} got {twice} twice")
    named.update(by_position)


def _completed(value: Any, named: dict[str, Any]) -> dict[str, Any]:
    """With defaults for what is not named. Raises TypeError for what has none, and for what is no
    field.
    """
    shape = value._shape
    completed = {**shape.defaults, **named}
    for name, make in shape.factories.items():
        if name not in completed:
            completed[name] = make()
    if completed.keys() == shape.names:
        return completed
    unknown = ", ".join(sorted(completed.keys() - shape.names))
    if unknown:
        raise TypeError(f"{_name(value)} has no field {unknown}")
    missing = ", ".join(sorted(shape.names - completed.keys()))
    raise TypeError(f"{_name(value)} lacks {missing}")


def _name(value: Any) -> str:
    return type(value).__qualname__


@recursive_repr()
def _repr(self: Any) -> str:
    fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in self._shape.shown)
    return f"{_name(self)}({fields})"


def _eq(self: Any, other: Any) -> Any:
    if other.__class__ is not self.__class__:
        return NotImplemented
    read = self._shape.compared
    return read(self) == read(other)


def _hash(self: Any) -> int:
    return hash(self._shape.hashed(self))


def _set(self: Any, name: str, value: Any) -> None:
    _refuse_change(self, name, "assign to")
    object.__setattr__(self, name, value)


def _delete(self: Any, name: str) -> None:
    _refuse_change(self, name, "delete")
    object.__delattr__(self, name)


def _refuse_change(value: Any, name: str, act: str) -> None:
    """A field never changes; a class derived without the decorator may have attributes beside."""
    is_value_class = "_shape" in type(value).__dict__
    if is_value_class or name in value._shape.names:
        raise dataclasses.FrozenInstanceError(f"cannot {act} field {name!r}")


_METHODS: Mapping[str, Callable[..., Any]] = {
    "__init__": _init,
    "__repr__": _repr,
    "__eq__": _eq,
    "__hash__": _hash,
    "__setattr__": _set,
    "__delattr__": _delete,
}

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(*, frozen: bool, kw_only: bool = False) -> Callable[[type], type]:
        """As ``dataclasses.dataclass(frozen=True)``, to its equality, repr and refusals.

        A method that the class itself has stays. Raises TypeError for a class that is not frozen.
        """
        if not frozen:
            raise TypeError("values are frozen; what changes is a standard dataclass")

        def decorate(kind: type) -> type:
            own = dict(kind.__dict__)
            bare = dataclasses.dataclass(init=False, repr=False, eq=False, kw_only=kw_only)
            bare(kind)
            kind._shape = _Shape(kind)
            for name, method in _METHODS.items():
                if own.get(name) is None:  # __hash__ is None beside an __eq__ of its own
                    setattr(kind, name, method)
            return kind

        return decorate
