"""Work on a task: claimed, given back, handed over, reported on, completed."""

from dataclasses import replace
from datetime import datetime

from chalicelib.casework.acts import flow_walk
from chalicelib.casework.acts.declaration import (
    OFFICE,
    CaseAct,
    Payload,
    Remark,
    declare,
    payload,
    unchanged,
)
from chalicelib.casework.acts.flow_walk import ActStamp
from chalicelib.casework.acts.state import Case
from chalicelib.kernel.acts import private, public


@payload
class TaskClaimed(Payload):
    """An officer takes the task as their own work."""

    visit: str


def _claimed(case: Case, act: TaskClaimed, at: ActStamp) -> Case:
    return _held_by(case, act.visit, at.actor.person)


def _held_by(case: Case, visit_id: str, person: str) -> Case:
    visit = case.visits[visit_id]
    return case.with_visit(replace(visit, claimed_by=person))


declare(
    CaseAct(
        TaskClaimed,
        transition=_claimed,
        event=None,
        message=None,
        page=None,
    )
)


@payload
class TaskReleased(Payload):
    """A claimed task is given back: by its claimer, by who finds that the claimer has left, or by
    the head, who says why.
    """

    visit: str
    by_head: bool = public(default=False)
    reasons: tuple[str, ...] = private(OFFICE, default=())


def _released(case: Case, act: TaskReleased, at: ActStamp) -> Case:
    return _held_by(case, act.visit, "")


declare(
    CaseAct(
        TaskReleased,
        transition=_released,
        event=None,
        message=None,
        page=Remark(OFFICE),
    )
)


@payload
class TaskAssigned(Payload):
    """A task is handed over by its claimer, or given to somebody by the head."""

    visit: str
    by_head: bool
    to: str = private(OFFICE)
    reasons: tuple[str, ...] = private(OFFICE)


def _assigned(case: Case, act: TaskAssigned, at: ActStamp) -> Case:
    return _held_by(case, act.visit, act.to)


declare(
    CaseAct(
        TaskAssigned,
        transition=_assigned,
        event=None,
        message=None,
        page=None,
    )
)


@payload
class MilestoneReported(Payload):
    """A stretch of the work on a task is done; the task stays open."""

    visit: str
    reached_at: datetime
    note: str = private(OFFICE)


declare(
    CaseAct(
        MilestoneReported,
        transition=unchanged,
        event=None,
        message=None,
        page=Remark(OFFICE),
    )
)


@payload
class TaskCompleted(Payload):
    """A visit is over with one of the step's outcomes.

    ``delegation`` is the id of the one under which another post acted; ``substitute``: by who
    stands in for the holder of the post.
    """

    visit: str
    outcome: str
    delegation: str = public(default="")
    note: str = private(OFFICE, default="")
    substitute: bool = private(OFFICE, default=False)


def _completed(case: Case, act: TaskCompleted, at: ActStamp) -> Case:
    return flow_walk.complete(
        case,
        act.visit,
        act.outcome,
        at,
        act.delegation,
    )


declare(
    CaseAct(
        TaskCompleted,
        transition=_completed,
        event=None,
        message=None,
        page=Remark(OFFICE),
    )
)
