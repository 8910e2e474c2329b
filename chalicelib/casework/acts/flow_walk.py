"""How a case walks its flow: visits open and close, branches join, an interruption closes all that
is open.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from chalicelib.casework.acts.state import Case, Visit
from chalicelib.casework.acts.values import Transfer
from chalicelib.catalog.flows import END, JOIN, MOVE
from chalicelib.kernel.journal import Actor
from chalicelib.kernel.values import dataclass


@dataclass(frozen=True)
class ActStamp:
    """When, by whom and in which entry (of which stream) an act was done."""

    seq: int
    time: datetime
    actor: Actor
    stream: str = ""


def enter(case: Case, target: str, since: int, at: ActStamp) -> Case:
    """The case at a step, a joint review or an end."""
    if target.startswith(END):
        clocks = replace(case.clocks, ended_at=at.time)
        return replace(case, status=target.removeprefix(END), clocks=clocks)
    for step in case.flow.entry_steps(target):
        case = case.with_visit(Visit(step, since, at.time))
    return case


def complete(
    case: Case,
    visit_id: str,
    outcome: str,
    at: ActStamp,
    delegation: str = "",
) -> Case:
    """A visit is over: the case goes where the outcome leads, a branch when its siblings are
    done.
    """
    visit = case.visits[visit_id]
    case = close(case, visit, outcome, at, delegation)
    step = case.step(visit)
    target = step.outcomes[outcome]
    if target != JOIN:
        return enter(case, target, at.seq, at)
    joint = case.flow.joints[step.joint]
    siblings = [case.visits[f"{branch}.{visit.since}"] for branch in joint.branches]
    if any(sibling.is_open for sibling in siblings):
        return case
    last_answer = max(sibling.answer for sibling in siblings)
    return enter(case, joint.next, last_answer, at)


def interrupt(case: Case, outcome: str, target: str, at: ActStamp) -> Case:
    """Close all that is open with one outcome and go on, or end."""
    for visit in case.open_visits:
        case = close(case, visit, outcome, at)
    return enter(case, target, at.seq, at)


def move(
    case: Case,
    version: int,
    target: str,
    renamed: Mapping[str, str],
    at: ActStamp,
) -> Case:
    """The case goes on in another version of its flow; what it has been through belongs to the old
    one, under the names that its steps have in the new one.
    """
    for visit in case.open_visits:
        case = close(case, visit, MOVE, at)
    visits = {key: _left(case, visit, renamed) for key, visit in case.visits.items()}
    moved = replace(
        case,
        visits=visits,
        flow_version=version,
        transfer=Transfer(entry=at.seq, place=target),
        decision=replace(case.decision, resolutions={}),
    )
    return enter(moved, target, at.seq, at)


def _left(case: Case, visit: Visit, renamed: Mapping[str, str]) -> Visit:
    name = visit.place or visit.step
    return replace(
        visit,
        version=visit.version or case.flow_version,
        place=renamed.get(name, visit.place),
    )


def destination(case: Case) -> frozenset[str]:
    """Where a case stands: its open steps, a joint review for its branches."""
    places = set()
    for visit in case.open_visits:
        joint = case.step(visit).joint
        places.add(joint or visit.step)
    return frozenset(places)


def posts_ahead(case: Case) -> frozenset[str]:
    """The posts at which the case stands or to which it may still come."""
    ahead: set[str] = set()
    flow = case.flow
    pending = [visit.step for visit in case.open_visits]
    if flow.tacit:
        pending += flow.entry_steps(flow.tacit)
    while pending:
        name = pending.pop()
        if name in ahead:
            continue
        ahead.add(name)
        step = flow.steps[name]
        for target in step.outcomes.values():
            place = flow.joints[step.joint].next if target == JOIN else target
            pending += flow.entry_steps(place)
    roles = {flow.steps[name].post for name in ahead}
    return frozenset(post for role, post in case.rules.posts.items() if role in roles)


def close(case: Case, visit: Visit, outcome: str, at: ActStamp, delegation: str = "") -> Case:
    """The case with one visit over."""
    closed = replace(
        case.visits[visit.id],
        outcome=outcome,
        answer=at.seq,
        closed_at=at.time,
        by=at.actor.person,
        post=at.actor.post,
        delegation=delegation,
    )
    return case.with_visit(closed)
