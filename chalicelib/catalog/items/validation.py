"""Whether an item can keep what it promises: every reason against its publication, at once; pure
but for the flow.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cache
from itertools import islice
from typing import Any

from chalicelib.catalog import flows
from chalicelib.catalog.flows import checker
from chalicelib.catalog.items import references
from chalicelib.kernel import schemas
from chalicelib.kernel.errors import Fault, Invalid

LANGUAGES = ("zh", "en")
TITLES = {"zh": "title", "en": "x-title-en"}
MAX_POSTS = 100
_NAME = re.compile("[a-z][a-z0-9-]{0,30}")

Holders = Callable[[str], Collection[str]]


def faults(document: Any, holders: Holders | None = None) -> list[Fault]:
    """What is wrong with an item, however much of it can be read: JSON pointers into it. Never
    raises.

    Under ``/flow`` stands what is wrong with the flow itself. What the schema has against a place
    is left out where a rule has said it better. ``holders`` tells who holds a post; without it
    nobody's absence is a fault.
    """
    item = _mapping(document)
    holders = cache(holders) if holders else None  # a post may fill several roles
    found = [
        *_flow(item, holders),
        *_limits(item),
        *_materials(item),
        *_labels(_mapping(item.get("form"))),
    ]
    found += references.faults(item)
    told = {fault.field for fault in found}
    found += [fault for fault in _offices(item, holders) if fault.field not in told]
    found += [fault for fault in _schema(document) if not _is_told(fault, told)]
    return found[: schemas.MAX_FAULTS]


def _flow(item: Mapping[str, Any], holders: Holders | None) -> Iterator[Fault]:
    bound = _mapping(item.get("flow"))
    name, version = bound.get("id"), bound.get("version")
    if not (_is_name(name) and _is_whole(version)):
        return
    path = flows.FOLDER / f"{name}.v{version}.json"
    try:
        template = flows.template(path)
    except FileNotFoundError:
        yield Fault("/flow", "flow-unknown")
        return
    posts = {role: holders(post) if holders else None for role, post in _posts(item).items()}
    limits = {
        part: value
        for part, value in _mapping(item.get("limits")).items()
        if isinstance(value, int)
    }
    for found in checker.check_flow(template, posts, limits, path.name):
        at = found.field if found.field.startswith(("/posts", "/limits")) else f"/flow{found.field}"
        yield Fault(at, found.message, dict(found.params))


def _limits(item: Mapping[str, Any]) -> Iterator[Fault]:
    days = _days(item)
    if {"promised_days", "statutory_days"} <= days.keys() and days["promised_days"] > days[
        "statutory_days"
    ]:
        yield Fault("/limits/promised_days", "promise-above-law")


def _materials(item: Mapping[str, Any]) -> Iterator[Fault]:
    """Materials that are asked for and that nobody can bring."""
    for place, material in enumerate(_list(item.get("materials"))):
        known = _mapping(material)
        asked = known.get("required") is True or "required_when" in known
        if asked and known.get("source") == "government" and not known.get("obtainable_from"):
            yield Fault(f"/materials/{place}/obtainable_from", "material-unobtainable")
        if known.get("required") is True and known.get("waivable") is False:
            yield from _not_acceptable(known, f"/materials/{place}")


def _not_acceptable(material: Mapping[str, Any], at: str) -> Iterator[Fault]:
    """A required material in no copy or of no kind of file can be handed in by nobody."""
    if material.get("copies") == 0:
        yield Fault(f"{at}/copies", "material-in-no-copy")
    if material.get("accepts") == []:
        yield Fault(f"{at}/accepts", "material-of-no-type")


def _labels(form: Mapping[str, Any]) -> Iterator[Fault]:
    """Fields and choices of the form that have no label in one of the two languages."""
    for name, field in _mapping(form.get("properties")).items():
        known, at = _mapping(field), f"/form/properties/{_pointed(name)}"
        for language, title in TITLES.items():
            if not _says(known.get(title)):
                yield Fault(
                    f"{at}/{title}", "form-label-missing", {"name": name[:64], "missing": language}
                )
        yield from _choices(known, name, at)
        yield from _choices(_mapping(known.get("items")), name, f"{at}/items")


def _choices(field: Mapping[str, Any], name: str, at: str) -> Iterator[Fault]:
    titles = _mapping(field.get("x-enum-titles"))
    for value in filter(_is_text, _list(field.get("enum"))):
        title = _mapping(titles.get(value))
        for language in LANGUAGES:
            if not _says(title.get(language)):
                facts = {"name": name[:64], "choice": value[:64], "missing": language}
                yield Fault(
                    f"{at}/x-enum-titles/{_pointed(value)}/{language}",
                    "form-choice-label-missing",
                    facts,
                )


def _offices(item: Mapping[str, Any], holders: Holders | None) -> Iterator[Fault]:
    """Posts that act at no step (head, supervisor) are told of late cases: somebody must be there
    to hear it.
    """
    for role, post in _posts(item).items():
        if holders and not holders(post):
            yield Fault(f"/posts/{role}", "item-post-vacant", {"role": role})


def _schema(document: Any) -> Iterable[Fault]:
    try:
        schemas.check(schemas.named("item"), document)
    except Invalid as invalid:
        return invalid.faults
    return ()


def _is_told(fault: Fault, told: Collection[str]) -> bool:
    """Whether a rule has said it better; the schema also takes the other parts of a field without
    label for unknown.
    """
    field = f"{fault.field.rpartition('/')[0]}/"
    follows = fault.message == "unknown-field" and field.startswith("/form/properties/")
    return fault.field in told or (follows and any(place.startswith(field) for place in told))


def _posts(item: Mapping[str, Any]) -> dict[str, str]:
    """Roles and posts as far as they can be read; only what can be a post's id is asked for."""
    posts = _mapping(item.get("posts")).items()
    return dict(
        islice(
            ((role, post) for role, post in posts if _is_name(role) and _is_name(post)), MAX_POSTS
        )
    )


def _days(item: Mapping[str, Any]) -> dict[str, int]:
    return {name: days for name, days in _mapping(item.get("limits")).items() if _is_whole(days)}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and bool(_NAME.fullmatch(value))


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _says(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _pointed(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
