"""The published calendar and the limits that are counted on it, in working or natural days."""

from chalicelib.deadlines.calendar import WorkingCalendar
from chalicelib.deadlines.terms import (
    NATURAL,
    UNIT_NAMES,
    WORKING,
    Due,
    Stop,
    Term,
    in_working_days,
)

__all__ = [
    "NATURAL",
    "UNIT_NAMES",
    "WORKING",
    "Due",
    "Stop",
    "Term",
    "WorkingCalendar",
    "in_working_days",
]
