"""The embedded stage's clock: a file with the seconds that official time is ahead."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

_CHANGES = "one of advance_seconds, advance_days, set, reset"
_DAY = 86_400


class ActsAhead(Exception):
    """Acts of a later time than the one asked for are on record."""

    def __init__(self, last_act: datetime) -> None:
        super().__init__(
            f"acts are on record until {last_act.isoformat()}: certificates and numbers given out "
            'until then stay as they are. To go back all the same, ask again with "anyway": true'
        )
        self.last_act = last_act


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

    def move(self, change: dict[str, object], last_act: datetime | None = None) -> None:
        """Applies one change of the offset.

        It is {"advance_seconds": n}, {"advance_days": n}, {"set": RFC 3339 time with zone} or
        {"reset": true}; raises ValueError when it is none of these, and ActsAhead when it leads to
        before ``last_act`` without {"anyway": true} beside it.
        """
        asked = dict(change)
        is_meant = asked.pop("anyway", False) is True
        if len(asked) != 1:
            raise ValueError(_CHANGES)
        offset = self._moved(*asked.popitem())
        moment = datetime.now(UTC) + timedelta(seconds=offset)
        if last_act and moment < last_act and offset < self.offset() and not is_meant:
            raise ActsAhead(last_act)
        self._write(offset)

    def _moved(self, kind: str, value: object) -> float:
        """The offset that a change asks for."""
        if kind == "advance_seconds":
            return self.offset() + _number(value)
        if kind == "advance_days":
            return self.offset() + _number(value) * _DAY
        if kind == "set" and isinstance(value, str):
            return _offset_at(value)
        if kind == "reset" and value is True:
            return 0.0
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
