"""Days and moments as clients write them: one form each, and years with which one can reckon.

A year near 1 or 9999 overflows as soon as a term or a time zone is added to it, so none comes
further than the door.
"""

import re
from datetime import date, datetime

FIRST_YEAR, LAST_YEAR = 1900, 2199
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = r"T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})"
_MOMENT = re.compile(_DAY.pattern + _TIME)


def is_day(text: str) -> bool:
    """Whether it is a day of these centuries, written ``YYYY-MM-DD``."""
    if not _DAY.fullmatch(text):
        return False
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return False
    return FIRST_YEAR <= day.year <= LAST_YEAR


def is_moment(text: str) -> bool:
    """Whether it is a moment of these centuries with its zone (RFC 3339); seconds may be absent."""
    if not _MOMENT.fullmatch(text):
        return False
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return False
    return FIRST_YEAR <= moment.year <= LAST_YEAR


def is_day_or_moment(text: str) -> bool:
    """Whether it is one of both."""
    return is_day(text) or is_moment(text)
