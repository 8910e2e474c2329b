"""Several tasks in one request: each its own act, each its own answer, safe to send again."""

from typing import Any

import pytest

from chalicelib.casework.acts import Claim, CompleteTask
from chalicelib.casework.routes import batches
from chalicelib.casework.use_cases import repository
from chalicelib.kernel import schemas
from tests.support.builders import teams
from tests.support.builders.teams import Team

team = teams.team


def send(team: Team, *tasks: dict[str, Any], person: str = "o-win", key: str = "") -> Any:
    return team.ask(person, "POST /task-batches", {"tasks": list(tasks)}, key=key)


def accept(team: Team, name: str, **more: Any) -> dict[str, Any]:
    return {"task": f"{name}.accept.0", "outcome": "accept", **more}


def kinds(answer: Any) -> list[str]:
    """What came of each: the task's outcome, or the problem's name."""
    assert answer.status == 200, answer.body
    return [
        each["done"]["outcome"] if "done" in each else each["problem"]["type"].rpartition(":")[2]
        for each in answer.body["results"]
    ]


@pytest.fixture
def three(team: Team) -> Team:
    """Three cases at the window."""
    for number, name in enumerate("abc", start=1):
        team.file(name, number=number)
    return team


def test_each_task_is_an_act_of_its_own(three: Team) -> None:
    answer = send(three, accept(three, "b"), accept(three, "a"), accept(three, "c"))
    assert kinds(answer) == ["accept"] * 3
    assert [each["task"] for each in answer.body["results"]] == [
        "b.accept.0",
        "a.accept.0",
        "c.accept.0",
    ]
    for name in "abc":
        _, accepted = three.journal.read(repository.stream_of(name))
        assert accepted.actor.person == "o-win"
        assert [act.type for act in accepted.acts] == ["TaskCompleted", "CaseAccepted"]
    leaves = {each["done"]["receipt"]["leaf"] for each in answer.body["results"]}
    assert len(leaves) == 3


def test_one_that_fails_stops_no_other(three: Team) -> None:
    three.file("d", number=4)
    three.do("a", Claim("accept.0"), "o-win-2", "urb-window")
    three.do("d", CompleteTask("accept.0", "accept"), "o-win-2", "urb-window")
    answer = send(
        three,
        accept(three, "a"),
        accept(three, "d"),
        {"task": "d.review.2", "outcome": "pass"},
        {"task": "nothing.accept.0", "outcome": "accept"},
        {"task": "有", "outcome": "accept"},
        {"task": "b.accept.0", "outcome": "not_accept"},
        accept(three, "c"),
    )
    assert kinds(answer) == [
        "task-claimed", "task-already-done", "not-found", "not-found", "not-found", "reasons-needed", "accept",
    ]  # fmt: skip
    statuses = [each["status"] for each in answer.body["results"]]
    assert statuses == [409, 409, 404, 404, 404, 422, 200]
    assert answer.body["results"][5]["problem"]["errors"] == [
        {"field": "/reasons", "message": "This is required."}
    ]


def test_it_is_answered_also_when_nothing_in_it_is_the_callers(three: Team) -> None:
    assert (
        kinds(send(three, accept(three, "a"), accept(three, "b"), person="o-dpf"))
        == ["not-found"] * 2
    )
    assert kinds(send(three, accept(three, "a"), person="o-head")) == ["not-allowed"]
    assert send(three, accept(three, "a"), person="p-li-na").status == 403


def test_sent_again_it_is_answered_the_same_and_nothing_is_done_twice(three: Team) -> None:
    asked = [accept(three, "a"), {"task": "b.accept.0", "outcome": "refuse"}, accept(three, "c")]
    first, again = send(three, *asked, key="once"), send(three, *asked, key="once")
    assert without_ids(first) == without_ids(again)
    assert [len(three.journal.read(repository.stream_of(name))) for name in "abc"] == [2, 1, 2]


def test_under_the_same_key_only_what_was_changed_is_refused(three: Team) -> None:
    send(three, accept(three, "a"), accept(three, "b"), key="once")
    answer = send(
        three,
        accept(three, "b"),
        {**accept(three, "a"), "note": "另注"},
        accept(three, "c"),
        key="once",
    )
    assert kinds(answer) == ["accept", "idempotency-key-reused", "accept"]
    assert len(three.journal.read("case#b")) == 2


def test_under_another_key_what_is_done_is_done(three: Team) -> None:
    send(three, accept(three, "a"))
    assert kinds(send(three, accept(three, "a"), accept(three, "b"))) == [
        "task-already-done",
        "accept",
    ]


def test_two_tasks_of_one_case_are_two_acts(team: Team) -> None:
    posts = dict.fromkeys(
        ("window", "reviewer", "approver", "fire-reviewer", "traffic-reviewer"), "urb-window"
    )
    team.file("abc", "joint-licence", posts=posts)
    team.do("abc", CompleteTask("accept.0", "accept"), "o-others", "urb-window")
    team.do("abc", CompleteTask("review.2", "pass"), "o-others-2", "urb-window")
    opinion = {"outcome": "opinion", "opinion": "agree"}
    answer = send(
        team, *({"task": team.task("abc", step), **opinion} for step in ("fire", "traffic"))
    )
    assert kinds(answer) == ["opinion", "opinion"]
    assert len(team.journal.read("case#abc")) == 5


@pytest.mark.parametrize("size", [0, 21])
def test_a_batch_holds_one_to_twenty_tasks(team: Team, size: int) -> None:
    assert send(team, *(accept(team, f"t{n}") for n in range(size))).status == 422


def test_a_task_stands_in_a_batch_once(three: Team) -> None:
    twice = {"task": "a.accept.0", "outcome": "not_accept", "reasons": ["超出范围"]}
    answer = send(three, accept(three, "a"), accept(three, "b"), twice)
    assert (answer.status, answer.body["errors"][0]["field"]) == (422, "/tasks/2/task")
    assert len(three.journal.read("case#a")) == len(three.journal.read("case#b")) == 1


def test_a_defect_in_one_is_told_and_the_others_go_on(
    three: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = three.journal.read

    def failing(stream: str, after: int = 0) -> Any:
        if stream == "case#a":
            raise ConnectionError("张伟")
        return read(stream, after)

    monkeypatch.setattr(three.journal, "read", failing)
    answer = send(three, accept(three, "a"), accept(three, "b"))
    assert kinds(answer) == ["internal", "accept"]
    assert "张伟" not in str(answer.body)


def test_what_cannot_be_begun_in_time_is_left_for_the_next_try(
    three: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [accept(three, "a"), accept(three, "b")]
    with monkeypatch.context() as patch:
        patch.setattr(batches, "BEGUN_WITHIN", -1.0)
        answer = send(three, *asked, key="once")
        assert (kinds(answer), answer.body["results"][0]["status"]) == (
            ["try-again-later"] * 2,
            503,
        )
    assert kinds(send(three, *asked, key="once")) == ["accept", "accept"]


def test_a_task_of_a_batch_takes_what_a_completion_takes() -> None:
    alone = schemas.load("task_completion")
    one = schemas.load("task_batch")["properties"]["tasks"]["items"]
    assert {name: rule for name, rule in one["properties"].items() if name != "task"} == alone[
        "properties"
    ]
    assert set(one["required"]) == {"task", *alone["required"]}


def without_ids(answer: Any) -> list[dict[str, Any]]:
    """The results; each request has a correlation id of its own."""
    for each in answer.body["results"]:
        each.get("problem", {}).pop("correlation_id", None)
    return list(answer.body["results"])
