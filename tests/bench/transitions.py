"""``flow.state_transitions``: what the sample flows' state machines cost on real walks, counted
from their definition.

A transition is a state entered. Execution histories leave out states inside Parallel branches, so
the walk's visits are followed through the deployed definition; where a flow has no Parallel, the
history must agree.
"""

import json
from dataclasses import dataclass
from typing import Any

from chalicelib.casework.execution.compiler import failure_name
from infra.local.client import City, Client, wait
from tests.bench import walks
from tests.bench.report import BenchError, emit, need, say
from tests.bench.stack import STAGE, Stack
from tests.bench.walks import Filed, Json

BENEFIT = (
    "disability-benefit",
    "p-chen-jie",
    (("dpf-window", "accept"), ("dpf-reviewer", "pass"), ("dpf-approver", "approve")),
)
JOINT = (
    "mass-event", "p-liu-yang",
    (
        ("psb-window", "accept"), ("psb-reviewer", "pass"), ("fire-reviewer", "opinion"),
        ("traffic-reviewer", "opinion"), ("psb-approver", "approve"),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Walk:
    """A case's way through its flow: the visits in order, and how many states that cost."""

    states: int
    visits: int
    parallels: int
    is_caught_at_end: bool


def measure(stack: Stack, city: City, cases: dict[str, Filed]) -> int:
    """Print the transitions of each walk; ``cases``: what the walk shows -> its case. Returns the
    basket's.

    Raises BenchError where a walk does not fit its definition.
    """
    cases = cases | {
        "benefit.granted": _granted(city, *BENEFIT),
        "joint-licence.granted": _granted(city, *JOINT),
    }
    stack.wait_quiet(idle=2)
    found = {name: _walk(stack, city, case) for name, case in cases.items()}
    for name, walk in found.items():
        wanted = walk.visits + walk.parallels
        say(f"  {name}: {walk.visits} visits, {walk.parallels} parallels, {walk.states} states")
        emit(f"flow.state_transitions.{name}", walk.states, "state transitions", wanted)
    extra = [walk.states - walk.visits - walk.parallels for walk in found.values()]
    emit(
        "flow.state_transitions.over",
        max(extra),
        "state transitions more than steps, parallels and revisits",
        0,
    )
    plain = [n for n, walk in zip(extra, found.values(), strict=True) if not walk.is_caught_at_end]
    emit("flow.state_transitions.over_unless_ended_by_catch", max(plain), "state transitions", 0)
    return found["licence.granted"].states


def _granted(city: City, name: str, person: str, acts: tuple[tuple[str, str], ...]) -> Filed:
    citizen, officers = city.person(person), walks.officers(city)
    materials = [walks.upload(citizen, code) for code in walks.required(name)]
    filed = walks.filed(citizen.post("/applications", walks.application(name, materials)))
    for post, outcome in acts:
        task = officers[post].wait_for_task(post, filed.number)
        officers[post].complete(
            task["id"], outcome, **({"opinion": "agree"} if outcome == "opinion" else {})
        ).expect(200)
    wait(lambda: _record(city.anybody(), filed)["ended_at"], f"the end of {filed.number}")
    return filed


def _record(anybody: Client, filed: Filed) -> Json:
    found: Json = anybody.get(f"/record/{filed.number}").expect(200).body
    return found


def _walk(stack: Stack, city: City, filed: Filed) -> Walk:
    record = _record(city.anybody(), filed)
    need(record["ended_at"], f"{filed.number} has not ended")
    flow = f"sunlit-{STAGE}-{record['flow']['id']}-v{record['flow']['version']}"
    states = stack.running.client("stepfunctions")
    machine = next(
        m["stateMachineArn"]
        for m in states.list_state_machines()["stateMachines"]
        if m["name"] == flow
    )
    walk = follow(
        json.loads(states.describe_state_machine(stateMachineArn=machine)["definition"]),
        record["steps"],
    )
    if not walk.parallels and (entered := _entered(states, machine, filed)) != walk.states:
        raise BenchError(
            f"{filed.number}: {walk.states} states by the definition, {entered} in the history"
        )
    return walk


def _entered(states: Any, machine: str, filed: Filed) -> int:
    """States that the case's first and only execution entered, as Step Functions itself recorded
    it.
    """
    execution = machine.replace(":stateMachine:", ":execution:") + f":{filed.case}-0"
    events = states.get_execution_history(executionArn=execution, maxResults=1000)["events"]
    return sum(event["type"].endswith("StateEntered") for event in events)


def follow(definition: Json, visits: list[Json]) -> Walk:
    """Lead the visits ``[{step, outcome}]`` through a compiled flow. Raises BenchError where they
    do not fit.
    """
    waiting, at, states, parallels = list(visits), definition["StartAt"], 0, 0
    while True:
        state = definition["States"][at]
        states += 1
        if state["Type"] == "Succeed":
            break
        if state["Type"] == "Parallel":
            parallels += 1
            for branch in state["Branches"]:
                states += 1
                _take(waiting, branch["StartAt"])
            onward = state
        else:
            onward = _onward(state, _take(waiting, at))
        if "Next" not in onward:
            break
        at = onward["Next"]
    if waiting:
        raise BenchError(f"visits beyond the end of the flow: {[v['step'] for v in waiting]}")
    return Walk(states, len(visits), parallels, definition["States"][at]["Type"] == "Succeed")


def _take(waiting: list[Json], step: str) -> Json:
    found = next((visit for visit in waiting if visit["step"] == step), None)
    if found is None:
        raise BenchError(f"the flow stands at {step}, where the case has not been")
    waiting.remove(found)
    return found


def _onward(state: Json, visit: Json) -> Json:
    """Where a task's answer leads: the Catch of its outcome's name, else the state's own way."""
    caught = [
        catch
        for catch in state.get("Catch", ())
        if failure_name(visit["outcome"]) in catch["ErrorEquals"]
    ]
    return caught[0] if caught else state
