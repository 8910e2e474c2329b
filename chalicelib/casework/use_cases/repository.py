"""Finding and reading cases: by their public number, and by their id."""

import re
from datetime import date

from chalicelib import authority
from chalicelib.casework.acts import Case, fold
from chalicelib.deadlines import WorkingCalendar
from chalicelib.kernel import cache, stores
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.settings import settings

_NUMBER = re.compile(r"([A-Z0-9]{1,10}-[0-9]{4}-[A-Z])-([0-9]{6,9})")
_ID = re.compile(r"[a-z0-9]{1,40}")
_NOWHERE = "none"
KEPT_SECONDS = 30  # a day off is set a day ahead
_days_off: cache.Memory[str, frozenset[date]] = cache.Memory(1)


def calendar() -> WorkingCalendar:
    """The stage's working calendar, with the city's own days off as they were last read."""
    days_off = _days_off.get("city") or frozenset()
    return _calendar(days_off)


@cache.remembered(max_size=2)
def _calendar(days_off: frozenset[date]) -> WorkingCalendar:
    return WorkingCalendar(settings().zone, days_off)


def read_calendar() -> WorkingCalendar:
    """Likewise, with the days off as they are, or were less than half a minute ago."""
    _days_off.keep("city", _read_days_off())
    return calendar()


@cache.remembered(seconds=KEPT_SECONDS)
def _read_days_off() -> frozenset[date]:
    return authority.days_off()


def forget_calendar() -> None:
    """Read the days off anew when they are next asked for."""
    _read_days_off.cache_clear()  # type: ignore[attr-defined]


def stream_of(case_id: str) -> str:
    """The stream of a case."""
    return f"case#{case_id}"


def find(number: str) -> str:
    """The case id behind a public number, by the register that gave it. Raises NotFound.

    An unknown number costs the same reads as a known one whose case is not the caller's.
    """
    register, serial = place_in_register(number)
    entry = stores.journal().get(register, serial)
    if entry is None or entry.acts[0].data["number"] != number:
        stores.journal().read(stream_of(_NOWHERE))
        raise NotFound
    return str(entry.acts[0].data["case"])


def place_in_register(number: str) -> tuple[str, int]:
    """The register's stream and the serial of a number; of what is none, a place where nothing
    stands.
    """
    parts = _NUMBER.fullmatch(number)
    if parts is None:
        return f"register#{_NOWHERE}", 1
    register = parts[1].replace("-", "#")
    return f"register#{register}", max(int(parts[2]), 1)


def load(case_id: str) -> tuple[Case, list[Entry]]:
    """The case and its entries, read consistently. Raises NotFound."""
    entries = read(case_id)
    return fold(entries), entries


def read(case_id: str) -> list[Entry]:
    """A case's entries, read consistently, and the calendar by which its limits run. Raises
    NotFound.
    """
    check_id(case_id)
    read_calendar()
    return entries_of(case_id)


def entries_of(case_id: str) -> list[Entry]:
    """The entries alone, for who asks for no limit. Raises NotFound."""
    check_id(case_id)
    entries = stores.journal().read(stream_of(case_id))
    if not entries:
        raise NotFound
    return entries


def check_id(case_id: str) -> None:
    """Raises NotFound for what cannot be a case's id."""
    if not _ID.fullmatch(case_id):
        raise NotFound
