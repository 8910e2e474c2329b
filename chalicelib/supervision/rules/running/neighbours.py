"""Small rows by which rules see other cases: who filed the same, what a window accepted, what was
decided by a post on a day. They hold hashes, ids and moments, and no personal data.

Each case has one row in each of these places: written again, it stays the same.
"""

import json
from collections.abc import Iterable
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
NEAR = 5  # working days before the end of a limit: the rule's threshold goes no further
NEVER = 10_000
ACCEPTED = ("CaseAccepted", "CaseAcceptedByDefault")
OVER = (*DECIDED, "CaseGrantedTacitly", "CaseWithdrawn", "CaseLapsed")


def lay(watched: Watched, calendar: WorkingCalendar) -> None:
    """Note what the entry means to other cases: that this one is accepted, or over."""
    if watched.acts(*ACCEPTED):
        _note_alike(watched, accepted_first=True)
        _note_accepted(watched)
    if watched.acts(*OVER):
        _note_alike(watched, accepted_first=False)
        _note_closed(watched, calendar)


def _note_alike(watched: Watched, accepted_first: bool) -> None:
    """First that it is accepted, then that it is over: in this order, whichever is noted first."""
    case = watched.case
    place = alike_to(case)
    if not place:
        return
    row = Row(
        place,
        case.id,
        version=1 if accepted_first else 2,
        data=_alike(case, _accepted_at(watched)),
    )
    is_noted = not accepted_first and stores.views().put(row, expect=1)
    if not is_noted:
        stores.views().put(row, expect=0)


def _note_accepted(watched: Watched) -> None:
    case, post = watched.case, accepting_post(watched)
    if not post or case.clocks.accepted_on is None:
        return
    place = f"{case.clocks.accepted_on.isoformat()}/{case.id}"
    row = Row(_accepted_by(post), place, version=1, data={"worked_on": False})
    stores.views().put(row, expect=0)


def _note_closed(watched: Watched, calendar: WorkingCalendar) -> None:
    """Only what was decided near the end of its limit is of interest."""
    decided = watched.entry
    left = days_left(watched.case, decided, calendar)
    if not decided.actor.post or left > NEAR:
        return
    data = {"at": clock.stamp(decided.at), "days_left": left}
    place = _closed_by(decided.actor.post, decided.at.date())
    row = Row(
        place,
        watched.case.id,
        version=1,
        data=data,
    )
    stores.views().put(row, expect=0)


def days_left(case: Case, decided: Entry, calendar: WorkingCalendar) -> int:
    """Working days that were left of the promised limit; many where none runs, or it was over."""
    if case.clocks.accepted_on is None:
        return NEVER
    promised, _ = casework.decision_terms(case, calendar)
    last, today = promised.last_day(calendar), decided.at.date()
    if today > last:
        return NEVER
    return calendar.working_days_between(today, last)


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
            if act.type in ACCEPTED:
                return entry.at
    return None


def _alike(case: Case, accepted_at: datetime | None) -> dict[str, str | None]:
    ended_at = case.clocks.decided_at or case.clocks.ended_at
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
        known = replace(row, version=2, data={"worked_on": True})
        stores.views().put(known, expect=1)
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
