"""The pace of a case: steps that nobody can have examined in so little time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from operator import attrgetter

from chalicelib.casework import Case, Visit
from chalicelib.catalog.flows import OFFICE
from chalicelib.deadlines import WORKING
from chalicelib.supervision.rules.documents import Thresholds
from chalicelib.supervision.rules.watched import Facts, Hit, Watched

INSTANT_DAYS = 1  # what is promised within a working day is examined on the spot


def entered_together(watched: Watched, facts: Facts, thresholds: Thresholds) -> Hit | None:
    """Whether officers completed so many steps in a row within seconds. Branches of a joint review
    run side by side; what is promised on the spot is done on the spot.
    """
    case = watched.case
    if _is_instant(case):
        return None
    visits = _examined(case)
    size = thresholds["steps"]
    within = timedelta(seconds=thresholds["seconds"])
    for start in range(len(visits) - size + 1):
        run = visits[start : start + size]
        span = _closed(run[-1]) - _closed(run[0])
        if span <= within:
            entries = tuple(visit.answer for visit in run)
            seconds = int(span.total_seconds())
            return Hit(
                entries,
                {"steps": size, "seconds": seconds},
            )
    return None


def _is_instant(case: Case) -> bool:
    days = case.rules.limits.get("promised_days", 0)
    return days <= INSTANT_DAYS and case.rules.unit_of("promised_days") == WORKING


def _examined(case: Case) -> Sequence[Visit]:
    """What officers completed one after the other, each in an entry of its own."""
    visits = {}
    for visit in case.visits.values():
        step = case.step(visit)
        is_officers = step.language.actor == OFFICE and bool(visit.by and visit.post)
        if is_officers and visit.closed_at and not step.joint:
            visits[visit.answer] = visit
    return sorted(visits.values(), key=attrgetter("answer"))


def _closed(visit: Visit) -> datetime:
    assert visit.closed_at is not None, "only what is closed is looked at"
    return visit.closed_at
