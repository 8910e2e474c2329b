"""Working time: the published calendar and the limits that are counted on it."""

from chalicelib.deadlines.calendar import WorkingCalendar
from chalicelib.deadlines.terms import Due, Stop, Term

__all__ = ["Due", "Stop", "Term", "WorkingCalendar"]
