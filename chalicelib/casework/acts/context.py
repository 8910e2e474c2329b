"""What a rule looks at: the case, who acts, when; and what every work on a task has to respect."""

from datetime import date, datetime

from chalicelib.casework.acts.declaration import Payload
from chalicelib.casework.acts.declared.tasks import TaskCompleted, TaskReleased
from chalicelib.casework.acts.state import Case, Visit
from chalicelib.casework.errors import (
    DutiesNotSeparate,
    KeptFromCase,
    TaskClaimedByOther,
    TaskDone,
    TaskUnknown,
)
from chalicelib.deadlines import WorkingCalendar
from chalicelib.kernel.journal import Actor
from chalicelib.kernel.values import dataclass

MACHINE = Actor()


@dataclass(frozen=True)
class ActContext:
    """The case as it is at ``now``, and who wants to act on it; ``seq`` is the number of the entry
    that will tell.
    """

    case: Case
    seq: int
    actor: Actor
    now: datetime
    calendar: WorkingCalendar

    @property
    def today(self) -> date:
        """The official day."""
        return self.now.date()

    def visit(self, visit_id: str) -> Visit:
        """The open visit of that id. Raises TaskUnknown or TaskDone."""
        visit = self.case.visits.get(visit_id)
        if visit is None:
            raise TaskUnknown
        if not visit.is_open:
            raise TaskDone
        return visit

    def check_duties(self, visit: Visit, person: str) -> None:
        """Raises KeptFromCase or DutiesNotSeparate where the person may not work on the visit."""
        if person in self.case.participants.recused:
            raise KeptFromCase
        if person in self.case.excluded_persons(visit):
            raise DutiesNotSeparate

    def may_work_on(self, visit: Visit, lapsed: str) -> list[Payload]:
        """Nothing, or the release of a claim whose claimer has left the post. Raises Problem."""
        self.check_duties(visit, self.actor.person)
        if visit.claimed_by and visit.claimed_by == lapsed:
            return [TaskReleased(visit=visit.id)]
        if visit.claimed_by not in ("", self.actor.person):
            raise TaskClaimedByOther
        return []


def completed(case: Case, visit: Visit, outcome: str = "") -> TaskCompleted:
    """The act that completes a visit, with its plain outcome where none is named."""
    return TaskCompleted(visit=visit.id, outcome=outcome or case.step(visit).plain)


def step_name(visit_id: str) -> str:
    """The step of a visit's id."""
    return visit_id.partition(".")[0]
