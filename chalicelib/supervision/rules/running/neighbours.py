"""Small rows by which rules see other cases: who filed the same, what a window accepted, what was
decided by a post on a day. They hold hashes, ids and moments, and no personal data.

Each case has one row in each of these places, whose version is the entry that it shows: written
again, it stays the same.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from chalicelib import casework, catalog
from chalicelib.casework import Case
from chalicelib.deadlines import WorkingCalendar
from chalicelib.kernel import clock, ids, stores
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.views import Row
from chalicelib.supervision.rules.predicates.across import accepting_post
from chalicelib.supervision.rules.watched import DECIDED, Accepted, Alike, Closed, Watched

BASE_CODE = 19  # where the code of the power begins in an item's code, whichever organ holds it
LOOKED_AT_MOST = 100  # neighbours, the newest
LOADED_MOST = 20  # cases that are read to see whether anybody works on them
NEVER = 10_000


def lay(watched: Watched, calendar: WorkingCalendar) -> None:
    """Bring the case's rows up to date."""
    for row in _rows(watched, calendar):
        shown = stores.views().get(*row.key)
        version = shown.version if shown else 0
        if version < row.version:
            stores.views().put(row, expect=version)


def _rows(watched: Watched, calendar: WorkingCalendar) -> Iterator[Row]:
    case = watched.case
    place = alike_to(case)
    if place:
        yield Row(place, case.id, version=case.seq, data=_alike(case, _accepted_at(watched)))
    post = accepting_post(watched)
    if post and case.clocks.accepted_on:
        at = case.clocks.accepted_on.isoformat()
        data = {"case": case.id, "worked_on": _is_worked_on(case)}
        yield Row(_accepted_by(post), f"{at}/{case.id}", version=case.seq, data=data)
    yield from _closed_row(watched, calendar)


def _closed_row(watched: Watched, calendar: WorkingCalendar) -> Iterator[Row]:
    decided = _decision(watched.entries)
    if decided is None or not decided.actor.post:
        return
    data = {"at": clock.stamp(decided.at), "days_left": _days_left(watched.case, decided, calendar)}
    place = _closed_by(decided.actor.post, decided.at.date())
    yield Row(place, watched.case.id, version=watched.case.seq, data=data)


def _decision(entries: Sequence[Entry]) -> Entry | None:
    for entry in entries:
        if any(act.type in DECIDED for act in entry.acts):
            return entry
    return None


def _days_left(case: Case, decided: Entry, calendar: WorkingCalendar) -> int:
    """Working days that were left of the promised limit; many where none runs, or it was over."""
    if case.clocks.accepted_on is None:
        return NEVER
    promised, _ = casework.decision_terms(case, calendar)
    last, today = promised.last_day(calendar), decided.at.date()
    return calendar.working_days_between(today, last) if today <= last else NEVER


def alike_to(case: Case) -> str:
    """The place of all cases of the same applicant, for the same power, with the same content;
    empty where nobody knows the applicant, or what was said is forgotten.
    """
    applicant = case.participants.applicant
    if not applicant or case.is_forgotten or case.is_ex_officio:
        return ""
    code = catalog.version(case.item, case.item_version)["code"]
    form = json.dumps(case.submission.form, sort_keys=True)
    return f"alike#{ids.digest('alike', applicant, code[BASE_CODE:], form)}"


def _accepted_at(watched: Watched) -> datetime | None:
    for entry in watched.entries:
        for act in entry.acts:
            if act.type in ("CaseAccepted", "CaseAcceptedByDefault"):
                return entry.at
    return None


def _alike(case: Case, accepted_at: datetime | None) -> dict[str, str | None]:
    ended_at = case.clocks.ended_at
    return {
        "number": case.number,
        "department": case.authority,
        "filed_at": clock.stamp(case.clocks.filed_at),
        "accepted_at": clock.stamp(accepted_at) if accepted_at else None,
        "ended_at": clock.stamp(ended_at) if ended_at else None,
        "status": case.status,
    }


def alike(case: Case) -> tuple[Alike, ...]:
    """The other cases that are like this one."""
    place = alike_to(case)
    if not place:
        return ()
    others = []
    for row in _newest(place):
        if row.sk != case.id:
            others.append(_read_alike(row))
    return tuple(others)


def _read_alike(row: Row) -> Alike:
    data = row.data
    return Alike(
        row.sk,
        data["number"],
        data["department"],
        clock.parse(data["filed_at"]),
        _moment(data["accepted_at"]),
        _moment(data["ended_at"]),
        data["status"],
    )


def _moment(text: str | None) -> datetime | None:
    return clock.parse(text) if text else None


def _newest(place: str) -> Iterable[Row]:
    return stores.views().newest(place, limit=LOOKED_AT_MOST).rows


def _accepted_by(post: str) -> str:
    return f"accepted#{post}"


def _is_worked_on(case: Case) -> bool:
    """Whether any step after acceptance is done, or the case is over."""
    if case.clocks.ended_at:
        return True
    for visit in case.visits.values():
        kind = case.step(visit).kind
        if visit.closed_at and kind not in ("accept", "supplement"):
            return True
    return False


def accepted(post: str, before: date) -> tuple[Accepted, ...]:
    """What a window accepted before a day, the newest of it. Of those that no event has told of,
    some are read.
    """
    found = []
    loads = 0
    for row in _newest(_accepted_by(post)) if post else ():
        on, _, case_id = row.sk.partition("/")
        if on >= before.isoformat():
            continue
        is_worked_on = bool(row.data["worked_on"])
        if not is_worked_on and loads < LOADED_MOST:
            loads += 1
            is_worked_on = _looked_at(row, case_id)
        found.append(Accepted(case_id, date.fromisoformat(on), is_worked_on))
        if is_worked_on:
            break  # the window's cases are reviewed: that is all there is to know
    return tuple(found)


def _looked_at(row: Row, case_id: str) -> bool:
    case, _ = casework.load(case_id)
    is_worked_on = _is_worked_on(case)
    if is_worked_on:
        known = replace(row, version=case.seq, data={**row.data, "worked_on": True})
        stores.views().put(known, expect=row.version)
    return is_worked_on


def _closed_by(post: str, day: date) -> str:
    return f"closed#{post}#{day.isoformat()}"


def closed(post: str, day: date) -> tuple[Closed, ...]:
    """What a post decided on a day."""
    found = []
    for row in stores.views().partition(_closed_by(post, day)) if post else ():
        days_left = int(row.data["days_left"])
        found.append(Closed(row.sk, clock.parse(row.data["at"]), days_left))
    return tuple(found)
