"""Whether what is still to be done of a case usually takes longer than the days that are left;
pure.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from chalicelib.casework import Case, Visit, decision_terms
from chalicelib.catalog.flows import DECISIONS, JOIN, OFFICE, Step
from chalicelib.deadlines import Term, WorkingCalendar
from chalicelib.kernel.values import dataclass
from chalicelib.supervision.outlook.usual_times import Times, Usual
from chalicelib.supervision.statistics import days_used

PROMISED, STATUTORY = "promised", "statutory"
LIKELY, POSSIBLE = "likely", "possible"
NOTHING = Usual(0, 0)


@dataclass(frozen=True)
class Stage:
    """A visit on which time went: working days that it took, and that it usually takes."""

    step: str
    post: str
    days: int
    usual: int | None


@dataclass(frozen=True)
class Outlook:
    """How a case stands to its next limit, in working days: those left until ``last_day``, and
    those that half of such cases (``median``) and 80 of 100 (``slow``) still need.
    """

    limit: str
    last_day: date
    days_left: int
    median: int
    slow: int
    slowest: Stage | None

    @property
    def level(self) -> str:
        """How grave it is; empty where the case usually comes in time."""
        if self.median > self.days_left:
            return LIKELY
        return POSSIBLE if self.slow > self.days_left else ""


def outlook(case: Case, times: Times, today: date, calendar: WorkingCalendar) -> Outlook | None:
    """The outlook of a case that waits for its decision; None of another one, and once all its
    limits are broken.
    """
    clocks = case.clocks
    if clocks.accepted_on is None or clocks.decided_at or clocks.ended_at:
        return None
    promised, statutory = decision_terms(case, calendar)
    for limit, term in ((PROMISED, promised), (STATUTORY, statutory)):
        last_day = term.last_day(calendar)
        if today <= last_day:
            return Outlook(
                limit,
                last_day,
                _days_left(term, today, last_day, calendar),
                _still(case, times, False, today, calendar),
                _still(case, times, True, today, calendar),
                _slowest(case, times, today, calendar),
            )
    return None


def _days_left(term: Term, today: date, last_day: date, calendar: WorkingCalendar) -> int:
    """Working days after today until the limit, on which the clock does not stand still."""
    return days_used.between(
        today,
        last_day,
        term.stops,
        calendar,
    )


def _still(
    case: Case,
    times: Times,
    is_slow: bool,
    today: date,
    calendar: WorkingCalendar,
) -> int:
    """Working days until the decision, if each step takes its usual time."""
    waiting = [visit for visit in case.open_visits if not case.step(visit).decided]
    now = [
        _left(
            case,
            visit,
            times,
            is_slow,
            today,
            calendar,
        )
        for visit in waiting
    ]
    ahead = 0
    for steps in _ahead(case, waiting):
        ahead += max(_usual(case, step, times, is_slow) for step in steps)
    return max(now, default=0) + ahead


def _left(
    case: Case,
    visit: Visit,
    times: Times,
    is_slow: bool,
    today: date,
    calendar: WorkingCalendar,
) -> int:
    usual = _usual(case, case.step(visit), times, is_slow)
    used = days_used.of_visit(
        case,
        visit,
        today,
        calendar,
    )
    return max(usual - used, 0)


def _usual(case: Case, step: Step, times: Times, is_slow: bool) -> int:
    """What a step takes: of an office what is usual, of all others their whole time."""
    if step.kind in case.rules.procedures:
        return 0  # the clock stands still meanwhile
    if step.language.actor != OFFICE:
        return step.limit_days
    usual = (
        usual_of(
            case,
            step,
            times,
        )
        or NOTHING
    )
    return usual.slow if is_slow else usual.median


def usual_of(case: Case, step: Step, times: Times) -> Usual | None:
    """What is usual of a step at the post that does it; None where nobody knows yet."""
    post = case.rules.posts.get(
        step.post,
        "",
    )
    return times.get((step.id, post))


def _ahead(case: Case, waiting: Sequence[Visit]) -> Iterator[list[Step]]:
    """The steps that plainly follow until the decision, those of a joint review together."""
    if not waiting:
        return
    flow = case.flow
    step = case.step(waiting[0])
    passed = {step.id}
    while step.kind not in DECISIONS:
        target = step.outcomes[step.plain]
        if target == JOIN:
            target = flow.joints[step.joint].next
        steps = [flow.steps[name] for name in flow.entry_steps(target)]
        if not steps or steps[0].id in passed:
            return
        yield steps
        step = steps[0]
        passed.add(step.id)


def _slowest(
    case: Case,
    times: Times,
    today: date,
    calendar: WorkingCalendar,
) -> Stage | None:
    """The visit that took longest beyond what is usual: where the time went."""
    stages = []
    for visit in case.visits.values():
        step = case.step(visit)
        if step.language.actor != OFFICE:
            continue
        until = visit.closed_at.date() if visit.closed_at else today
        days = days_used.of_visit(case, visit, until, calendar)
        usual = usual_of(case, step, times)
        median = usual.median if usual else None
        stages.append(
            Stage(
                visit.step,
                case.post_of(visit),
                days,
                median,
            )
        )
    return max(stages, key=_beyond, default=None)


def _beyond(stage: Stage) -> int:
    return stage.days - (stage.usual or 0)
