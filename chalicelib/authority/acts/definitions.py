"""What a register says of one of its things over time: what is in force is the last definition that
has begun.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.authority.acts import declared, periods
from chalicelib.authority.acts.periods import Span
from chalicelib.kernel.acts import public, to_act
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.values import dataclass

ORGANIZATION, POST, SERVICE_POINT = "organization", "post", "service_point"


@dataclass(frozen=True)
class Definition:
    """The facts of a thing from ``starts`` until just before ``ends``, or until something else is
    said of it.
    """

    facts: Mapping[str, Any]
    starts: datetime
    ends: datetime | None = None

    @property
    def span(self) -> Span:
        """The period for which it was made."""
        return self.starts, self.ends


@dataclass(frozen=True)
class Thing:
    """A thing of a register: all that was ever said of it, in the order of the record."""

    register: str
    id: str
    definitions: tuple[Definition, ...] = ()


class _Defined:
    """What the three acts that define have in common."""

    starts: datetime | None
    ends: datetime | None

    def apply(self, thing: Thing, entry: Entry) -> Thing:
        """One definition more, from the act on where no beginning is named."""
        facts = dict(to_act(self).data)
        for name in (thing.register, "from", "until"):
            facts.pop(name, None)
        definition = Definition(
            facts,
            self.starts or entry.at,
            self.ends,
        )
        return replace(thing, definitions=(*thing.definitions, definition))


@dataclass(frozen=True)
class OrganizationDefined(_Defined):
    """What an organization is; ``name`` is ``{zh, en}``."""

    organization: str
    name: Mapping[str, str]
    level: str
    parent: str = ""
    uscc: str = ""
    phone: str = ""
    starts: datetime | None = public(default=None, key="from")
    ends: datetime | None = public(default=None, key="until")


@dataclass(frozen=True)
class PostDefined(_Defined):
    """What a post is; ``title`` is ``{zh, en}``."""

    post: str
    title: Mapping[str, str]
    department: str
    roles: tuple[str, ...]
    service_point: str = ""
    starts: datetime | None = public(default=None, key="from")
    ends: datetime | None = public(default=None, key="until")


@dataclass(frozen=True)
class ServicePointDefined(_Defined):
    """What a service point is; ``name``, ``address`` and ``hours`` are ``{zh, en}``."""

    service_point: str
    name: Mapping[str, str]
    organization: str
    items: tuple[str, ...]
    address: Mapping[str, str] = public(default={})
    hours: Mapping[str, str] = public(default={})
    phone: str = ""
    starts: datetime | None = public(default=None, key="from")
    ends: datetime | None = public(default=None, key="until")


Defined = OrganizationDefined | PostDefined | ServicePointDefined
REGISTERS: Mapping[str, type[Defined]] = {
    ORGANIZATION: OrganizationDefined,
    POST: PostDefined,
    SERVICE_POINT: ServicePointDefined,
}
"""Each register's act; in it, the thing's id is called like the register."""

ACTS = declared.declared(OrganizationDefined, PostDefined, ServicePointDefined)


def stream_of(register: str, thing: str) -> str:
    """The stream of a thing of a register."""
    prefix = register.replace("_", "-")
    return f"{prefix}#{thing}"


def fold(stream: str, entries: Iterable[Entry]) -> Thing:
    """The thing whose stream it is."""
    prefix, _, name = stream.partition("#")
    register = prefix.replace("-", "_")
    thing = Thing(register, name)
    return declared.fold(thing, entries, ACTS)


@dataclass(frozen=True)
class Define:
    """Something is to be said of a thing; ``is_listed``: whether its register knows it already."""

    definition: Definition
    is_listed: bool


def decide(thing: Thing, command: Define) -> Defined | None:
    """Define a thing, or define it anew; no act where the register says so already."""
    wanted = command.definition
    if command.is_listed and thing.definitions and _says_so(thing.definitions[-1], wanted):
        return None
    payload: Callable[..., Defined] = REGISTERS[thing.register]
    named = {thing.register: thing.id}
    return payload(
        **named,
        **wanted.facts,
        starts=wanted.starts,
        ends=wanted.ends,
    )


def _says_so(last: Definition, wanted: Definition) -> bool:
    if last.facts != wanted.facts or last.ends != wanted.ends:
        return False
    return last.starts <= wanted.starts


def in_force(definitions: Sequence[Definition], at: datetime) -> Definition | None:
    """What holds at a moment; None before the first definition and after an end."""
    begun = [definition for definition in definitions if definition.starts <= at]
    if not begun or not periods.holds(begun[-1].span, at):
        return None
    return begun[-1]


def still_needed(definitions: Sequence[Definition], now: datetime) -> tuple[Definition, ...]:
    """Those that hold now or may come to."""
    first = 0
    for place, definition in enumerate(definitions):
        if definition.starts <= now:
            first = place
    return tuple(definitions[first:])


def periods_in_force(definitions: Sequence[Definition]) -> Iterator[Definition]:
    """Each definition for the time in which it is in force: until something else is said."""
    for place, definition in enumerate(definitions):
        ends = [later.starts for later in definitions[place + 1 :]]
        if definition.ends:
            ends.append(definition.ends)
        last = min(ends, default=None)
        if last is None or definition.starts < last:
            yield replace(definition, ends=last)
