"""The compiler: one state per step, and every way of the published flow is a way of the machine."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.casework.compiler import CAUGHT, ENDED, INFRASTRUCTURE, SINCE, compile_flow, failure_name
from chalicelib.catalog import flows
from chalicelib.catalog.flows import END, JOIN, WITHDRAW

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


def onward(state: dict[str, Any]) -> str:
    return "" if state.get("End") else str(state["Next"])


@pytest.mark.parametrize(
    ("outcome", "name"),
    [("refuse", "Outcome.Refuse"), ("not_accept", "Outcome.NotAccept"), ("withdraw", "Outcome.Withdraw")],
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
        assert set(payload) == {"token", "case", "step", "since"}
        assert (payload["step"], payload["since"]) == (step, SINCE)
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
        caught = {error: c["Next"] for c in state.get("Catch", ()) for error in c["ErrorEquals"]}
        others = {failure_name(o): t for o, t in step.outcomes.items() if o != step.plain}
        if step.may_withdraw and parallel is None:
            others[failure_name(WITHDRAW)] = "end:withdrawn"
        assert caught == {error: ENDED if t.startswith(END) else t for error, t in others.items()}
        assert all(c["Output"] == CAUGHT for c in state.get("Catch", ()))
        assert (parallel is not None) == (step.joint != "")
    assert seen == set(flow.steps)


def test_a_joint_review_goes_on_together_and_only_withdrawal_breaks_it() -> None:
    machine = MACHINES["joint-licence.v1"]
    parallel = machine["States"]["opinions"]
    assert [branch["StartAt"] for branch in parallel["Branches"]] == ["fire", "traffic"]
    assert onward(parallel) == "approve"
    assert [(c["ErrorEquals"], c["Next"]) for c in parallel["Catch"]] == [(["Outcome.Withdraw"], ENDED)]
    assert "Output" not in parallel  # the emulator would not heed it
    assert all("Catch" not in state for _, state, around in tasks(machine) if around)


@every_flow
def test_a_flow_costs_its_steps_parallels_and_revisits(name: str) -> None:
    flow = flows.read(DOCUMENTS[name])
    assert len(list(tasks(MACHINES[name]))) == len(flow.steps)
    assert sum(s["Type"] == "Parallel" for s in MACHINES[name]["States"].values()) == len(flow.joints)


def test_a_flow_without_any_end_by_failure_has_no_end_state() -> None:
    document = json.loads(json.dumps(DOCUMENTS["licence.v1"]))
    document["start"], document["steps"] = "issue", {"issue": document["steps"]["issue"]}
    assert list(compile_flow(document)["States"]) == ["issue"]


@every_flow
def test_compiling_again_gives_the_same(name: str) -> None:
    assert json.dumps(compile_flow(DOCUMENTS[name])) == json.dumps(MACHINES[name])
