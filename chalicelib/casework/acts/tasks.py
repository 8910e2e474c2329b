"""Work on a task: claim, release, hand over, report, complete; and the convening of a joint
meeting.
"""

from typing import Any

from chalicelib.casework.acts.commands import Assign, Claim, CompleteTask, Convene, Release, Report
from chalicelib.casework.acts.context import ActContext
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
from chalicelib.kernel.clock import stamp
from chalicelib.kernel.errors import Fault, Invalid
from chalicelib.kernel.journal import Act

MAX_MILESTONES = 20  # of one task
MAX_RESERVED = {"note", "lapsed", "visit", "outcome", "fee_fen", "delegation", "substitute"}


def claim(scene: ActContext, command: Claim) -> list[Act]:
    """Take the task."""
    visit = scene.visit(command.visit)
    freed = scene.may_work_on(visit, command.lapsed)
    if visit.claimed_by == scene.actor.person:
        raise ClaimStands
    return [*freed, Act("TaskClaimed", {"visit": visit.id})]


def release(scene: ActContext, command: Release) -> list[Act]:
    """Give it back."""
    visit = scene.visit(command.visit)
    freed = scene.may_work_on(visit, command.lapsed)
    if not visit.claimed_by:
        raise ClaimStands
    return freed or [Act("TaskReleased", {"visit": visit.id})]


def assign(scene: ActContext, command: Assign) -> list[Act]:
    """Hand over one's own claim, or, as head, give the task to somebody whatever the claim."""
    visit = scene.visit(command.visit)
    if not command.by_head and visit.claimed_by not in ("", scene.actor.person):
        raise TaskClaimedByOther
    if command.to in scene.case.excluded_persons(visit) or scene.actor.person in scene.case.told:
        raise DutiesNotSeparate
    if visit.claimed_by == command.to:
        raise ClaimStands
    if not command.reasons:
        raise ReasonsNeeded(faults=[Fault("/reasons", "required")])
    told = {"to": command.to, "reasons": list(command.reasons)}
    return [Act("TaskAssigned", {"visit": visit.id, "by_head": command.by_head}, {"office": told})]


def convene(scene: ActContext, command: Convene) -> list[Act]:
    """Invite departments to the joint meeting of this task."""
    visit = scene.visit(command.visit)
    freed = scene.may_work_on(visit, command.lapsed)
    if scene.case.step(visit).kind != "meeting":
        raise OutcomeNotInFlow(faults=[Fault("/task", "no-meeting-here")])
    if command.on < scene.today:
        raise OutcomeNotInFlow(faults=[Fault("/on", "day-is-past")])
    data = {"visit": visit.id, "on": command.on.isoformat(), "invited": list(command.invited)}
    return [*freed, Act("MeetingConvened", data)]


def report(scene: ActContext, command: Report) -> list[Act]:
    """Put a milestone of the work on record, for the office; the task stays open and its clock runs
    on.
    """
    visit = scene.visit(command.visit)
    freed = scene.may_work_on(visit, command.lapsed)
    if not scene.case.post_of(visit):
        raise TaskUnknown
    if command.reached_at > scene.now:
        raise Invalid(faults=[Fault("/at", "moment-to-come")])
    if (
        sum(r["act"] == "MilestoneReported" and r["visit"] == visit.id for r in scene.case.remarks)
        >= MAX_MILESTONES
    ):
        raise MilestonesMany(limit=MAX_MILESTONES)
    data = {"visit": visit.id, "reached_at": stamp(command.reached_at)}
    return [*freed, Act("MilestoneReported", data, {"office": {"note": command.title}})]


def complete(scene: ActContext, command: CompleteTask) -> list[Act]:
    """Complete the task with an outcome of the published step; what follows from it stands in the
    same entry.
    """
    case, visit = scene.case, scene.visit(command.visit)
    freed = scene.may_work_on(visit, command.lapsed)
    if command.outcome not in case.step(visit).outcomes or not case.post_of(visit):
        raise OutcomeNotInFlow(faults=[Fault("/outcome", "enum")])
    _takes(command)
    _may_end(case, visit, command.outcome)
    told: dict[str, Any] = {"note": command.note} if command.note else {}
    told |= {"substitute": True} if command.substitute else {}
    data = {"visit": visit.id, "outcome": command.outcome}
    data |= {"delegation": command.delegation} if command.delegation else {}
    done = Act("TaskCompleted", data, {"office": told} if told else {})
    follow = FOLLOW.get(command.outcome)
    return [*freed, done, *(follow(scene, command) if follow else ())]


def _takes(command: CompleteTask) -> None:
    """What an outcome needs is there, and what it does not put on record is refused, not dropped.
    Raises Problem.
    """
    needed, allowed = OUTCOME_FIELDS.get(command.outcome, ((), ()))
    given = {
        name for name, value in vars(command).items() if value not in ("", (), [], None)
    } - MAX_RESERVED
    if extra := sorted(given - {*needed, *allowed}):
        raise OutcomeNotInFlow(faults=[Fault(f"/{name}", "outcome-takes-none") for name in extra])
    if missing := [name for name in needed if name not in given]:
        raise ReasonsNeeded(faults=[Fault(f"/{name}", "required") for name in missing])


def _may_end(case: Case, visit: Visit, outcome: str) -> None:
    """A decision waits for special procedures and materials owed, and follows the joint meeting's
    resolution.
    """
    step = case.step(visit)
    if step.kind not in ("decide", "order") or outcome in ("return", "refer"):
        return
    bound = case.bound.get(step.id)
    if bound and bound != outcome:
        raise ResolutionBinds
    if case.open_procedures:
        raise ProcedureRuns
    if case.owed and outcome in ("approve", "order"):
        raise MaterialsOwed
