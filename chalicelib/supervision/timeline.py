"""A case as supervision reads it: every entry in its order, and every clock with what it has
brought and what it will bring next.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from chalicelib import casework
from chalicelib.casework import Case
from chalicelib.deadlines import Term, WorkingCalendar
from chalicelib.kernel import clock
from chalicelib.kernel.journal import Entry
from chalicelib.supervision.matters import lists, pages, use_cases
from chalicelib.supervision.statistics import days_used


def of_case(case: Case, entries: Iterable[Entry], now: datetime) -> dict[str, Any]:
    """Acts by their types and posts, without what they say in private."""
    calendar = casework.read_calendar()
    return {
        "number": case.number,
        "status": case.status,
        "entries": [_entry(entry) for entry in entries],
        "clocks": _decision_clocks(case, now, calendar),
        "visits": [
            _visit(
                case,
                visit,
                now,
                calendar,
            )
            for visit in case.visits.values()
        ],
        "warnings": [_warning(entry, act.data) for entry, act in _warnings(entries)],
        "coming": [_moment(moment) for moment in casework.moments(case, calendar)],
        "matters": [pages.full(use_cases.find(matter)) for matter in lists.of_case(case.id)],
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "seq": entry.seq,
        "at": clock.stamp(entry.at),
        "post": entry.actor.post or None,
        "acts": [act.type for act in entry.acts],
    }


def _decision_clocks(case: Case, now: datetime, calendar: WorkingCalendar) -> list[dict[str, Any]]:
    """The clocks of the decision, from acceptance on."""
    if case.clocks.accepted_on is None:
        return []
    promised, statutory = casework.decision_terms(case, calendar)
    return [
        _clock("promised", promised, case, now, calendar),
        _clock("statutory", statutory, case, now, calendar),
    ]


def _clock(
    name: str,
    term: Term,
    case: Case,
    now: datetime,
    calendar: WorkingCalendar,
) -> dict[str, Any]:
    until = (case.clocks.decided_at or case.clocks.ended_at or now).date()
    is_stopped = any(stop.begun_on < until <= stop.last_day(calendar, until) for stop in term.stops)
    state = "stopped" if is_stopped else "running"
    if case.clocks.decided_at or case.clocks.ended_at:
        state = "ended"
    return {
        "clock": name,
        "begun_on": term.starts_on.isoformat(),
        "days": term.days,
        "unit": term.unit,
        "used": days_used.between(
            term.starts_on,
            until,
            term.stops,
            calendar,
        ),
        "last_day": term.last_day(calendar).isoformat(),
        "state": state,
    }


def _visit(
    case: Case, visit: casework.Visit, now: datetime, calendar: WorkingCalendar
) -> dict[str, Any]:
    closed_at = visit.closed_at
    until = (closed_at or now).date()
    return {
        "step": visit.step,
        "post": case.post_of(visit) or None,
        "opened_at": clock.stamp(visit.opened_at),
        "closed_at": clock.stamp(closed_at) if closed_at else None,
        "outcome": visit.outcome or None,
        "days": days_used.of_visit(case, visit, until, calendar),
    }


def _warnings(entries: Iterable[Entry]) -> list[tuple[Entry, Any]]:
    found = []
    for entry in entries:
        for act in entry.acts:
            if act.type == "WarningRaised":
                found.append((entry, act))
    return found


def _warning(entry: Entry, data: Any) -> dict[str, Any]:
    return {
        "at": clock.stamp(entry.at),
        "clock": data["clock"],
        "level": data["level"],
        "due": data["due"],
    }


def _moment(moment: Any) -> dict[str, Any]:
    return {
        "at": clock.stamp(moment.at),
        "clock": moment.clock,
        "level": moment.level,
        "due": moment.due.isoformat(),
    }
