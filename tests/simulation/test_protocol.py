"""The protocol between journal, delivery and Step Functions, in thousands of random schedules."""

import json
from collections import Counter
from typing import Any

import pytest
from jsonata import Jsonata

from chalicelib.casework.execution import delivery, open_task
from chalicelib.catalog.flows.step_kinds import KINDS
from tests.simulation import jsonata, wrong_protocols
from tests.simulation.actors import Violation
from tests.simulation.schedules import play
from tests.simulation.successors import PUBLISHED
from tests.simulation.world import MACHINES, World, living_in

SCHEDULES, CHUNK = 1500, 250
ENOUGH = 600  # schedules within which a wrong protocol must be found out; most take a handful


@pytest.mark.parametrize("first", range(0, SCHEDULES, CHUNK))
def test_no_schedule_breaks_the_protocol(first: int) -> None:
    for seed in range(first, first + CHUNK):
        play(seed)


@pytest.mark.parametrize("mutation", wrong_protocols.ALL, ids=lambda m: m.__name__)
def test_a_wrong_protocol_is_found_out(mutation: wrong_protocols.Mutation) -> None:
    with pytest.raises(Violation):
        for seed in range(ENOUGH):
            play(seed, mutation)


def test_a_seed_always_tells_the_same_story() -> None:
    for seed in range(5):
        assert play(seed).stage.history == play(seed).stage.history


def met_in(schedules: range) -> Counter[str]:
    """What happened in the schedules, by name and number of times."""
    seen: Counter[str] = Counter()
    for seed in schedules:
        world = play(seed)
        seen["killed"] += sum(line.endswith(": killed") for line in world.stage.history)
        seen["three executions and more"] += len(world.states.executions) > 2
        acts = [act for entry in world.journal.entries.values() for act in entry.acts]
        seen.update(act.type for act in acts)
        seen.update(f"outcome {act.data['outcome']}" for act in acts if act.type == "TaskCompleted")
        seen.update(
            f"execution {execution.status}" for execution in world.states.executions.values()
        )
        seen.update(world.flow.name for _ in world.cases)
    return seen


def test_the_schedules_hold_what_they_are_made_for() -> None:
    seen = met_in(range(SCHEDULES, SCHEDULES + 250))
    outcomes = {outcome for kind in KINDS.values() for outcome in (*kind.must, *kind.may)}
    expected = {
        **dict.fromkeys((flow.name for flow in PUBLISHED), 3),
        **dict.fromkeys((f"outcome {outcome}" for outcome in outcomes), 1),
        "CaseWithdrawn": 10, "CaseGrantedTacitly": 1, "DecisionRevoked": 5, "CaseMoved": 10,
        "killed": 100, "three executions and more": 20, "CaseReturned": 10, "OpinionGiven": 10,
        "SupplementRequested": 10, "CaseAcceptedByDefault": 2, "WarningRaised": 10, "CaseRefused": 2,
        "CaseNotAccepted": 2, "CertificateIssued": 30, "TaskClaimed": 10, "TaskAssigned": 5, "ActCorrected": 5,
        "FeePaid": 2, "ProcedureBegun": 3, "execution ABORTED": 20, "execution FAILED": 20, "execution SUCCEEDED": 50,
    }  # fmt: skip
    assert {name: seen[name] for name in expected if seen[name] < expected[name]} == {}


def test_a_visit_that_the_journal_does_not_know_fails_loudly() -> None:
    world = World(0)
    with living_in(world):
        world.file(0)
        world.stage.run_out()
        (case_id,) = world.cases
        for step, since in (("accept", 1), ("review", 0), ("nonsense", 0)):
            with pytest.raises(open_task.UnknownVisit):
                open_task.open_task(case_id, step, since, "token")
        assert all(row.sk in ("case", "task#accept.0") for row in world.views.rows.values())


def test_an_execution_that_starts_where_the_case_never_was_fails() -> None:
    world = World(0)
    with living_in(world):
        world.file(0)
        world.stage.run_out()
        arn = f"arn:aws:states:::stateMachine:sunlit-test-{world.flow.name}"
        world.states.start_execution(
            stateMachineArn=arn,
            name="astray",
            input=json.dumps({"case": world.cases[0], "since": 7}),
        )
        with pytest.raises(Violation, match=r"no visit accept\.7"):
            world.stage.run_out()
    astray = world.states.executions["astray"]
    assert (astray.status, astray.error) == ("FAILED", "UnknownVisit")


def test_the_same_run_is_one_execution() -> None:
    world = World(0)
    with living_in(world):
        world.file(0)
        world.stage.run_out()
        case = world.case(world.cases[0])
        assert case is not None
        delivery.start(case, "again")
        delivery.start(case, "again")
        world.stage.run_out()
    assert sorted(name.rpartition("-")[2] for name in world.states.executions) == ["0", "again"]


STATES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("{% $states.context.Task.Token %}", {"context": {"Task": {"Token": "t"}}}),
    (
        "{% $states.context.Execution.Input.case %}",
        {"context": {"Execution": {"Input": {"case": "c", "since": 0}}}},
    ),
    ("{% $max($states.input.since) %}", {"input": {"since": 0}}),
    ("{% $max($states.input.since) %}", {"input": {"since": 7}}),
    ("{% $max($states.input.since) %}", {"input": [{"since": 3}, {"since": 12}, {"since": 9}]}),
    ("{% {'since': $states.result.since} %}", {"result": {"since": 4}}),
    (
        "{% {'since': $parse($states.errorOutput.Cause).since} %}",
        {"errorOutput": {"Cause": '{"since": 5}'}},
    ),
)


@pytest.mark.parametrize(("text", "states"), STATES)
def test_what_the_simulator_evaluates_by_hand_is_what_jsonata_says(
    text: str, states: dict[str, Any]
) -> None:
    expression = Jsonata(text.removeprefix("{%").removesuffix("%}"))
    expression.register_lambda("parse", json.loads)
    expression.assign("states", states)
    assert jsonata.evaluate(text, states) == expression.evaluate(None)


def test_every_expression_of_the_compiled_flows_is_compared() -> None:
    def texts(node: Any) -> set[str]:
        if isinstance(node, dict | list):
            return set().union(*map(texts, node.values() if isinstance(node, dict) else node))
        return {node} if isinstance(node, str) and "{%" in node else set()

    assert texts(MACHINES) == set(jsonata.EXPRESSIONS) == {text for text, _ in STATES}
