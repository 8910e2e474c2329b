"""Values behave as the standard library's frozen dataclasses do: each case is asked of both."""

import copy
import dataclasses
import pickle
from collections.abc import Callable, Mapping
from dataclasses import FrozenInstanceError, field
from typing import Any

import pytest

from chalicelib.kernel import values


def _classes(dataclass: Any) -> dict[str, type]:
    """The same classes, made by either decorator."""

    @dataclass(frozen=True)
    class Term:
        """A value with every kind of field."""

        days: int
        unit: str = "working"
        stops: Mapping[str, int] = field(default_factory=dict, hash=False)
        name: str = field(default="", repr=False)
        read_at: int = field(default=0, compare=False)

    @dataclass(frozen=True, kw_only=True)
    class Note:
        """A value whose fields are named alone."""

        text: str
        by: str = ""

    @dataclass(frozen=True)
    class Range(Term):
        """A value that adds a field to another's, and refuses some values."""

        most: int = 60

        def __post_init__(self) -> None:
            if self.most < self.days:
                raise ValueError("the most is less than the least")

    @dataclass(frozen=True)
    class Nothing:
        """A value without fields."""

    @dataclass(frozen=True)
    class Same:
        """A value with an equality and a text of its own."""

        text: str

        def __eq__(self, other: object) -> bool:
            return self.text.lower() == getattr(other, "text", "").lower()

        def __repr__(self) -> str:
            return "Same"

    class Marked(Term):
        """Derived without the decorator: it may have attributes beside the fields."""

    return {kind.__name__: kind for kind in (Term, Note, Range, Nothing, Same, Marked)}


VALUES = _classes(values.dataclass)
STANDARD = _classes(dataclasses.dataclass)


@values.dataclass(frozen=True)
class Pair:
    """A value that its module names."""

    left: int
    right: str = ""


Act = Callable[[Any], Any]
CASES: dict[str, tuple[str, Act]] = {
    "by position": ("Term", lambda T: repr(T(5, "natural", {"a": 1}, "n", 2))),
    "by name": ("Term", lambda T: repr(T(unit="natural", days=5))),
    "both": ("Term", lambda T: repr(T(5, unit="natural"))),
    "defaults": ("Term", lambda T: dataclasses.asdict(T(5))),
    "a default of its own each": ("Term", lambda T: T(5).stops is T(5).stops),
    "no fields": ("Nothing", lambda T: (repr(T()), T() == T(), hash(T()) == hash(T()))),
    "named alone": ("Note", lambda T: repr(T(text="a"))),
    "named alone, by position": ("Note", lambda T: T("a")),
    "too many": ("Term", lambda T: T(1, "u", {}, "n", 0, 9)),
    "twice": ("Term", lambda T: T(1, days=2)),
    "missing": ("Term", lambda T: T()),
    "missing among others": ("Term", lambda T: T(unit="natural")),
    "unknown": ("Term", lambda T: T(1, months=2)),
    "unknown in place of one": ("Nothing", lambda T: T(months=2)),
    "refused": ("Range", lambda T: T(5, most=4)),
    "inherited": ("Range", lambda T: repr(T(5, most=6))),
    "equal": ("Term", lambda T: (T(5) == T(5), T(5) != T(6), T(5) == 5)),
    "equal whatever is not compared": ("Term", lambda T: T(5, read_at=1) == T(5, read_at=2)),
    "equal of a class of its own": ("Range", lambda T: T(5) == T.__bases__[0](5)),
    "in a set": ("Term", lambda T: len({T(5), T(5, stops={"a": 1}), T(6)})),
    "hash of what has none": ("Note", lambda T: hash(T(text=[]))),
    "own methods": ("Same", lambda T: (T("a") == T("A"), repr(T("a")), len({T("a")}))),
    "assigned": ("Term", lambda T: setattr(T(5), "days", 6)),
    "assigned anew": ("Term", lambda T: setattr(T(5), "other", 6)),
    "deleted": ("Term", lambda T: delattr(T(5), "days")),
    "assigned where derived": ("Marked", lambda T: setattr(T(5), "days", 6)),
    "beside the fields": ("Marked", lambda T: setattr(T(5), "other", 6)),
    "replaced": ("Range", lambda T: repr(dataclasses.replace(T(5, name="n"), days=7))),
    "replaced by what is refused": ("Range", lambda T: dataclasses.replace(T(5), days=61)),
    "replaced by unknown": ("Term", lambda T: dataclasses.replace(T(5), months=1)),
    "copied": ("Term", lambda T: copy.deepcopy(T(5, stops={"a": 1})) == T(5, stops={"a": 1})),
    "in itself": ("Term", lambda T: (lambda stops: repr(stops | {"t": T(5, stops=stops)}))({})),
    "of its fields": ("Range", lambda T: [f.name for f in dataclasses.fields(T)]),
    "matched by position": ("Term", lambda T: T.__match_args__),
}


def _outcome(act: Act, kind: type) -> Any:
    try:
        return act(kind)
    except (TypeError, ValueError, AttributeError) as error:
        return type(error)


@pytest.mark.parametrize("case", CASES)
def test_a_value_is_what_a_frozen_dataclass_is(case: str) -> None:
    kind, act = CASES[case]
    assert _outcome(act, VALUES[kind]) == _outcome(act, STANDARD[kind])


def test_a_refused_argument_is_named() -> None:
    with pytest.raises(TypeError, match="Pair has no field middle"):
        Pair(1, middle=2)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="Pair lacks left"):
        Pair()  # type: ignore[call-arg]
    with pytest.raises(FrozenInstanceError, match="'left'"):
        Pair(5).left = 6  # type: ignore[misc]


def test_a_value_is_pickled() -> None:
    assert pickle.loads(pickle.dumps(Pair(5, "natural"))) == Pair(5, "natural")


def test_what_changes_is_no_value() -> None:
    with pytest.raises(TypeError, match="frozen"):
        values.dataclass(frozen=False)
