"""The published calendar and the limits that are counted on it, in working or natural days."""

from chalicelib.deadlines import counting, levels
from chalicelib.deadlines.calendar import WorkingCalendar
from chalicelib.deadlines.counting import Run
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
    "Run",
    "Stop",
    "Term",
    "WorkingCalendar",
    "counting",
    "in_working_days",
    "levels",
]
