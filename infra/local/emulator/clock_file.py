"""The embedded stage's clock: a file with the seconds that official time is ahead."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

_CHANGES = "one of advance_seconds, advance_days, set, reset"
_DAY = 86_400


class ClockFile:
    """Reads and moves the offset; the functions read the same file, named by CLOCK_FILE."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.exists():
            self._write(0.0)

    def offset(self) -> float:
        """Seconds that official time is ahead of the system clock."""
        return float(self.path.read_text() or 0)

    def now(self) -> datetime:
        """Official time."""
        ahead = timedelta(seconds=self.offset())
        return datetime.now(UTC) + ahead

    def move(self, change: dict[str, object]) -> None:
        """Applies one change of the offset.

        It is {"advance_seconds": n}, {"advance_days": n}, {"set": RFC 3339 time with zone} or
        {"reset": true}; raises ValueError when it is none of these.
        """
        if len(change) != 1:
            raise ValueError(_CHANGES)
        kind, value = next(iter(change.items()))
        if kind == "advance_seconds":
            self._write(self.offset() + _number(value))
        elif kind == "advance_days":
            self._write(self.offset() + _number(value) * _DAY)
        elif kind == "set" and isinstance(value, str):
            self._write(_offset_at(value))
        elif kind == "reset" and value is True:
            self._write(0.0)
        else:
            raise ValueError(_CHANGES)

    def _write(self, offset: float) -> None:
        name = f"{self.path.name}.{os.getpid()}"
        aside = self.path.with_name(name)
        text = repr(round(offset, 3))
        aside.write_text(text)
        os.replace(aside, self.path)


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(_CHANGES)
    return value


def _offset_at(text: str) -> float:
    """The offset that makes it this moment now."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("set wants a time with its zone")
    ahead = moment - datetime.now(UTC)
    return ahead.total_seconds()
