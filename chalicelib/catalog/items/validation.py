"""Whether an item can keep what it promises: every reason against its publication, at once; pure
but for the flow.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from chalicelib.catalog import flows
from chalicelib.catalog.flows import checker
from chalicelib.catalog.items import references
from chalicelib.deadlines import NATURAL, WORKING, in_working_days, levels
from chalicelib.kernel import schemas
from chalicelib.kernel.errors import Fault, Invalid

LANGUAGES = ("zh", "en")
TITLES = {"zh": "title", "en": "x-title-en"}
MAX_POSTS = 100
MAX_NAME = 64
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
    if holders:
        holders = cache(holders)  # a post may fill several roles
    found = [
        *_flow(item, holders),
        *_limits(item),
        *_materials(item),
        *_labels(item),
        *references.faults(item),
    ]
    places = {fault.field for fault in found}
    if holders:
        found += [fault for fault in _vacant(item, holders) if fault.field not in places]
    found += [fault for fault in _schema(document) if not _is_said_better(fault, places)]
    return found[: schemas.MAX_FAULTS]


def _flow(item: Mapping[str, Any], holders: Holders | None) -> Iterator[Fault]:
    bound = _mapping(item.get("flow"))
    name: Any = bound.get("id")
    version: Any = bound.get("version")
    if not (_is_name(name) and _is_whole(version)):
        return
    path = flows.file_of(name, version)
    try:
        template = flows.template(path)
    except FileNotFoundError:
        yield Fault("/flow", "flow-unknown")
        return
    persons = _persons(item, holders)
    for finding in checker.check_flow(template, persons, _whole_limits(item), path.name):
        at = finding.field
        if not at.startswith(("/posts", "/limits")):
            at = f"/flow{at}"
        yield Fault(at, finding.message, dict(finding.params))


def _persons(item: Mapping[str, Any], holders: Holders | None) -> dict[str, Collection[str] | None]:
    """Who holds the post of each role; None where nobody tells."""
    persons: dict[str, Collection[str] | None] = {}
    for role, post in _posts(item).items():
        persons[role] = holders(post) if holders else None
    return persons


def _whole_limits(item: Mapping[str, Any]) -> dict[str, int]:
    """The item's limits as far as they can be read, and whether silence grants."""
    limits = {}
    for name, value in _mapping(item.get("limits")).items():
        if isinstance(value, int):
            limits[name] = value
    unit = _units(item).get("promised_days")
    if "promised_days" in limits and unit == NATURAL:  # steps are limited in working days
        limits["promised_days"] = in_working_days(limits["promised_days"], unit)
    return limits


def _units(item: Mapping[str, Any]) -> Mapping[str, Any]:
    limits = _mapping(item.get("limits"))
    return _mapping(limits.get("units"))


def _limits(item: Mapping[str, Any]) -> Iterator[Fault]:
    limits = _mapping(item.get("limits"))
    promised: Any = limits.get("promised_days")
    statutory: Any = limits.get("statutory_days")
    if _is_whole(promised) and _is_whole(statutory) and promised > statutory:
        yield Fault("/limits/promised_days", "promise-above-law")
    units = _units(item)
    law = units.get("statutory_days", WORKING)
    for name in ("promised_days", "extension_days"):
        if units.get(name, WORKING) != law:
            yield Fault(f"/limits/units/{name}", "units-differ")
    yield from _warnings(limits)


DAYS_OF = {
    levels.ACCEPTANCE: "acceptance_days",
    levels.SUPPLEMENT: "supplement_days",
    levels.OWED: "supplement_days",
    levels.PROMISED: "promised_days",
    levels.STATUTORY: "statutory_days",
    levels.DELIVERY: "delivery_days",
}


def _warnings(limits: Mapping[str, Any]) -> Iterator[Fault]:
    """Levels that would come before the limit begins, or a graver one before a lighter."""
    for name, said in _mapping(limits.get("warnings")).items():
        own = {level: days for level, days in _mapping(said).items() if _is_whole(days)}
        if name not in levels.LEVELS:
            continue
        days = limits.get(DAYS_OF.get(name, ""))
        for level, left in own.items():
            if _is_whole(days) and left > days:
                yield Fault(f"/limits/warnings/{name}/{level}", "warning-before-limit")
        warned = levels.levels_of(name, {name: own})
        order = [warned[level] for level in levels.ORDER if level in warned]
        if order != sorted(order, reverse=True):
            yield Fault(f"/limits/warnings/{name}", "warnings-out-of-order")


def _materials(item: Mapping[str, Any]) -> Iterator[Fault]:
    """Materials that are asked for and that nobody can bring."""
    for place, each in enumerate(_list(item.get("materials"))):
        material = _mapping(each)
        at = f"/materials/{place}"
        if _is_unobtainable(material):
            yield Fault(f"{at}/obtainable_from", "material-unobtainable")
        if material.get("required") is True and material.get("waivable") is False:
            yield from _not_acceptable(material, at)


def _is_unobtainable(material: Mapping[str, Any]) -> bool:
    """Whether the government holds it, is asked for it, and nobody is named who has it."""
    is_asked = material.get("required") is True or "required_when" in material
    is_held = material.get("source") == "government"
    return is_asked and is_held and not material.get("obtainable_from")


def _not_acceptable(material: Mapping[str, Any], at: str) -> Iterator[Fault]:
    """A required material in no copy or of no kind of file can be handed in by nobody."""
    if material.get("copies") == 0:
        yield Fault(f"{at}/copies", "material-in-no-copy")
    if material.get("accepts") == []:
        yield Fault(f"{at}/accepts", "material-of-no-type")


def _labels(item: Mapping[str, Any]) -> Iterator[Fault]:
    """Fields and choices of the form that have no label in one of the two languages."""
    form = _mapping(item.get("form"))
    for name, body in _mapping(form.get("properties")).items():
        field = _mapping(body)
        at = f"/form/properties/{_pointed(name)}"
        for language, title in TITLES.items():
            if not _says_something(field.get(title)):
                yield Fault(
                    f"{at}/{title}",
                    "form-label-missing",
                    {"name": _short(name), "missing": language},
                )
        yield from _choices(field, name, at)
        yield from _choices(
            _mapping(field.get("items")),
            name,
            f"{at}/items",
        )


def _choices(field: Mapping[str, Any], name: str, at: str) -> Iterator[Fault]:
    titles = _mapping(field.get("x-enum-titles"))
    for choice in _list(field.get("enum")):
        if not isinstance(choice, str):
            continue
        title = _mapping(titles.get(choice))
        for language in LANGUAGES:
            if not _says_something(title.get(language)):
                yield Fault(
                    f"{at}/x-enum-titles/{_pointed(choice)}/{language}",
                    "form-choice-label-missing",
                    {"name": _short(name), "choice": _short(choice), "missing": language},
                )


def _vacant(item: Mapping[str, Any], holders: Holders) -> Iterator[Fault]:
    """Posts that act at no step (head, supervisor) are told of late cases: somebody must be there
    to hear it.
    """
    for role, post in _posts(item).items():
        if not holders(post):
            yield Fault(
                f"/posts/{role}",
                "item-post-vacant",
                {"role": role},
            )


def _schema(document: Any) -> Iterable[Fault]:
    try:
        schemas.check(schemas.named("item"), document)
    except Invalid as invalid:
        return invalid.faults
    return ()


def _is_said_better(fault: Fault, places: Collection[str]) -> bool:
    """Whether a rule has something against the same place; the schema also takes the other parts of
    a field without label for unknown.
    """
    if fault.field in places:
        return True
    field = fault.field.rpartition("/")[0] + "/"
    if fault.message != "unknown-field" or not field.startswith("/form/properties/"):
        return False
    return any(place.startswith(field) for place in places)


def _posts(item: Mapping[str, Any]) -> dict[str, str]:
    """Roles and posts as far as they can be read; only what can be a post's id is asked for."""
    posts: dict[str, str] = {}
    for role, post in _mapping(item.get("posts")).items():
        if _is_name(role) and _is_name(post) and len(posts) < MAX_POSTS:
            posts[role] = post
    return posts


def _mapping(value: Any) -> Mapping[str, Any]:
    if isinstance(value, Mapping):
        return value
    return {}


def _list(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    return []


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_name(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    return bool(_NAME.fullmatch(value))


def _says_something(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    return bool(value.strip())


def _short(name: str) -> str:
    return name[:MAX_NAME]


def _pointed(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
