"""How a case walks its flow: visits open and close, branches join, an interruption closes all that
is open.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.casework.acts.state import Case, Visit
from chalicelib.catalog.flows.step_kinds import END, JOIN, MOVE
from chalicelib.kernel.journal import Act, Actor


@dataclass(frozen=True)
class ActStamp:
    """When, by whom and in which entry an act was done."""

    seq: int
    time: datetime
    actor: Actor


def enter(case: Case, target: str, since: int, at: ActStamp) -> Case:
    """The case at a step, a joint review or an end."""
    if target.startswith(END):
        return replace(case, status=target.removeprefix(END), ended_at=at.time)
    opened = {
        f"{step}.{since}": Visit(step, since, at.time) for step in case.flow.entry_steps(target)
    }
    return replace(case, visits={**case.visits, **opened})


def complete(case: Case, act: Act, at: ActStamp) -> Case:
    """A visit is over: the case goes where the outcome leads, a branch when its siblings are
    done.
    """
    visit = case.visits[act.data["visit"]]
    case = _close(case, visit, act.data["outcome"], at, act.data.get("delegation", ""))
    step = case.step(visit)
    target = step.outcomes[act.data["outcome"]]
    if target != JOIN:
        return enter(case, target, at.seq, at)
    joint = case.flow.joints[step.joint]
    siblings = [case.visits[f"{branch}.{visit.since}"] for branch in joint.branches]
    if any(sibling.is_open for sibling in siblings):
        return case
    return enter(case, joint.next, max(sibling.answer for sibling in siblings), at)


def interrupt(case: Case, outcome: str, target: str, at: ActStamp) -> Case:
    """Close all that is open with one outcome and go on, or end."""
    for visit in case.open_visits:
        case = _close(case, visit, outcome, at)
    return enter(case, target, at.seq, at)


def move(case: Case, act: Act, at: ActStamp) -> Case:
    """The case goes on in another version of its flow; what it has been through belongs to the old
    one.
    """
    target, old = act.data["target"], case.flow_version
    for visit in case.open_visits:
        case = _close(case, visit, MOVE, at)
    renamed = act.data.get("steps", {})  # journals of earlier releases do not tell
    visits = {
        key: replace(
            visit,
            version=visit.version or old,
            place=renamed.get(visit.place or visit.step, visit.place),
        )
        for key, visit in case.visits.items()
    }
    moved = replace(
        case,
        visits=visits,
        flow_version=act.data["to"],
        moved=at.seq,
        landed=target,
        move={},
        bound={},
    )
    return enter(moved, target, at.seq, at)


def destination(case: Case) -> frozenset[str]:
    """Where a case stands: its open steps, a joint review for its branches."""
    return frozenset(case.step(visit).joint or visit.step for visit in case.open_visits)


def _close(case: Case, visit: Visit, outcome: str, at: ActStamp, delegation: str = "") -> Case:
    by, post = at.actor.person, at.actor.post
    closed = replace(
        case.visits[visit.id], outcome=outcome, answer=at.seq, closed_at=at.time, by=by, post=post
    )
    closed = replace(closed, delegation=delegation)
    return replace(case, visits={**case.visits, visit.id: closed})
