"""Who sees which field: schemas say it by ``x-visibility``, and this alone applies it, masks
included.

A field is ``public``, ``masked``, ``parties``, ``office`` or ``sealed``; what says nothing is as
the object around it.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from chalicelib.kernel import schemas

# Who looks: anybody; who was told of a case; whose data it is; an office; one that supervises or
# handles a complaint.
PUBLIC, PARTY, OWN, OFFICE, SEALED = "public", "party", "own", "office", "sealed"
MASKED = "masked"
SEES: Mapping[str, frozenset[str]] = {
    PUBLIC: frozenset({"public"}),
    PARTY: frozenset({"public", "parties"}),
    OWN: frozenset({"public", "parties", MASKED}),
    OFFICE: frozenset({"public", "parties", MASKED, "office"}),
    SEALED: frozenset({"public", "parties", MASKED, "office", "sealed"}),
}
# As whom a reply is seen where its handler says nothing; of citizens and officers together, the one
# who sees less.
OF_AUDIENCE: Mapping[str, str] = {
    "public": PUBLIC,
    "signed-in": OWN,
    "party": PARTY,
    "office": OFFICE,
}
Schema = schemas.Schema
Show = Callable[[Any], Any]
"""Makes of a value what the viewer sees of it; None stands for the value as it is."""


def show(name: str, value: Any, viewer: str) -> Any:
    """What ``viewer`` sees of a value of ``schemas/<name>.schema.json``; without a name, the value
    as it is.

    Fields that it does not declare are left out wherever the schema is closed and not all of it is
    for the viewer.
    """
    shown = _shown(name, viewer) if name else None
    return shown(value) if shown else value


def show_form(form: Schema, answers: Mapping[str, Any], viewer: str) -> dict[str, Any]:
    """What ``viewer`` sees of the answers to an item's form (a JSON schema)."""
    shown = _inside(form, viewer, MASKED, form)
    return dict(shown(answers) if shown else answers)


def hides(schema: Schema, name: str, viewer: str, inherited: str) -> bool:
    """Whether a property of an object is left out, neither shown nor masked, for ``viewer``."""
    return (
        _field(
            schema["properties"][name],
            viewer,
            inherited,
            schema,
        )
        is _leave_out
    )


@lru_cache
def _shown(name: str, viewer: str) -> Show | None:
    schema = schemas.load(name)
    return _inside(schema, viewer, schema["x-visibility"], schema)


def _field(schema: Schema, viewer: str, inherited: str, home: Schema) -> Show | None:
    visibility = schema.get("x-visibility", inherited)
    if visibility in SEES[viewer]:
        return _inside(schema, viewer, visibility, home)
    return MASKS[schema.get("x-mask", "name")] if visibility == MASKED else _leave_out


def _inside(schema: Schema, viewer: str, inherited: str, home: Schema) -> Show | None:
    """How what a visible value holds is shown."""
    shown: list[Show] = []
    if "$ref" in schema:
        target, home = schemas.resolved(schema["$ref"], home)
        shown += _some(
            _inside(
                target,
                viewer,
                target.get("x-visibility", inherited),
                home,
            )
        )
    for keyword in ("anyOf", "oneOf", "allOf"):
        for part in schema.get(keyword, ()):  # what one alternative does not declare, another may
            shown += _some(
                _inside(
                    {**part, "additionalProperties": True},
                    viewer,
                    inherited,
                    home,
                )
            )
    if "properties" in schema:
        shown += _some(_object(schema, viewer, inherited, home))
    if "items" in schema:
        shown += _some(
            _list(
                _field(
                    schema["items"],
                    viewer,
                    inherited,
                    home,
                )
            )
        )
    return _one_after_another(shown) if shown else None


def _some(show: Show | None) -> list[Show]:
    return [show] if show else []


def _object(schema: Schema, viewer: str, inherited: str, home: Schema) -> Show | None:
    fields = {
        name: _field(
            part,
            viewer,
            inherited,
            home,
        )
        for name, part in schema["properties"].items()
    }
    if not any(fields.values()):
        return None
    is_closed = schema.get("additionalProperties") is False
    changed = {name: shown for name, shown in fields.items() if shown}

    def shown(value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        seen = ((name, part) for name, part in value.items() if name in fields or not is_closed)
        made = ((name, changed[name](part) if name in changed else part) for name, part in seen)
        return {name: part for name, part in made if part is not _GONE}

    return shown


def _list(show_item: Show | None) -> Show | None:
    if show_item is None:
        return None

    def shown(value: Any) -> Any:
        if not isinstance(value, list | tuple):
            return value
        return [item for item in map(show_item, value) if item is not _GONE]

    return shown


def _one_after_another(shown: Iterable[Show]) -> Show:
    steps = tuple(shown)

    def all_of_them(value: Any) -> Any:
        for step in steps:
            value = step(value)
        return value

    return steps[0] if len(steps) == 1 else all_of_them


_GONE = object()


def _leave_out(value: Any) -> Any:
    return _GONE


def _masking(mask: Callable[[str], str]) -> Show:
    """Texts are masked; of a list nothing is left but the list, of anything else nothing at all."""

    def masked(value: Any) -> Any:
        if isinstance(value, str):
            return mask(value) if value else value
        if isinstance(value, list | tuple):
            return []
        return None if value is None else _GONE

    return masked


def mask_name(name: str) -> str:
    """A name as the public sees it: the first character, the rest starred (张*, 欧**); companies
    likewise.
    """
    return name[:1] + "*" * max(len(name) - 1, 1)


def mask_phone(number: str) -> str:
    """The first three digits and the last two: the last four would help whoever tries to follow a
    case.
    """
    return (
        number[:3] + "*" * max(len(number) - 5, 4) + number[-2:]
        if len(number) > 6
        else "*" * len(number)
    )


def mask_id(number: str) -> str:
    """Of the number of a document the first two characters and the last two."""
    return (
        number[:2] + "*" * max(len(number) - 4, 4) + number[-2:]
        if len(number) > 6
        else "*" * len(number)
    )


def mask_mail(address: str) -> str:
    """The first character and the domain (l***@example.com)."""
    return (
        re.sub(
            r"(?<=^.)[^@]*(?=@)",
            "***",
            address,
        )
        if "@" in address[1:]
        else "***"
    )


MASKS: Mapping[str, Show] = {
    "name": _masking(mask_name),
    "phone": _masking(mask_phone),
    "id": _masking(mask_id),
    "mail": _masking(mask_mail),
}
