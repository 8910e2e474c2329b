"""What breaks under the city does not break its cases: lost wake-ups, lost executions, poison, kill
-9.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from chalicelib.kernel import ids, journal
from infra.local.city import sample
from infra.local.client import City, new_key, wait
from infra.local.emulator import embedded
from tests.journeys.support.cases import OFFICER, Case, accepted, application, filed, reviewed
from tests.journeys.support.stack import Stack


@contextmanager
def _without_stream(stack: Stack) -> Iterator[None]:
    """The journal's stream wakes nobody."""
    functions = stack.client("lambda")
    mappings = functions.list_event_source_mappings()["EventSourceMappings"]
    mapping = next(m["UUID"] for m in mappings if ":dynamodb:" in m["EventSourceArn"])
    functions.update_event_source_mapping(UUID=mapping, Enabled=False)
    try:
        yield
    finally:
        functions.update_event_source_mapping(UUID=mapping, Enabled=True)


def _move(case: Case, post: str, outcome: str, **more: object) -> None:
    """One step where only the minute's sweep delivers."""
    officer = case.officer(post)
    wait(lambda: case.city.tick("feed") and officer.tasks(post, case.number), f"a task in {post}")
    case.act(post, outcome, **more)


def test_with_the_stream_disabled_every_case_still_moves(own_stack: Stack) -> None:
    with _without_stream(own_stack):
        case = filed(own_stack.city)
        time.sleep(1)
        assert not own_stack.rows("Views", pk=f"case#{case.id}"), (
            "the stream must be off for this test"
        )
        _move(case, "urb-window", "accept")
        _move(case, "urb-reviewer", "pass")
        _move(case, "urb-approver", "approve")
        own_stack.city.tick("feed")
        case.certificate()
        own_stack.city.tick("feed")
        wait(lambda: not own_stack.executions(case.id), "the end of the execution")
    wait(lambda: len(case.applicant.messages(case.number)) == 4, "every message")
    for _ in range(2):
        own_stack.city.tick()
    kinds = sorted(message["kind"] for message in case.applicant.messages(case.number))
    assert kinds == ["case.accepted", "case.filed", "case.granted", "certificate.issued"]


def _lose_executions(stack: Stack) -> int:
    """Every running execution is stopped, as if somebody had deleted them all."""
    states, running = stack.client("stepfunctions"), stack.executions()
    for each in running:
        states.stop_execution(executionArn=each["executionArn"])
    return len(running)


def test_lost_executions_are_started_again_and_nobody_repeats_anything(own_stack: Stack) -> None:
    city = own_stack.city
    cases = [filed(city), accepted(city), reviewed(city)]
    joint = filed(city, "mass-event", "p-liu-yang")
    joint.act("psb-window", "accept")
    joint.act("psb-reviewer", "pass")
    joint.act("fire-reviewer", "opinion", opinion="agree")
    joint.task("traffic-reviewer")
    for case, post in zip(cases, ("urb-window", "urb-reviewer", "urb-approver"), strict=True):
        case.task(post)
    before = [case.outcomes() for case in (*cases, joint)]
    assert _lose_executions(own_stack) >= 4
    city.tick("reconcile")
    running = {each["name"].partition("-")[0] for each in own_stack.executions()}
    assert {case.id for case in (*cases, joint)} <= running
    assert [case.outcomes() for case in (*cases, joint)] == before
    assert joint.is_gone_from("fire-reviewer") and joint.is_gone_from("psb-reviewer")
    assert cases[1].is_gone_from("urb-window") and cases[2].is_gone_from("urb-reviewer")
    cases[0].act("urb-window", "accept")
    for case in cases[:2]:
        case.act("urb-reviewer", "pass")
    for case in cases:
        case.act("urb-approver", "approve")
        case.certificate()
    joint.act("traffic-reviewer", "opinion", opinion="agree")
    joint.act("psb-approver", "approve")
    joint.certificate()
    ended = {case.id for case in (*cases, joint)}
    wait(
        lambda: not ended & {e["name"].partition("-")[0] for e in own_stack.executions()},
        "the executions to end",
    )


def test_a_case_with_several_executions_still_asks_once(own_stack: Stack) -> None:
    case = accepted(own_stack.city)
    case.task("urb-reviewer")
    states = own_stack.client("stepfunctions")
    arn = next(arn for arn in own_stack.state_machines() if arn.endswith("-embedded-licence-v1"))
    for n in range(3):
        start = json.dumps({"case": case.id, "since": 0})
        states.start_execution(stateMachineArn=arn, name=f"{case.id}-extra{n}", input=start)
    wait(
        lambda: len(_tokens(own_stack, case, "review")) == 4,
        "every execution to wait at the review",
    )
    assert len(case.officer("urb-reviewer").tasks("urb-reviewer", case.number)) == 1
    case.act("urb-reviewer", "pass")
    wait(
        lambda: len(_tokens(own_stack, case, "approve")) == 4,
        "every execution to wait at the decision",
    )
    case.act("urb-approver", "approve")
    case.certificate()
    wait(lambda: not own_stack.executions(case.id), "the end of every execution")
    assert len(own_stack.executions(case.id, "SUCCEEDED")) == 4


def _tokens(stack: Stack, case: Case, step: str) -> set[str]:
    rows = stack.rows("Views", pk=f"case#{case.id}")
    return {
        token
        for row in rows
        if row["sk"]["S"].startswith(f"task#{step}.")
        for token in row["tokens"]["SS"]
    }


def _poison(stack: Stack) -> str:
    """Somebody's malformed row in the journal, at the feed's present end; its stream."""
    stream, feed_id = f"case#poison{ids.ulid().lower()}", ids.ulid()
    row = {
        "stream": {"S": stream},
        "seq": {"N": "1"},
        "at": {"S": "yesterday"},
        "acts": {"S": '[["CaseFiled", {"number": 7}]]'},
        "leaf": {"S": "0" * 64},
        "feed_slot": {"S": journal.slot(ids.ulid_time(feed_id), journal.shard_of(stream))},
        "feed_id": {"S": feed_id},
    }
    stack.client("dynamodb").put_item(TableName=stack.resources["Journal"], Item=row)
    return stream


@pytest.mark.parametrize("is_woken", [True, False], ids=["by the stream", "by the sweep"])
def test_a_poison_act_is_parked_and_alarmed_and_its_neighbours_go_on(
    own_stack: Stack, is_woken: bool
) -> None:
    city = own_stack.city
    before = [filed(city) for _ in range(2)]
    if is_woken:
        stream = _poison(own_stack)
    else:
        with _without_stream(own_stack):
            stream = _poison(own_stack)
            between = filed(city)
            city.tick("feed")
            between.task("urb-window")
    after = [filed(city) for _ in range(2)]
    parked = wait(lambda: own_stack.rows("Views", pk="parked#deliver"), "the poison to be parked")
    assert stream in {row["sk"]["S"] for row in parked}
    wait(lambda: own_stack.has_alarmed("feed-parked"), "the alarm")
    for case in (*before, *after):
        case.act("urb-window", "accept")
        case.task("urb-reviewer")
    city.tick()


def test_a_changed_journal_raises_the_tamper_alarm(own_stack: Stack) -> None:
    case = filed(own_stack.city)
    table, row = own_stack.resources["Journal"], own_stack.journal(f"case#{case.id}")[0]
    row["post"] = {"S": "urb-head"}
    own_stack.client("dynamodb").put_item(TableName=table, Item=row)
    wait(lambda: own_stack.has_alarmed("journal-tampered"), "the tamper alarm")


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a city is kept that tests stop and start; it is deployed there once."""
    return tmp_path_factory.mktemp("kept") / "city"


def test_a_kill_loses_nothing_whole_and_the_case_goes_on(state: Path) -> None:
    """kill -9 in the middle of the journey: what the last snapshot kept is whole, what came after
    is done again.
    """
    keys = {name: new_key() for name in ("file", "accept", "pass", "approve")}
    with embedded.start(state) as running:
        sample.make_ready(running)
        stack = Stack(running)
        person = stack.city.person("p-li-na")
        body = application(stack.city, person)
        old = accepted(stack.city)
        old.task("urb-reviewer")
        kept = _snapshot(state)
        wait(lambda: _snapshot(state) != kept, "a snapshot that holds the first case")
        receipt = person.post("/applications", body, key=keys["file"]).expect(201)
        case = Case(stack.city, receipt, person)
        task = case.task("urb-window")["id"]
        case.officer("urb-window").complete(task, "accept", key=keys["accept"]).expect(200)
        stack.close()
        running.kill()
    with embedded.start(state) as running:
        sample.make_ready(running)
        stack = Stack(running)
        try:
            _goes_on(stack, old)
            _done_again(stack, body, keys)
        finally:
            stack.close()


def _snapshot(state: Path) -> Path:
    return (state / "aws" / "current").resolve()


def _goes_on(stack: Stack, before: Case) -> None:
    """A case of before the kill: its acts are all there, and its next officer finds it without
    anybody's help.
    """
    entries = stack.journal(f"case#{before.id}")
    assert [int(row["seq"]["N"]) for row in entries] == [1, 2]
    case = Case(stack.city, before.receipt, stack.city.person(before.applicant.person))
    assert case.page()["status"] == "accepted"
    case.act("urb-reviewer", "pass")
    case.act("urb-approver", "approve")
    case.certificate()
    assert [step for step, _ in case.outcomes()] == ["accept", "review", "approve", "issue"]


def _done_again(stack: Stack, body: dict[str, object], keys: dict[str, str]) -> None:
    """The acts of the last moments, repeated under their keys: kept or lost, there is one case in
    the end.
    """
    city = stack.city
    person = city.person("p-li-na")
    receipt = person.post("/applications", body, key=keys["file"]).expect(201)
    case = Case(city, receipt, person)
    city.tick()
    window = city.person(OFFICER["urb-window"])
    window.complete(f"{case.id}.accept.0", "accept", key=keys["accept"]).expect(200)
    case.act("urb-reviewer", "pass")
    case.act("urb-approver", "approve")
    case.certificate()
    entries = stack.journal(f"case#{case.id}")
    assert [int(row["seq"]["N"]) for row in entries] == list(range(1, len(entries) + 1))
    register = stack.journal("register#" + case.number.rpartition("-")[0].replace("-", "#"))
    assert [int(row["seq"]["N"]) for row in register] == list(range(1, len(register) + 1))
    assert len({row["acts"]["S"] for row in register}) == len(register)


def test_a_clean_stop_and_start_finds_yesterdays_cases(state: Path) -> None:
    with embedded.start(state) as running:
        sample.make_ready(running)
        stack = Stack(running)
        case = accepted(stack.city)
        stack.close()
    with embedded.start(state) as running:
        done = sample.make_ready(running)
        assert done["deployed"] is False and done["loaded"] is False
        city = City(running.gateway)
        again = Case(city, case.receipt, city.person(case.applicant.person))
        assert again.page()["status"] == "accepted"
        again.act("urb-reviewer", "pass")
        again.act("urb-approver", "approve")
        again.certificate()
        city.close()
