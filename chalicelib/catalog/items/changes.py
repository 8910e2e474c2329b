"""What changed between two versions of a document, element by element; pure.

Elements of a list are told apart by their own key (code, id, question, law and article, their
Chinese text), not by their place, so that one new material is one change. A list without such keys
is one element.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from json import dumps
from typing import Any

from chalicelib.kernel.values import dataclass

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
        escaped = [part.replace("~", "~0").replace("/", "~1") for part in self.path]
        return "".join(f"/{part}" for part in escaped)

    def shown(self) -> dict[str, Any]:
        """The change as the interface shows it."""
        shown = {
            "path": self.pointer,
            "kind": self.kind,
            "before": self.before,
            "after": self.after,
        }
        if self.position is not None:
            shown["position"] = self.position
        return shown


def between(before: Any, after: Any, path: Path = ()) -> list[Change]:
    """The changes that lead from one JSON value to another, in the order in which the elements
    stand.
    """
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        return list(_of_members(before, after, path))
    if isinstance(before, list) and isinstance(after, list):
        old, new = _by_key(before), _by_key(after)
        if old is not None and new is not None:
            return list(_of_elements(old, new, path))
    if _is_same(before, after):
        return []
    return [Change(path, CHANGED, before, after)]


def _of_members(old: Mapping[str, Any], new: Mapping[str, Any], path: Path) -> Iterator[Change]:
    yield from _of_old(old, new, path)
    for name, value in new.items():
        if name not in old:
            yield Change(
                (*path, name),
                ADDED,
                after=value,
            )


def _of_elements(old: Mapping[str, Any], new: Mapping[str, Any], path: Path) -> Iterator[Change]:
    yield from _of_old(old, new, path)
    for position, (key, value) in enumerate(new.items()):
        if key not in old:
            yield Change(
                (*path, key),
                ADDED,
                after=value,
                position=position,
            )
    was = [key for key in old if key in new]
    is_now = [key for key in new if key in old]
    if was != is_now:
        yield Change(path, REORDERED, was, is_now)


def _of_old(old: Mapping[str, Any], new: Mapping[str, Any], path: Path) -> Iterator[Change]:
    for name, value in old.items():
        if name in new:
            yield from between(
                value,
                new[name],
                (*path, name),
            )
        else:
            yield Change((*path, name), REMOVED, before=value)


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
            name = change.path[depth]
            below.setdefault(name, []).append(change)
    if here and here[0].kind != REORDERED:
        return here[0].after
    if not here and not below:
        return before
    if isinstance(before, list):
        return _applied_to_list(before, below, here, depth + 1)
    return _applied_to_members(before, below, depth + 1)


def _applied_to_members(
    before: Mapping[str, Any], below: Mapping[str, list[Change]], depth: int
) -> dict[str, Any]:
    members = dict(before)
    for name, changes in below.items():
        _apply_to_member(members, name, changes, depth)
    return members


def _applied_to_list(
    before: list[Any], below: Mapping[str, list[Change]], order: list[Change], depth: int
) -> Any:
    members = _by_key(before)
    if members is None:
        raise KeyError(f"a list without keys has no elements to change: {sorted(below)}")
    added = []
    for name, changes in below.items():
        if _is_about(changes[0], ADDED, depth):
            added.append(changes[0])
        else:
            _apply_to_member(members, name, changes, depth)
    keys: Sequence[str] = order[0].after if order else list(members)
    elements = [members[key] for key in keys]
    added.sort(key=lambda change: change.position or 0)
    for change in added:
        elements.insert(change.position or 0, change.after)
    return elements


def _apply_to_member(members: dict[str, Any], name: str, changes: list[Change], depth: int) -> None:
    first = changes[0]
    if _is_about(first, REMOVED, depth):
        del members[name]
    elif _is_about(first, ADDED, depth):
        members[name] = first.after
    else:
        members[name] = applied(members[name], changes, depth)


def _is_about(change: Change, kind: str, depth: int) -> bool:
    """Whether it is the change of a member itself, not of what is in it."""
    if change.kind != kind:
        return False
    return len(change.path) == depth


def _by_key(elements: list[Any]) -> dict[str, Any] | None:
    """The elements by their keys; None when one has none or shares it."""
    by_key: dict[str, Any] = {}
    for element in elements:
        key = _key(element)
        if key is None or key in by_key:
            return None
        by_key[key] = element
    return by_key


def _key(element: Any) -> str | None:
    """What tells an element of a list from the others."""
    if isinstance(element, str):
        return element
    if not isinstance(element, Mapping):
        return None
    if "law" in element and "article" in element:
        return _article_key(element)
    for part in ("code", "id", "question", "zh"):
        if part in element:
            return _name(element[part])
    return None


def _article_key(element: Mapping[str, Any]) -> str | None:
    law = _name(element["law"])
    article = _name(element["article"])
    if law is None or article is None:
        return None
    return f"{law} {article}"


def _name(value: Any) -> str | None:
    """A text, or the Chinese one of {zh, en}."""
    text = value.get("zh") if isinstance(value, Mapping) else value
    if isinstance(text, str):
        return text
    return None


def _is_same(one: Any, other: Any) -> bool:
    """Equality as JSON has it: true is not 1."""
    return dumps(one, sort_keys=True) == dumps(other, sort_keys=True)
