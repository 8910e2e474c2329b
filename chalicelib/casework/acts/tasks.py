"""Work on a task: claim, release, hand over, report, complete; and the convening of a joint
meeting.
"""

from datetime import timedelta

from chalicelib.casework.acts.commands import Assign, Claim, CompleteTask, Convene, Release, Report
from chalicelib.casework.acts.context import ActContext
from chalicelib.casework.acts.declaration import Payload
from chalicelib.casework.acts.declared.deliberation import MeetingConvened
from chalicelib.casework.acts.declared.tasks import (
    MilestoneReported,
    TaskAssigned,
    TaskClaimed,
    TaskCompleted,
    TaskReleased,
)
from chalicelib.casework.acts.outcomes import FOLLOW, OUTCOME_FIELDS
from chalicelib.casework.acts.state import Case, Visit
from chalicelib.casework.errors import (
    ClaimStands,
    DutiesNotSeparate,
    MaterialsOwed,
    MilestonesMany,
    OutcomeNotInFlow,
    ProcedureRuns,
    ReasonsNeeded,
    ResolutionBinds,
    TaskClaimedByOther,
    TaskUnknown,
)
from chalicelib.kernel.errors import Fault, Invalid

MAX_MILESTONES = 20  # of one task
MEETING_WITHIN = timedelta(days=365)
OF_EVERY_OUTCOME = {
    "note",
    "lapsed",
    "visit",
    "outcome",
    "fee_fen",
    "delegation",
    "substitute",
    "colleagues",
}


def claim(scene: ActContext, command: Claim) -> list[Payload]:
    """Take the task."""
    visit = scene.visit(command.visit)
    freed = scene.may_work_on(visit, command.lapsed)
    if visit.claimed_by == scene.actor.person:
        raise ClaimStands
    return [*freed, TaskClaimed(visit=visit.id)]


def release(scene: ActContext, command: Release) -> list[Payload]:
    """Give it back, or, as head, free it from whoever has claimed it and cannot work on it."""
    visit = scene.visit(command.visit)
    if command.by_head:
        return [_freed_by_head(scene, visit, command)]
    freed = scene.may_work_on(visit, command.lapsed)
    if not visit.claimed_by:
        raise ClaimStands
    return freed or [TaskReleased(visit=visit.id)]


def _freed_by_head(scene: ActContext, visit: Visit, command: Release) -> TaskReleased:
    if scene.actor.person in scene.case.participants.parties:
        raise DutiesNotSeparate
    if not visit.claimed_by:
        raise ClaimStands
    if not command.reasons:
        raise ReasonsNeeded(faults=[Fault("/reasons", "required")])
    return TaskReleased(visit=visit.id, by_head=True, reasons=tuple(command.reasons))


def assign(scene: ActContext, command: Assign) -> list[Payload]:
    """Hand over one's own claim, or, as head, give the task to somebody whatever the claim."""
    visit = scene.visit(command.visit)
    if not command.by_head and visit.claimed_by not in ("", scene.actor.person):
        raise TaskClaimedByOther
    if (
        command.to in scene.case.excluded_persons(visit)
        or scene.actor.person in scene.case.participants.parties
    ):
        raise DutiesNotSeparate
    if visit.claimed_by == command.to:
        raise ClaimStands
    if not command.reasons:
        raise ReasonsNeeded(faults=[Fault("/reasons", "required")])
    assigned = TaskAssigned(
        visit=visit.id,
        by_head=command.by_head,
        to=command.to,
        reasons=tuple(command.reasons),
    )
    return [assigned]


def convene(scene: ActContext, command: Convene) -> list[Payload]:
    """Invite departments to the joint meeting of this task."""
    visit = scene.visit(command.visit)
    freed = scene.may_work_on(visit, command.lapsed)
    if scene.case.step(visit).kind != "meeting":
        raise OutcomeNotInFlow(faults=[Fault("/task", "no-meeting-here")])
    if command.on < scene.today:
        raise OutcomeNotInFlow(faults=[Fault("/on", "day-is-past")])
    if command.on > scene.today + MEETING_WITHIN:
        raise OutcomeNotInFlow(faults=[Fault("/on", "day-too-far")])
    convened = MeetingConvened(
        visit=visit.id,
        on=command.on,
        invited=tuple(command.invited),
    )
    return [*freed, convened]


def report(scene: ActContext, command: Report) -> list[Payload]:
    """Put a milestone of the work on record, for the office; the task stays open and its clock runs
    on.
    """
    visit = scene.visit(command.visit)
    freed = scene.may_work_on(visit, command.lapsed)
    if not scene.case.post_of(visit):
        raise TaskUnknown
    if command.reached_at > scene.now:
        raise Invalid(faults=[Fault("/at", "moment-to-come")])
    filed_on = scene.case.clocks.filed_at.date()
    if command.reached_at.astimezone(scene.now.tzinfo).date() < filed_on:
        raise Invalid(faults=[Fault("/at", "moment-before-case")])
    if _milestones(scene.case, visit) >= MAX_MILESTONES:
        raise MilestonesMany(limit=MAX_MILESTONES)
    reported = MilestoneReported(
        visit=visit.id,
        reached_at=command.reached_at,
        note=command.title,
    )
    return [*freed, reported]


def _milestones(case: Case, visit: Visit) -> int:
    """How many have been reported of the visit."""
    count = 0
    for remark in case.record.remarks:
        is_milestone = remark["act"] == MilestoneReported.__name__
        if is_milestone and remark["visit"] == visit.id:
            count += 1
    return count


def complete(scene: ActContext, command: CompleteTask) -> list[Payload]:
    """Complete the task with an outcome of the published step; what follows from it stands in the
    same entry.
    """
    case, visit = scene.case, scene.visit(command.visit)
    freed = scene.may_work_on(visit, command.lapsed)
    if command.outcome not in case.step(visit).outcomes or not case.post_of(visit):
        raise OutcomeNotInFlow(faults=[Fault("/outcome", "enum")])
    _takes(command)
    _may_end(case, visit, command.outcome)
    completed = TaskCompleted(
        visit=visit.id,
        outcome=command.outcome,
        delegation=command.delegation,
        note=command.note,
        substitute=command.substitute,
    )
    follow = FOLLOW.get(command.outcome)
    following = follow(scene, command) if follow else []
    return [*freed, completed, *following]


def _takes(command: CompleteTask) -> None:
    """What an outcome needs is there, and what it does not put on record is refused, not dropped.
    Raises Problem.
    """
    needed, allowed = OUTCOME_FIELDS.get(command.outcome, ((), ()))
    given = _given(command)
    extra = sorted(given - {*needed, *allowed})
    if extra:
        faults = [Fault(f"/{name}", "outcome-takes-none") for name in extra]
        raise OutcomeNotInFlow(faults=faults)
    missing = [name for name in needed if name not in given]
    if missing:
        faults = [Fault(f"/{name}", "required") for name in missing]
        raise ReasonsNeeded(faults=faults)


def _given(command: CompleteTask) -> set[str]:
    """What the officer has filled in."""
    given = set()
    for name, value in vars(command).items():
        if value not in ("", (), [], None):
            given.add(name)
    return given - OF_EVERY_OUTCOME


def _may_end(case: Case, visit: Visit, outcome: str) -> None:
    """A decision waits for special procedures and materials owed, and follows the joint meeting's
    resolution.
    """
    step = case.step(visit)
    if step.kind not in ("decide", "order") or outcome in ("return", "refer"):
        return
    bound = case.decision.resolutions.get(step.id)
    if bound and bound != outcome:
        raise ResolutionBinds
    if case.clocks.open_procedures:
        raise ProcedureRuns
    if case.submission.owed and outcome in ("approve", "order"):
        raise MaterialsOwed
