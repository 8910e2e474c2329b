"""The compiler: one state per step, and every way of the published flow is a way of the machine."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.casework.execution.compiler import (
    CAUGHT,
    ENDED,
    INFRASTRUCTURE,
    SINCE,
    compile_flow,
    failure_name,
    jump_name,
)
from chalicelib.catalog import flows
from chalicelib.catalog.flows.step_kinds import (
    APPLICATION,
    END,
    JOIN,
    MOVE,
    REVOKE,
    TACIT,
    WITHDRAW,
)

DOCUMENTS = {path.stem: flows.template(path) for path in sorted(flows.FOLDER.glob("*.v*.json"))}
MACHINES = {name: compile_flow(document) for name, document in DOCUMENTS.items()}
every_flow = pytest.mark.parametrize("name", DOCUMENTS)


def tasks(machine: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], dict[str, Any] | None]]:
    """(step, state, the Parallel around it)."""
    for name, state in machine["States"].items():
        if state["Type"] == "Task":
            yield name, state, None
        for branch in state.get("Branches", ()):
            assert list(branch["States"]) == [branch["StartAt"]]
            yield branch["StartAt"], branch["States"][branch["StartAt"]], state


def caught(state: dict[str, Any]) -> dict[str, str]:
    """What each named failure leads to."""
    return {error: c["Next"] for c in state.get("Catch", ()) for error in c["ErrorEquals"]}


def onward(state: dict[str, Any]) -> str:
    return "" if state.get("End") else str(state["Next"])


@pytest.mark.parametrize(
    ("outcome", "name"),
    [
        ("refuse", "Outcome.Refuse"),
        ("not_accept", "Outcome.NotAccept"),
        ("withdraw", "Outcome.Withdraw"),
    ],
)
def test_an_outcome_is_a_named_failure(outcome: str, name: str) -> None:
    assert failure_name(outcome) == name


@every_flow
def test_the_machine_has_one_state_per_step_and_joint_and_one_end(name: str) -> None:
    machine, document = MACHINES[name], DOCUMENTS[name]
    assert set(machine["States"]) == {*document["steps"], ENDED}
    assert machine["StartAt"] == document["start"]
    assert machine["QueryLanguage"] == "JSONata"
    assert machine["Comment"].endswith(flows.read(document).hash)
    assert machine["States"][ENDED] == {"Type": "Succeed"}
    kinds = {state["Type"] for state in machine["States"].values()}
    assert kinds <= {"Task", "Parallel", "Succeed"}


@every_flow
def test_the_only_task_is_open_task_waiting_for_its_token(name: str) -> None:
    for step, state, _ in tasks(MACHINES[name]):
        assert state["Resource"] == "arn:aws:states:::lambda:invoke.waitForTaskToken"
        assert state["Arguments"]["FunctionName"] == "${OpenTaskArn}"
        payload = state["Arguments"]["Payload"]
        assert set(payload) == {"token", "case", "step", "since", "flow"}
        assert (payload["step"], payload["since"]) == (step, SINCE)
        assert payload["flow"] == flows.read(DOCUMENTS[name]).name
        assert not {"TimeoutSeconds", "HeartbeatSeconds"} & set(state)


@every_flow
def test_only_faults_of_lambda_itself_are_retried(name: str) -> None:
    for _, state, _ in tasks(MACHINES[name]):
        assert [retry["ErrorEquals"] for retry in state["Retry"]] == [INFRASTRUCTURE]
    assert all(error.startswith("Lambda.") for error in INFRASTRUCTURE)


@every_flow
def test_every_outcome_of_every_step_leads_where_the_flow_says(name: str) -> None:
    flow = flows.read(DOCUMENTS[name])
    seen = set()
    for step_id, state, parallel in tasks(MACHINES[name]):
        step = flow.steps[step_id]
        seen.add(step_id)
        target = step.outcomes[step.plain]
        assert onward(state) == ("" if target == JOIN or target.startswith(END) else target)
        others = {failure_name(o): t for o, t in step.outcomes.items() if o != step.plain}
        implied = {failure_name(outcome) for outcome in (WITHDRAW, TACIT, MOVE, REVOKE)}
        chosen = {
            error: t
            for error, t in caught(state).items()
            if error not in implied and "Jump." not in error
        }
        assert chosen == {error: ENDED if t.startswith(END) else t for error, t in others.items()}
        assert all(c["Output"] == CAUGHT for c in state.get("Catch", ()))
        assert (parallel is not None) == (step.joint != "")
    assert seen == set(flow.steps)


@every_flow
def test_a_case_is_withdrawn_before_its_decision_and_revoked_after_it_and_moved_at_any_time(
    name: str,
) -> None:
    flow = flows.read(DOCUMENTS[name])
    applied_for = flow.opens == APPLICATION
    for step_id, state, around in tasks(MACHINES[name]):
        step, ways = flow.steps[step_id], caught(around or state)
        assert ways[failure_name(MOVE)] == ENDED
        assert (failure_name(WITHDRAW) in ways) == (applied_for and not step.decided)
        assert (failure_name(REVOKE) in ways) == step.decided


@every_flow
def test_silence_leads_on_from_every_step_between_acceptance_and_decision(name: str) -> None:
    flow = flows.read(DOCUMENTS[name])
    for step_id, state, around in tasks(MACHINES[name]):
        step, ways = flow.steps[step_id], caught(around or state)
        waits = not step.decided and step.kind not in ("accept", "supplement")
        assert ways.get(failure_name(TACIT)) == (flow.tacit if flow.tacit and waits else None)


@every_flow
def test_a_moved_case_is_led_from_the_start_to_where_it_stands(name: str) -> None:
    flow = flows.read(DOCUMENTS[name])
    for step_id, state, around in tasks(MACHINES[name]):
        jumps = {error: onto for error, onto in caught(around or state).items() if "Jump." in error}
        assert jumps == (
            {jump_name(place): place for place in flow.places} if step_id == flow.start else {}
        )


def test_a_joint_review_goes_on_together_and_only_what_ends_the_case_breaks_it() -> None:
    machine = MACHINES["joint-licence.v1"]
    parallel = machine["States"]["opinions"]
    assert [branch["StartAt"] for branch in parallel["Branches"]] == ["fire", "traffic"]
    assert onward(parallel) == "approve"
    assert caught(parallel) == {"Outcome.Withdraw": ENDED, "Outcome.Move": ENDED}
    assert "Output" not in parallel  # the emulator would not heed it
    assert all("Catch" not in state for _, state, around in tasks(machine) if around)


@every_flow
def test_a_flow_costs_its_steps_parallels_and_revisits(name: str) -> None:
    flow = flows.read(DOCUMENTS[name])
    assert len(list(tasks(MACHINES[name]))) == len(flow.steps)
    assert sum(s["Type"] == "Parallel" for s in MACHINES[name]["States"].values()) == len(
        flow.joints
    )


@every_flow
def test_compiling_again_gives_the_same(name: str) -> None:
    assert json.dumps(compile_flow(DOCUMENTS[name])) == json.dumps(MACHINES[name])
