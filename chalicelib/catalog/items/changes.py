"""What changed between two versions of a document, element by element; pure.

Elements of a list are told apart by their own key (code, id, question, law and article, their
Chinese text), not by their place, so that one new material is one change. A list without such keys
is one element.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from json import dumps
from typing import Any

ADDED, REMOVED, CHANGED, REORDERED = "added", "removed", "changed", "reordered"

Path = tuple[str, ...]


@dataclass(frozen=True)
class Change:
    """One element that differs.

    ``path`` leads to it by names and by keys of list elements. ``position`` is where an element
    that was added to a list stands in the new one, from 0. A list whose remaining elements changed
    places is ``reordered``: ``before`` and ``after`` are their keys.
    """

    path: Path
    kind: str
    before: Any = None
    after: Any = None
    position: int | None = None

    @property
    def pointer(self) -> str:
        """The path in the writing of JSON Pointer (RFC 6901), with keys in place of indexes."""
        return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in self.path)

    def told(self) -> dict[str, Any]:
        """The change as the interface shows it."""
        shown = {
            "path": self.pointer,
            "kind": self.kind,
            "before": self.before,
            "after": self.after,
        }
        return shown if self.position is None else shown | {"position": self.position}


def between(before: Any, after: Any, path: Path = ()) -> list[Change]:
    """The changes that lead from one JSON value to another, in the order in which the elements
    stand.
    """
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        return list(_of_members(before, after, path))
    if isinstance(before, list) and isinstance(after, list):
        old, new = _by_key(before), _by_key(after)
        if old is not None and new is not None:
            return [*_of_members(old, new, path, list(new).index), *_of_order(old, new, path)]
    return [] if _is_same(before, after) else [Change(path, CHANGED, before, after)]


def applied(before: Any, changes: Iterable[Change], depth: int = 0) -> Any:
    """``before`` with the changes made; ``between(before, after)`` makes it ``after``.

    Raises KeyError when the changes belong to another document.
    """
    here: list[Change] = []
    below: dict[str, list[Change]] = {}
    for change in changes:
        if len(change.path) == depth:
            here.append(change)
        else:
            below.setdefault(change.path[depth], []).append(change)
    if here and here[0].kind != REORDERED:
        return here[0].after
    if not here and not below:
        return before
    if isinstance(before, list):
        return _applied_to_list(before, below, here, depth + 1)
    members = dict(before)
    for name, its in below.items():
        _apply_to_member(members, name, its, depth + 1)
    return members


def _of_members(
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    path: Path,
    place: Callable[[str], int] | None = None,
) -> Iterator[Change]:
    for name, value in old.items():
        if name in new:
            yield from between(value, new[name], (*path, name))
        else:
            yield Change((*path, name), REMOVED, before=value)
    for name, value in new.items():
        if name not in old:
            yield Change((*path, name), ADDED, after=value, position=place(name) if place else None)


def _of_order(old: Mapping[str, Any], new: Mapping[str, Any], path: Path) -> Iterator[Change]:
    was, is_now = [key for key in old if key in new], [key for key in new if key in old]
    if was != is_now:
        yield Change(path, REORDERED, was, is_now)


def _applied_to_list(
    before: list[Any], below: Mapping[str, list[Change]], order: list[Change], depth: int
) -> Any:
    members = _by_key(before)
    if members is None:
        raise KeyError(f"a list without keys has no elements to change: {sorted(below)}")
    added = [its[0] for its in below.values() if its[0].kind == ADDED and len(its[0].path) == depth]
    for name, its in below.items():
        if its[0] not in added:
            _apply_to_member(members, name, its, depth)
    keys: Sequence[str] = order[0].after if order else list(members)
    made = [members[key] for key in keys]
    for change in sorted(added, key=lambda change: change.position or 0):
        made.insert(change.position or 0, change.after)
    return made


def _apply_to_member(members: dict[str, Any], name: str, changes: list[Change], depth: int) -> None:
    first = changes[0]
    if len(first.path) == depth and first.kind == REMOVED:
        del members[name]
    elif len(first.path) == depth and first.kind == ADDED:
        members[name] = first.after
    else:
        members[name] = applied(members[name], changes, depth)


def _by_key(elements: list[Any]) -> dict[str, Any] | None:
    """The elements by their keys; None when one has none or shares it."""
    keyed = {key: element for element in elements if (key := _key(element)) is not None}
    return keyed if len(keyed) == len(elements) else None


def _key(element: Any) -> str | None:
    """What tells an element of a list from the others."""
    if isinstance(element, str):
        return element
    if not isinstance(element, Mapping):
        return None
    if "law" in element and "article" in element:
        law, article = _name(element["law"]), _name(element["article"])
        return None if law is None or article is None else f"{law} {article}"
    known = (_name(element[part]) for part in ("code", "id", "question", "zh") if part in element)
    return next(known, None)


def _name(value: Any) -> str | None:
    """A text, or the Chinese one of {zh, en}."""
    text = value.get("zh") if isinstance(value, Mapping) else value
    return text if isinstance(text, str) else None


def _is_same(one: Any, other: Any) -> bool:
    """Equality as JSON has it: true is not 1."""
    return dumps(one, sort_keys=True) == dumps(other, sort_keys=True)
