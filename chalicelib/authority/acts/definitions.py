"""What a register says of one of its things over time: what is in force is the last definition that
has begun.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.authority.acts import periods
from chalicelib.authority.acts.periods import Span
from chalicelib.kernel.journal import Act, Entry

# Register: the act that defines, the stream's prefix, and the name under which the act has the
# thing's id.
REGISTERS = {
    "organization": ("OrganizationDefined", "organization", "organization"),
    "post": ("PostDefined", "post", "post"),
    "service_point": ("ServicePointDefined", "service-point", "service_point"),
}
_OF_PERIOD = ("from", "until")


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


def in_force(definitions: Sequence[Definition], at: datetime) -> Definition | None:
    """What holds at a moment; None before the first definition and after an end."""
    begun = [definition for definition in definitions if definition.starts <= at]
    return begun[-1] if begun and periods.holds(begun[-1].span, at) else None


def still_needed(definitions: Sequence[Definition], now: datetime) -> tuple[Definition, ...]:
    """Those that hold now or may come to."""
    begun = [place for place, definition in enumerate(definitions) if definition.starts <= now]
    return tuple(definitions[begun[-1] if begun else 0 :])


def decide(
    register: str, thing: str, known: Sequence[Definition], wanted: Definition
) -> tuple[Act, ...]:
    """Define a thing, or define it anew; no act where the register says so already."""
    if (
        known
        and (known[-1].facts, known[-1].ends) == (wanted.facts, wanted.ends)
        and known[-1].starts <= wanted.starts
    ):
        return ()
    kind, _, name = REGISTERS[register]
    return (Act(kind, {name: thing, **wanted.facts, **periods.told(wanted.span)}),)


def fold(register: str, entries: Iterable[Entry]) -> tuple[Definition, ...]:
    """All that was ever said of a thing, in the order of the record."""
    kind, _, name = REGISTERS[register]
    return tuple(
        _read(act, name, entry) for entry in entries for act in entry.acts if act.type == kind
    )


def _read(act: Act, name: str, entry: Entry) -> Definition:
    facts = {key: value for key, value in act.data.items() if key not in (name, *_OF_PERIOD)}
    return Definition(facts, *periods.read(act.data, entry.at))
