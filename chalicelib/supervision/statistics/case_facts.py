"""What one entry of a case adds to the counters; pure, so that it can be counted anew."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from chalicelib.casework import Case, Visit, decision_terms
from chalicelib.catalog.flows import OFFICE
from chalicelib.deadlines import WorkingCalendar
from chalicelib.kernel.journal import Act, Entry
from chalicelib.kernel.values import dataclass
from chalicelib.supervision.statistics import counts, days_used, histograms
from chalicelib.supervision.statistics.counts import Count, Subject

NAMES: Mapping[str, tuple[str, ...]] = {
    "CaseFiled": (counts.FILED,),
    "CaseAccepted": (counts.ACCEPTED,),
    "CaseAcceptedByDefault": (counts.ACCEPTED, counts.BY_DEFAULT),
    "CaseNotAccepted": (counts.NOT_ACCEPTED,),
    "CaseGranted": (counts.GRANTED,),
    "CaseGrantedTacitly": (counts.GRANTED, counts.TACITLY),
    "CaseRefused": (counts.REFUSED,),
    "CaseOrdered": (counts.ORDERED,),
    "CaseDropped": (counts.DROPPED,),
    "CaseWithdrawn": (counts.WITHDRAWN,),
    "CaseLapsed": (counts.LAPSED,),
    "DecisionRevoked": (counts.REVOKED,),
    "SupplementRequested": (counts.SUPPLEMENTS,),
}
DECIDING = frozenset(
    {"CaseGranted", "CaseGrantedTacitly", "CaseRefused", "CaseOrdered", "CaseDropped"}
)
RETURN = "return"


@dataclass(frozen=True)
class Step:
    """A case before and after one of its entries; ``point`` is the service point that filed it."""

    before: Case | None
    after: Case
    entry: Entry
    point: str = ""

    @property
    def day(self) -> date:
        """The day of the entry, in official time."""
        return self.entry.at.date()

    @property
    def subject(self) -> Subject:
        """Where what concerns the whole case is counted."""
        case = self.after
        return Subject(
            self.day,
            case.authority,
            case.item,
            point=self.point,
        )


def point_of(first: Entry) -> str:
    """The service point that filed a case, by its first entry; empty where none did."""
    for act in first.acts:
        if act.type == "WindowAssisted":
            return str(act.data["service_point"])
    return ""


def of_entry(step: Step, calendar: WorkingCalendar, listed_on: date | None) -> list[Count]:
    """All that the entry adds; ``listed_on`` is since when the case was listed as at risk."""
    found: list[Count] = []
    for act in step.entry.acts:
        found += _of_act(step, act)
        if act.type in DECIDING:
            found += _of_decision(
                step,
                calendar,
                listed_on,
            )
    for visit in _opened(step):
        found += _of_opened(step, visit)
    for visit in _closed(step):
        found += _of_closed(step, visit, calendar)
    return found


def _of_act(step: Step, act: Act) -> Iterator[Count]:
    for name in NAMES.get(act.type, ()):
        yield from step.subject.counted(name)
    if act.type == "TaskCompleted" and act.data["outcome"] == RETURN:
        yield from step.subject.counted(counts.RETURNS)
    if act.type == "WarningRaised":
        yield from step.subject.counted(act.data["level"])
        for post in act.data["posts"]:
            yield from _at_post(
                step,
                post,
                act.data["level"],
            )


def _at_post(step: Step, post: str, name: str) -> Iterator[Count]:
    """A count at a post alone: the case as a whole is counted elsewhere."""
    where = counts.place(
        step.after.authority,
        post,
    )
    for list_name in (
        counts.of_day(step.day, counts.POST),
        counts.of_month(step.day, counts.POST),
    ):
        yield Count((list_name, where), name)


def _of_decision(step: Step, calendar: WorkingCalendar, listed_on: date | None) -> Iterator[Count]:
    """Whether it came in time, how long it took, and whether that had been foreseen."""
    case = replace(
        step.after,
        clocks=replace(step.after.clocks, decided_at=None),
    )
    if case.clocks.accepted_on is None:
        return
    promised, statutory = decision_terms(case, calendar)
    is_broken = step.entry.at >= promised.expires_at(calendar)
    name = counts.LATE if is_broken else counts.IN_TIME
    if step.entry.at >= statutory.expires_at(calendar):
        name = counts.OVERDUE
    yield from step.subject.counted(name)
    days = days_used.of_decision(
        case,
        step.day,
        calendar,
    )
    yield from step.subject.counted(histograms.bucket(counts.DAYS, days))
    was_listed = listed_on is not None and listed_on <= promised.last_day(calendar)
    yield from step.subject.counted(_foreseen(was_listed, is_broken))


def _foreseen(was_listed: bool, is_broken: bool) -> str:
    listed = "at_risk" if was_listed else "unlisted"
    return f"{listed}_broken" if is_broken else f"{listed}_kept"


def _opened(step: Step) -> Iterator[Visit]:
    known = step.before.visits if step.before else {}
    for id, visit in step.after.visits.items():
        if id not in known and _is_office_work(
            step.after,
            visit,
        ):
            yield visit


def _closed(step: Step) -> Iterator[Visit]:
    known = step.before.visits if step.before else {}
    for id, visit in step.after.visits.items():
        was_open = id not in known or known[id].is_open
        if (
            was_open
            and not visit.is_open
            and _is_office_work(
                step.after,
                visit,
            )
        ):
            yield visit


def _is_office_work(case: Case, visit: Visit) -> bool:
    return case.step(visit).language.actor == OFFICE and bool(case.post_of(visit))


def _of_opened(step: Step, visit: Visit) -> Iterator[Count]:
    post = step.after.post_of(visit)
    yield from _at_post(
        step,
        post,
        counts.OPENED,
    )
    load = (counts.LOADS, counts.place(step.after.authority, post))
    yield Count(load, "open")
    yield Count(load, f"in:{step.day.isoformat()}")


def _of_closed(step: Step, visit: Visit, calendar: WorkingCalendar) -> Iterator[Count]:
    case = step.after
    post = case.post_of(visit)
    load = (counts.LOADS, counts.place(case.authority, post))
    yield Count(load, "open", -1)
    if visit.outcome not in case.step(visit).outcomes:
        return  # closed by the end of the case or a move: nobody has done the work
    yield Count(load, f"out:{step.day.isoformat()}")
    days = days_used.of_visit(
        case,
        visit,
        step.day,
        calendar,
    )
    yield from _at_post(step, post, counts.COMPLETED)
    yield from _at_post(
        step,
        post,
        histograms.bucket(counts.DAYS, days),
    )
    times = (counts.times_of(case.item), step.day.isoformat())
    name = counts.place(visit.place or visit.step, post)
    yield Count(times, histograms.bucket(name, days))
