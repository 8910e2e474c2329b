"""The embedded stage's clock: a file that holds how many seconds official time is ahead of the system's."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path


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
        return datetime.fromtimestamp(datetime.now(UTC).timestamp() + self.offset(), UTC)

    def move(self, change: dict[str, object]) -> None:
        """Applies one change of the offset.

        It is {"advance_seconds": n}, {"advance_days": n}, {"set": RFC 3339 time with zone} or {"reset":
        true}; raises ValueError when it is none of these.
        """
        kind, value = next(iter(change.items())) if len(change) == 1 else ("", None)
        number = value if isinstance(value, int | float) and not isinstance(value, bool) else None
        if kind == "advance_seconds" and number is not None:
            self._write(self.offset() + number)
        elif kind == "advance_days" and number is not None:
            self._write(self.offset() + number * 86400)
        elif kind == "set" and isinstance(value, str):
            wanted = datetime.fromisoformat(value)
            if wanted.tzinfo is None:
                raise ValueError("set wants a time with its zone")
            self._write((wanted - datetime.now(UTC)).total_seconds())
        elif kind == "reset" and value is True:
            self._write(0.0)
        else:
            raise ValueError("one of advance_seconds, advance_days, set, reset")

    def _write(self, offset: float) -> None:
        aside = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        aside.write_text(repr(round(offset, 3)))
        os.replace(aside, self.path)
