"""Protocols that look right and are not: each must be found out, or the schedules prove nothing."""

import json
from collections.abc import Callable, Set
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.casework.acts import Case, Visit, fold
from chalicelib.casework.execution import delivery, reconciler, task_tokens
from chalicelib.casework.execution import open_task as gate
from chalicelib.casework.execution.compiler import SINCE, failure_name, jump_name
from chalicelib.casework.use_cases import repository
from chalicelib.catalog.flows.step_kinds import TACIT, WITHDRAW
from chalicelib.kernel import stores
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.views import Row
from tests.simulation import jsonata
from tests.simulation.world import World

Mutation = Callable[[pytest.MonkeyPatch, World], None]


def answering_before_the_append(patch: pytest.MonkeyPatch, world: World) -> None:
    append = world.journal.append

    def eager(*entries: Any, writes: Any = ()) -> None:
        for entry in entries:
            if entry.stream.startswith("case#") and entry.seq > 1:
                before = world.journal.read(entry.stream)[: entry.seq - 1]
                delivery._answer(fold([*before, entry]), {entry.seq})
        append(*entries, writes=writes)

    patch.setattr(world.journal, "append", eager)


def opening_whatever_the_row_says(patch: pytest.MonkeyPatch, world: World) -> None:
    def open_task(case_id: str, step: str, since: int, token: str, flow: str) -> str:
        case, _ = repository.load(case_id)
        if case.transfer.entry and gate._led_on(case, since, token, flow):
            return "answered"
        visit = gate._visit(case, step, since)
        if visit.is_open:
            stores.views().add_token(task_tokens.task_row(case, visit), token)
            return "opened"
        task_tokens.answer(token, case, visit)
        return "answered"

    patch.setattr(gate, "open_task", open_task)


def opening_a_closed_row(patch: pytest.MonkeyPatch, world: World) -> None:
    def add_token(row: Row, token: str) -> bool:
        stored = world.views.rows.get(row.key, row)
        world.views.rows[row.key] = replace(row, tokens=stored.tokens | {token})
        return True

    patch.setattr(world.views, "add_token", add_token)


def keeping_one_token(patch: pytest.MonkeyPatch, world: World) -> None:
    keep = world.views.add_token

    def add_token(row: Row, token: str) -> bool:
        done = keep(row, token)
        if done:
            world.views.rows[row.key] = replace(
                world.views.rows[row.key], tokens=frozenset({token})
            )
        return done

    patch.setattr(world.views, "add_token", add_token)


def marking_done_before_answering(patch: pytest.MonkeyPatch, world: World) -> None:
    answer = delivery._answer

    def late(case: Case, seqs: Set[int]) -> None:
        stores.views().put(delivery.case_row(case), expect=min(seqs) - 1)
        answer(case, seqs)

    patch.setattr(delivery, "_answer", late)


def taking_for_granted_what_came_before(patch: pytest.MonkeyPatch, world: World) -> None:
    def show_next(case: Case, before: Any) -> bool:
        stores.views().put(delivery.case_row(case))
        return True

    patch.setattr(delivery, "_show_next", show_next)


def skipping_what_was_missed(patch: pytest.MonkeyPatch, world: World) -> None:
    catch_up = delivery._catch_up

    def hasty(case: Case, entries: list[Entry], done_from: int) -> bool:
        return catch_up(case, entries, 1 if done_from <= case.seq else done_from)

    patch.setattr(delivery, "_catch_up", hasty)


def closing_only_rows_that_are_there(patch: pytest.MonkeyPatch, world: World) -> None:
    close = world.views.close

    def close_known(pk: str, sk: str) -> Row:
        return close(pk, sk) if (pk, sk) in world.views.rows else Row(pk, sk)

    patch.setattr(world.views, "close", close_known)


def looking_for_tokens_before_closing(patch: pytest.MonkeyPatch, world: World) -> None:
    def answer(case: Case, seqs: Set[int]) -> None:
        for visit in case.visits.values():
            if not visit.is_open and visit.answer in seqs:
                key = task_tokens.task_key(case.id, visit)
                row = stores.views().get(*key)
                for _ in range(20):  # so that an execution comes between in some schedule
                    world.stage.pause("thinks")
                stores.views().close(*key)
                for token in row.tokens if row else ():
                    task_tokens.answer(token, case, visit)

    patch.setattr(delivery, "_answer", answer)


def telling_the_present_seq(patch: pytest.MonkeyPatch, world: World) -> None:
    answer = task_tokens.answer
    patch.setattr(
        task_tokens,
        "answer",
        lambda token, case, visit: answer(token, case, replace(visit, answer=case.seq)),
    )


def telling_the_present_outcome(patch: pytest.MonkeyPatch, world: World) -> None:
    def answer(token: str, case: Case, visit: Visit) -> None:
        last = max(case.visits.values(), key=lambda v: v.answer)
        told = json.dumps({"since": visit.answer})
        if last.outcome == case.step(visit).plain:
            world.states.send_task_success(taskToken=token, output=told)
        else:
            world.states.send_task_failure(
                taskToken=token, error=failure_name(last.outcome), cause=told
            )

    patch.setattr(task_tokens, "answer", answer)


def forgetting_those_whom_a_withdrawal_closes(patch: pytest.MonkeyPatch, world: World) -> None:
    def answer(case: Case, seqs: Set[int]) -> None:
        for visit in case.visits.values():
            if not visit.is_open and visit.answer in seqs and visit.outcome != WITHDRAW:
                for token in stores.views().close(*task_tokens.task_key(case.id, visit)).tokens:
                    task_tokens.answer(token, case, visit)

    patch.setattr(delivery, "_answer", answer)


def minding_dead_tokens(patch: pytest.MonkeyPatch, world: World) -> None:
    patch.setattr(task_tokens, "DEAD", set())


def joining_at_the_first_answer(patch: pytest.MonkeyPatch, world: World) -> None:
    def first(states: Any) -> Any:
        joined = states["input"]
        return joined[0]["since"] if isinstance(joined, list) else joined["since"]

    patch.setitem(jsonata.EXPRESSIONS, SINCE, first)


def never_starting_again(patch: pytest.MonkeyPatch, world: World) -> None:
    patch.setattr(reconciler, "reconcile", lambda: None)
    patch.setattr(delivery, "check_tasks", lambda case: True)


def writing_without_a_condition(patch: pytest.MonkeyPatch, world: World) -> None:
    def append(*entries: Any, writes: Any = ()) -> None:
        world.journal.entries.update({(e.stream, e.seq): e for e in entries})

    patch.setattr(world.journal, "append", append)


def forgetting_which_flow_an_execution_walks(patch: pytest.MonkeyPatch, world: World) -> None:
    open_task = gate.open_task
    patch.setattr(
        gate,
        "open_task",
        lambda case_id, step, since, token, flow: open_task(case_id, step, since, token),
    )


def starting_no_execution_for_a_moved_case(patch: pytest.MonkeyPatch, world: World) -> None:
    start = delivery.start
    patch.setattr(
        delivery, "start", lambda case, run: None if case.transfer.entry else start(case, run)
    )


def landing_where_the_case_came_from(patch: pytest.MonkeyPatch, world: World) -> None:
    answer = task_tokens.answer_failure

    def astray(token: str, error: str, since: int) -> None:
        answer(token, jump_name("approve") if error.startswith("Jump.") else error, since)

    patch.setattr(task_tokens, "answer_failure", astray)


def forgetting_those_whom_silence_closes(patch: pytest.MonkeyPatch, world: World) -> None:
    for machine in world.states.machines.values():
        for state in machine["States"].values():
            if "Catch" in state:
                kept = [
                    catch
                    for catch in state["Catch"]
                    if catch["ErrorEquals"] != [failure_name(TACIT)]
                ]
                patch.setitem(state, "Catch", kept)


ALL: tuple[Mutation, ...] = (
    answering_before_the_append,
    opening_whatever_the_row_says,
    opening_a_closed_row,
    keeping_one_token,
    marking_done_before_answering,
    taking_for_granted_what_came_before,
    skipping_what_was_missed,
    closing_only_rows_that_are_there,
    looking_for_tokens_before_closing,
    telling_the_present_seq,
    telling_the_present_outcome,
    forgetting_those_whom_a_withdrawal_closes,
    minding_dead_tokens,
    joining_at_the_first_answer,
    never_starting_again,
    writing_without_a_condition,
    forgetting_which_flow_an_execution_walks,
    starting_no_execution_for_a_moved_case,
    landing_where_the_case_came_from,
    forgetting_those_whom_silence_closes,
)
