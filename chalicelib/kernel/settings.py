"""The function's settings, read once from its environment; a missing one fails by its name."""

from collections.abc import Mapping
from functools import lru_cache
from os import environ
from typing import Any
from zoneinfo import ZoneInfo

MOVABLE_CLOCK_STAGE = "embedded"


class MissingSetting(RuntimeError):
    """An environment variable that this function needs is not set."""


class Settings:
    """Frozen view of the environment: ``settings().journal_table`` reads ``JOURNAL_TABLE``.

    Every function gets only the variables it needs, so absence is an error at first use, never a
    default.
    """

    __slots__ = ("_values",)
    _values: Mapping[str, str]

    _OPTIONAL: Mapping[str, str] = {
        "feed_shards": "4",
        "due_shards": "4",
        "mail_from": "",
        "sms_country_code": "",
        "clock_file": "",
    }

    def __init__(self, values: Mapping[str, str]) -> None:
        object.__setattr__(self, "_values", {k.lower(): v for k, v in values.items()})
        if self.clock_file and self.stage != MOVABLE_CLOCK_STAGE:
            raise RuntimeError(
                f"CLOCK_FILE is set on stage {self.stage!r}: only {MOVABLE_CLOCK_STAGE!r} may move time"
            )

    def __getattr__(self, name: str) -> str:
        value = self._values.get(name, self._OPTIONAL.get(name))
        if value is None:
            raise MissingSetting(f"environment variable {name.upper()} is not set")
        return str(value)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("settings are read once and never changed")

    def require(self, *names: str) -> None:
        """Fail now, by name, when one of these variables is missing, instead of at its first
        use.
        """
        for name in names:
            getattr(self, name)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which the stage's working days are counted."""
        return ZoneInfo(self.time_zone)


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process."""
    return Settings(environ)
