"""Executions of a moved case: the old machine ends, the new one is led to where the map put the
case.
"""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib import authority
from chalicelib.casework.acts import ApproveMove, ProposeMove
from chalicelib.casework.execution import delivery, open_task, task_tokens
from chalicelib.catalog import flows
from chalicelib.catalog.flows import step_maps
from chalicelib.kernel import aws, bus
from tests.support.builders.case_walks import HEAD, REASONS, go, led
from tests.support.builders.cases import Desk, posts_of
from tests.support.fakes.stores import MemoryJournal, MemoryViews
from tests.unit.casework.test_moved_cases import ADMIN

CASE = "abc"
Answers = list[tuple[str, str, int]]


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    """What Step Functions is told: (token, error or ``success``, since)."""
    told: Answers = []

    def note(how: str, document: str, token: str) -> None:
        told.append((token, how, json.loads(document)["since"]))

    states = SimpleNamespace(
        send_task_success=lambda **sent: note("success", sent["output"], sent["taskToken"]),
        send_task_failure=lambda **sent: note(sent["error"], sent["cause"], sent["taskToken"]),
        exceptions=SimpleNamespace(ClientError=ClientError),
    )
    monkeypatch.setattr(task_tokens, "client", lambda service: states)
    return told


@pytest.fixture
def moved(memory: tuple[MemoryJournal, MemoryViews]) -> Desk:
    """A case at its review, moved from version 1 to 2 by its fourth entry."""
    desk = led("licence", "accept", posts=posts_of(flows.flow("licence", 2)))
    desk.do(ProposeMove(2, step_maps.steps("licence", 1, 2), REASONS), ADMIN)
    desk.do(ApproveMove(2), HEAD)
    return desk


def on_record(desk: Desk, memory: tuple[MemoryJournal, MemoryViews]) -> None:
    memory[0].entries.update({(entry.stream, entry.seq): entry for entry in desk.entries})


def test_a_new_execution_jumps_from_the_start_to_where_the_case_was_moved(
    moved: Desk, memory: tuple[MemoryJournal, MemoryViews], answers: Answers
) -> None:
    on_record(moved, memory)
    assert open_task.open_task(CASE, "accept", 0, "t-1", "licence-v2") == "answered"
    assert answers == [("t-1", "Jump.review", 4)]
    assert open_task.open_task(CASE, "review", 4, "t-2", "licence-v2") == "opened"


def test_an_execution_of_the_old_version_ends_wherever_it_stands(
    moved: Desk, memory: tuple[MemoryJournal, MemoryViews], answers: Answers
) -> None:
    on_record(go(moved, "review"), memory)
    for step, since in (("accept", 0), ("review", 2), ("review", 4)):
        assert open_task.open_task(CASE, step, since, f"{step}.{since}", "licence-v1") == "answered"
    assert [(error, since) for _, error, since in answers] == [("Outcome.Move", 4)] * 3


def test_an_execution_started_again_after_the_case_went_on_fast_forwards(
    moved: Desk, memory: tuple[MemoryJournal, MemoryViews], answers: Answers
) -> None:
    on_record(go(moved, "review"), memory)
    open_task.open_task(CASE, "accept", 0, "t-1", "licence-v2")
    open_task.open_task(CASE, "review", 4, "t-2", "licence-v2")
    assert open_task.open_task(CASE, "approve", 5, "t-3", "licence-v2") == "opened"
    assert answers == [("t-1", "Jump.review", 4), ("t-2", "success", 5)]


def test_an_execution_that_stands_where_the_case_never_was_must_not_go_on(
    moved: Desk, memory: tuple[MemoryJournal, MemoryViews], answers: Answers
) -> None:
    on_record(moved, memory)
    with pytest.raises(open_task.UnknownVisit):
        open_task.open_task(CASE, "approve", 5, "t-1", "licence-v2")
    assert answers == []


def test_delivery_answers_the_old_tokens_and_starts_the_new_machine(
    moved: Desk,
    memory: tuple[MemoryJournal, MemoryViews],
    answers: Answers,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started: list[dict[str, Any]] = []
    states = SimpleNamespace(
        start_execution=lambda **run: started.append(run),
        exceptions=SimpleNamespace(ClientError=ClientError),
    )
    monkeypatch.setattr(aws, "client", lambda service: states)
    monkeypatch.setattr(bus, "publish", lambda events: None)
    monkeypatch.setattr(authority, "posts_told", lambda: frozenset())
    memory[0].entries.update({(e.stream, e.seq): e for e in moved.entries[:3]})
    delivery.deliver(f"case#{CASE}")
    open_task.open_task(CASE, "review", 2, "t-old", "licence-v1")
    on_record(moved, memory)
    delivery.deliver(f"case#{CASE}")
    assert answers == [("t-old", "Outcome.Move", 4)]
    assert [(run["stateMachineArn"].rpartition("-test-")[2], run["name"]) for run in started] == [
        ("licence-v1", f"{CASE}-0"),
        ("licence-v2", f"{CASE}-m4"),
    ]


def test_a_case_of_one_version_needs_no_leading(
    memory: tuple[MemoryJournal, MemoryViews], answers: Answers
) -> None:
    on_record(led("licence"), memory)
    assert open_task.open_task(CASE, "accept", 0, "t-1", "licence-v1") == "opened"
    assert (
        open_task.open_task(CASE, "accept", 0, "t-2") == "opened"
    )  # an execution of the first release
    assert answers == []


# The published maps


@pytest.mark.parametrize(
    ("flow", "version", "successor"),
    [("licence", 2, 3), ("licence", 1, 3), ("licence", 2, 1), ("unknown", 1, 2)],
)
def test_where_no_map_is_published_there_is_none(flow: str, version: int, successor: int) -> None:
    assert step_maps.steps(flow, version, successor) == {}


def test_every_published_map_is_sound() -> None:
    maps = [
        found for flow in flows.published() for found in step_maps.published(flow.id, flow.version)
    ]
    assert maps and [step_maps.faults(found) for found in maps] == [[] for _ in maps]


@pytest.mark.parametrize(
    ("steps", "fault"),
    [
        ({"nowhere": "review"}, "nowhere is no place of licence-v1"),
        ({"review": "nowhere"}, "nowhere is no place of licence-v2"),
        ({"review": "issue"}, "issue leads behind the decision of licence-v2"),
    ],
)
def test_a_map_that_would_skip_the_decision_or_lead_nowhere_is_not_sound(
    steps: dict[str, str], fault: str
) -> None:
    found = next(step_maps.published("licence", 1))
    faults = step_maps.faults(found | {"steps": steps})
    assert [one.partition(" ")[2] for one in faults] == [fault.partition(" ")[2]]
