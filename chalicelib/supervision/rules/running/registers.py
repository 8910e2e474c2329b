"""All cases on record, by the registers that gave them their numbers, the newest of each first."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from chalicelib import authority, casework
from chalicelib.kernel import stores
from chalicelib.kernel.values import dataclass

YEARS = 5  # how far back cases are looked at
Position = Mapping[str, Any]
"""Where a walk goes on: ``{"register", "serial"}``, downward from that serial on."""


@dataclass(frozen=True)
class Step:
    """A case of a walk, and where the walk goes on after it."""

    case: str
    filed_at: datetime
    position: Position


def streams(now: datetime, years: int = YEARS) -> list[str]:
    """The registers that there may be."""
    names = []
    for department in authority.departments():
        for year in range(now.year, now.year - years, -1):
            for channel in sorted(casework.CHANNELS.values()):
                names.append(f"register#{department}#{year}#{channel}")
    return sorted(names)


def walk(names: list[str], position: Position | None) -> Iterator[Step | Position]:
    """Each case from a position on; after each register the position alone, since to look into an
    empty one is work too.
    """
    start = position or {"register": "", "serial": 0}
    for name in names:
        if name < start["register"]:
            continue
        serial = int(start["serial"]) if name == start["register"] else _newest(name)
        while serial > 0:
            entry = stores.journal().get(name, serial)
            serial -= 1
            if entry:  # a gap is what a rule of its own finds
                case = entry.acts[0].data["case"]
                following = {
                    "register": name,
                    "serial": serial,
                }
                yield Step(case, entry.at, following)
        yield after(name)


def after(register: str) -> Position:
    """Where a walk goes on that is done with a register."""
    return {
        "register": f"{register}~",
        "serial": 0,
    }


def _newest(register: str) -> int:
    last = stores.journal().last(register)
    if last is None:
        return 0
    return last.seq
