"""``flow.state_transitions.item.*``: what a case of each sample item costs, counted from its
compiled state machine.

Each item is walked by the real rules twice: plainly to its end, as the what-if foretells it, and by
every detour that its flow has, each once: supplement, return, hearing, meeting, objection, reminder
to pay. No AWS, no network.
"""

import os
from datetime import timedelta
from typing import Any
from unittest import mock

from chalicelib import casework
from chalicelib.casework.acts import ApplyDeadlines, Case, FileObjection, Visit
from chalicelib.casework.execution.compiler import compile_flow
from chalicelib.catalog import flows
from chalicelib.catalog.flows.step_kinds import END
from chalicelib.intake.filing import facts_of
from infra.seed import load
from tests.bench.report import BenchError, emit, say
from tests.bench.transitions import Walk, follow
from tests.support.builders import step_commands
from tests.support.builders.cases import CALENDAR, MONDAY, ZONE, Desk

FEE_FEN, MAX_VISITS = 5000, 60


def measure() -> None:
    """Print the transitions of each item's plain way, and by how much any way costs more than it
    must.
    """
    with mock.patch.dict(os.environ, {"STAGE": "bench", "TIME_ZONE": ZONE.key}):
        over = [extra for item in load.items() for extra in _measured(item)]
    text = "state transitions more than steps, parallels and revisits, of any item, plainly or with every detour"
    emit("flow.state_transitions.items_over", max(over), text, 0)


def _measured(item: dict[str, Any]) -> list[int]:
    flow = flows.flow(item["flow"]["id"], item["flow"]["version"])
    definition = compile_flow(flows.template(flows.FOLDER / f"{flow.id}.v{flow.version}.json"))
    facts = facts_of({**item, "version": 1}, flow)
    plain = _walk(definition, casework.forecast(facts, MONDAY, FEE_FEN).case)
    winding = _walk(definition, _detours(facts))
    say(f"  {item['id']}: {_told(plain)}; with detours {_told(winding)}")
    emit(
        f"flow.state_transitions.item.{item['id']}", plain.states, "state transitions", _goal(plain)
    )
    return [walk.states - _goal(walk) for walk in (plain, winding)]


def _walk(definition: dict[str, Any], case: Case) -> Walk:
    if case.status not in ("granted", "ordered"):
        raise BenchError(f"a case of {case.item} ended as {case.status}")
    return follow(
        definition,
        [{"step": visit.step, "outcome": visit.outcome} for visit in case.visits.values()],
    )


def _goal(walk: Walk) -> int:
    return walk.visits + walk.parallels


def _told(walk: Walk) -> str:
    return f"{walk.visits} visits, {walk.parallels} parallels, {walk.states} states"


def _detours(facts: dict[str, Any]) -> Case:
    """A case that takes each way once that neither is plain nor ends it."""
    desk = Desk(facts["flow"]["id"], **facts)
    taken: set[tuple[str, str]] = set()
    for _ in range(MAX_VISITS):
        case = desk.case
        if not case.open_visits:
            return case
        visit = case.open_visits[0]
        step = case.step(visit)
        ways = [
            o
            for o, to in step.outcomes.items()
            if not to.startswith(END) and (step.id, o) not in taken
        ]
        outcome = next((way for way in ways if way != step.plain), step.plain)
        if step.kind == "meeting" and visit.id not in case.record.meetings:
            outcome = step.plain  # it is convened first
        else:
            taken.add((step.id, outcome))
        _answer(desk, visit, outcome)
    raise BenchError(f"a case of {facts['item']} does not come to an end")


def _answer(desk: Desk, visit: Visit, outcome: str) -> None:
    case, step = desk.case, desk.case.step(visit)
    if outcome == "opposed":
        desk.do(FileObjection("objection"), step_commands.NEIGHBOUR)
    if step.kind == "publicity" or outcome == "unpaid":
        _run_out(desk, visit)
        return
    command, actor = step_commands.answer(case, visit, outcome)
    given: dict[str, Any] = {"fee_fen": FEE_FEN} if outcome == "assessed" else {}
    given |= {"amount_fen": case.rules.fine[1]} if outcome == "order" and case.rules.fine else {}
    desk.do(type(command)(**{**vars(command), **given}), actor)


def _run_out(desk: Desk, visit: Visit) -> None:
    """The step's limit passes."""
    last = CALENDAR.add_working_days(visit.opened_at.date(), desk.case.step(visit).limit_days)
    desk.at = CALENDAR.end_of(last) + timedelta(seconds=1)
    desk.do(ApplyDeadlines())


if __name__ == "__main__":
    measure()
