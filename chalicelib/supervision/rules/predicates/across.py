"""What only other cases, registers and certificates show."""

from datetime import datetime, timedelta

from chalicelib.supervision.rules.documents import Thresholds
from chalicelib.supervision.rules.watched import DECIDED, Alike, Facts, Hit, Registered, Watched

REFUSED = ("refused", "not_accepted")


def accepted_twice(watched: Watched, facts: Facts, thresholds: Thresholds) -> Hit | None:
    """Whether the same was accepted elsewhere, not so many days ago, and is still open. A case
    about an earlier one is another matter.
    """
    if watched.case.submission.about:
        return None
    now = watched.entry.at
    since = now - timedelta(days=thresholds["days"])
    for other in facts.alike:
        if other.accepted_at is None or not since <= other.accepted_at <= now:
            continue
        if other.ended_at is None or other.ended_at > now:
            return _beside(watched, other)
    return None


def accepted_after_refusal(watched: Watched, facts: Facts, thresholds: Thresholds) -> Hit | None:
    """Whether the same was refused, or not accepted, not so many days before it was filed again."""
    if watched.case.submission.about:
        return None
    filed = watched.case.clocks.filed_at
    since = filed - timedelta(days=thresholds["days"])
    for other in facts.alike:
        if other.status in REFUSED and other.ended_at and since <= other.ended_at <= filed:
            return _beside(watched, other)
    return None


def _beside(watched: Watched, other: Alike) -> Hit:
    why = {
        "other": other.number,
        "department": other.department,
    }
    return Hit(
        (watched.entry.seq,),
        why,
    )


def window_never_reviews(watched: Watched, facts: Facts, thresholds: Thresholds) -> Hit | None:
    """Whether of the cases that the window accepted some working days ago, and so many at least,
    nobody has worked on any. One finding a month.
    """
    today = watched.entry.at.date()
    waiting = []
    for other in facts.accepted:
        if facts.calendar.working_days_between(other.on, today) >= thresholds["days"]:
            waiting.append(other)
    is_reviewed = any(other.is_worked_on for other in waiting)
    if is_reviewed or len(waiting) < thresholds["cases"]:
        return None
    post = accepting_post(watched)
    return Hit(
        (watched.entry.seq,),
        {"post": post, "cases": len(waiting)},
        key=f"{post}/{today:%Y-%m}",
    )


def accepting_post(watched: Watched) -> str:
    """The post that accepted the case; empty where time did, or nobody has."""
    for visit in watched.case.visits.values():
        step = watched.case.step(visit)
        if step.kind == "accept" and visit.outcome == "accept":
            return visit.post
    return ""


def bulk_closed(watched: Watched, facts: Facts, thresholds: Thresholds) -> Hit | None:
    """Whether a post decided so many cases within minutes, each with hardly a day of its limit
    left. One finding a day.
    """
    now = watched.entry.at
    since = now - timedelta(minutes=thresholds["minutes"])
    closed = 0
    for other in facts.closed:
        if since <= other.at <= now and other.days_left <= thresholds["days"]:
            closed += 1
    if closed < thresholds["cases"]:
        return None
    post = watched.entry.actor.post
    return Hit(
        (watched.entry.seq,),
        {"post": post, "cases": closed},
        key=f"{post}/{now.date().isoformat()}",
    )


def serial_broken(watched: Watched, facts: Facts, thresholds: Thresholds) -> Hit | None:
    """Whether the register does not give the case its number, or lacks the one before it."""
    serial = facts.serial
    if serial is None or (serial.is_of_case and serial.follows):
        return None
    fault = "gap" if serial.is_of_case else "double"
    return Hit(
        (watched.entry.seq,),
        {"fault": fault},
    )


def certificate_first(watched: Watched, facts: Facts, thresholds: Thresholds) -> Hit | None:
    """Whether the certificate was registered so many minutes before the decision that grants it."""
    decided, certified = watched.case.clocks.decided_at, facts.certified_at
    if decided is None or certified is None:
        return None
    minutes = _minutes(certified, decided)
    if minutes < thresholds["minutes"]:
        return None
    seq = watched.seq_of(*DECIDED, "CaseGrantedTacitly")
    return Hit(
        (seq,),
        {"minutes": minutes},
    )


def _minutes(start: datetime, end: datetime) -> int:
    return int((end - start).total_seconds() // 60)


def certificate_unfounded(
    registered: Registered, facts: Facts, thresholds: Thresholds
) -> Hit | None:
    """Whether no case stands behind a certificate, or one that was never decided for its party."""
    case = registered.case
    status = case.status if case else "none"
    is_decided = case is not None and case.clocks.decided_at is not None
    if is_decided and status not in REFUSED:
        return None
    why = {
        "certificate": registered.certificate,
        "case": status,
    }
    return Hit(
        (),
        why,
        key=registered.certificate,
    )
