"""The account of a case's term as pages show it: the same numbers for everybody, the words of a
stop or an extension for those whom its schema names.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from chalicelib import authority, catalog
from chalicelib.casework.acts import Case
from chalicelib.casework.acts.term_account import LimitLine, StopLine, term_account
from chalicelib.casework.acts.values import Extension, MovedLimit, Recount
from chalicelib.casework.use_cases.repository import calendar
from chalicelib.deadlines import Run


def term(case: Case, now: datetime) -> dict[str, Any]:
    """Every limit of the case as of ``now`` (``schemas/term.schema.json``)."""
    account = term_account(case, calendar(), now)
    bases = _bases(case)
    return {
        "number": case.number,
        "on": account.on.isoformat(),
        "calendar": account.calendar,
        "provisional": account.is_provisional,
        "limits": [_limit(case, line, bases) for line in account.limits],
        "extension": _extension(account.extension),
        "recounts": [_recount(recount) for recount in account.recounts],
    }


def _bases(case: Case) -> Mapping[str, Any]:
    """On which words of the law each limit rests, where the item says so."""
    item = catalog.version(case.item, case.item_version)
    return item["limits"].get("bases") or {}


def _limit(case: Case, line: LimitLine, bases: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "limit": line.name,
        "clock": line.clock,
        "step": line.step or None,
        "title": _title(case, line),
        "basis": bases.get(line.name),
        "unit": line.unit,
        "granted": line.granted,
        "extended": line.extended,
        "starts_on": line.starts_on.isoformat(),
        "counted": [_run(run) for run in line.counted],
        "spent": line.spent,
        "stopped": line.stopped,
        "left": line.left,
        "stops": [_stop(stop) for stop in line.stops],
        "due_on": line.due_on.isoformat(),
        "ended_on": _day(line.ended_on),
        "state": line.state,
        "provisional": line.provisional,
        "offices": [authority.post_of(post) for post in line.posts],
    }


def _title(case: Case, line: LimitLine) -> Mapping[str, str] | None:
    """What the step of a limit is called."""
    for visit in case.visits.values():
        if visit.step == line.step:
            return case.step(visit).title
    return None


def _run(run: Run) -> dict[str, Any]:
    return {
        "from": run.begins_on.isoformat(),
        "to": run.ends_on.isoformat(),
        "days": run.days,
    }


def _stop(stop: StopLine) -> dict[str, Any]:
    return {
        "kind": stop.kind,
        "begun_on": stop.begun_on.isoformat(),
        "ended_on": _day(stop.ended_on),
        "applied_for": stop.days,
        "taken": stop.taken,
        "subtracted": stop.subtracted,
        "overrun": stop.has_overrun,
        "ordered_by": authority.post_of(stop.ordered_by) if stop.ordered_by else None,
        "ground": stop.ground or None,
        "evidence": stop.evidence or None,
    }


def _extension(extension: Extension | None) -> dict[str, Any] | None:
    if extension is None:
        return None
    answered_by = extension.answered_by
    return {
        "days": extension.days,
        "status": extension.status,
        "answered_on": _day(extension.answered_on),
        "answered_by": authority.post_of(answered_by) if answered_by else None,
        "reasons": list(extension.reasons),
    }


def _recount(recount: Recount) -> dict[str, Any]:
    return {
        "on": recount.on.isoformat(),
        "cause": recount.cause,
        "named": list(recount.named),
        "moved": [_moved(limit) for limit in recount.moved],
    }


def _moved(limit: MovedLimit) -> dict[str, Any]:
    return {
        "clock": limit.clock,
        "limit": limit.limit,
        "was": limit.was.isoformat(),
        "due": limit.due.isoformat(),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
