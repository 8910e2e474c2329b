"""An interpreter of the compiled state machines, and the Step Functions client that the product
talks to.

It knows exactly the part of Amazon States Language that the compiler emits and refuses everything
else.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError

from tests.simulation.actors import Stage, Violation
from tests.simulation.jsonata import evaluate

Machine = Mapping[str, Any]
DEAD = ("TaskTimedOut", "TaskDoesNotExist", "InvalidToken")  # AWS, the emulator, moto
RETRIED = "Lambda.SdkClientException"
KNOWN_FIELDS = {
    "Task": {"Type", "Resource", "Arguments", "Output", "Retry", "Catch", "Next", "End"},
    "Parallel": {"Type", "Branches", "Catch", "Next", "End"},
    "Succeed": {"Type"},
}


@dataclass(eq=False)
class Scope:
    """A machine, or one branch of a Parallel, on its way."""

    states: Machine
    execution: "Execution"
    parent: "Parallel | None" = None
    is_over: bool = False
    output: Any = None
    error: tuple[str, str] | None = None


@dataclass(eq=False)
class Parallel:
    """A Parallel state whose branches run."""

    state: Mapping[str, Any]
    scope: Scope
    branches: list[Scope] = field(default_factory=list)


@dataclass(eq=False)
class Waiting:
    """A task that waits for its token."""

    scope: Scope
    name: str
    input: Any
    token: str
    visit: str
    attempt: int


@dataclass(eq=False)
class Execution:
    """One execution: where it stands, and every visit that it asked for in order."""

    name: str
    machine: str
    input: dict[str, Any]
    status: str = "RUNNING"
    error: str = ""
    visits: list[str] = field(default_factory=list)

    @property
    def case(self) -> str:
        return str(self.input["case"])


class StepFunctions:
    """The service: ``invoke`` is called with a task's payload and a callback for the function's
    failure.
    """

    exceptions = SimpleNamespace(ClientError=ClientError)

    def __init__(
        self, stage: Stage, machines: Mapping[str, Machine], invoke: Callable[..., None]
    ) -> None:
        self.stage, self.machines, self.invoke = stage, machines, invoke
        self.executions: dict[str, Execution] = {}
        self.waiting: dict[str, Waiting] = {}
        self.faults = 0.0
        # AWS stops the other branches when one fails; the emulator waits for them.
        self.is_patient = stage.chance(0.5)
        self.counts_in_floats = stage.chance(0.3)
        self.minted = 0

    # ---- what the product calls
    # --------------------------------------------------------------------------

    def start_execution(self, *, stateMachineArn: str, name: str, input: str) -> None:
        """Start, or say that this name was used before."""
        self._call("start_execution")
        if name in self.executions:
            raise _error("ExecutionAlreadyExists")
        machine = stateMachineArn.rpartition("sunlit-test-")[2]
        execution = self.executions[name] = Execution(name, machine, json.loads(input))
        body = self.machines[machine]
        scope = Scope(body["States"], execution)
        self.stage.enter(
            f"{name} starts", lambda: self._enter(scope, body["StartAt"], execution.input)
        )
        self._lose_reply()

    def send_task_success(self, *, taskToken: str, output: str) -> None:
        """Answer a token with the plain outcome."""
        self._call("send_task_success")
        task = self._take(taskToken)
        self.stage.enter(
            f"{task.visit} succeeds", lambda: self._succeeded(task, json.loads(output))
        )
        self._lose_reply()

    def send_task_failure(self, *, taskToken: str, error: str, cause: str) -> None:
        """Answer a token with another outcome."""
        self._call("send_task_failure")
        task = self._take(taskToken)
        self.stage.enter(f"{task.visit} gets {error}", lambda: self._failed(task, error, cause))
        self._lose_reply()

    def get_paginator(self, operation: str) -> Any:
        """Only ``list_executions`` of the running ones; eventually consistent."""
        assert operation == "list_executions"
        return SimpleNamespace(paginate=self._pages)

    def _pages(self, *, stateMachineArn: str, statusFilter: str) -> Iterator[dict[str, Any]]:
        self._call("list_executions")
        machine = stateMachineArn.rpartition("sunlit-test-")[2]
        running = [
            e.name
            for e in self.executions.values()
            if (e.machine, e.status) == (machine, statusFilter)
        ]
        if self.faults and running and self.stage.chance(0.2):
            running.pop()  # the newest one does not show yet
        yield {"executions": [{"name": name} for name in running]}

    def _call(self, name: str) -> None:
        self.stage.pause(f"states.{name}")
        if self.stage.chance(self.faults):
            raise _error("ThrottlingException")

    def _lose_reply(self) -> None:
        if self.stage.chance(self.faults):
            raise _error("InternalServerError")

    def _take(self, token: str) -> Waiting:
        task = self.waiting.pop(token, None)
        if task is None or not self.is_live(task):
            raise _error(self.stage.random.choice(DEAD))
        return task

    # ---- what happens inside
    # ------------------------------------------------------------------------------

    def kill(self, execution: Execution, status: str = "ABORTED", error: str = "") -> None:
        """The execution is over; its tokens are dead."""
        execution.status, execution.error = status, error
        self.waiting = {
            token: task
            for token, task in self.waiting.items()
            if task.scope.execution is not execution
        }

    def is_live(self, task: Waiting) -> bool:
        """Whether the task's execution, and the branch in which it stands, still runs."""
        scope: Scope | None = task.scope
        while scope:
            if scope.is_over:
                return False
            scope = scope.parent.scope if scope.parent else None
        return task.scope.execution.status == "RUNNING"

    def waits_at(self, execution: Execution) -> list[str]:
        """The visits whose tokens the execution waits for."""
        return sorted(
            t.visit
            for t in self.waiting.values()
            if t.scope.execution is execution and self.is_live(t)
        )

    def _enter(self, scope: Scope, name: str, given: Any) -> None:
        if scope.execution.status != "RUNNING" or scope.is_over:
            return
        state = scope.states[name]
        if unknown := state.keys() - KNOWN_FIELDS[state["Type"]]:
            raise Violation(f"the interpreter does not know {unknown}")
        if state["Type"] == "Task":
            self._ask(scope, name, given, 0)
        elif state["Type"] == "Parallel":
            parallel = Parallel(state, scope)
            parallel.branches = [
                Scope(b["States"], scope.execution, parallel) for b in state["Branches"]
            ]
            for body, branch in zip(state["Branches"], parallel.branches, strict=True):
                self._enter(branch, body["StartAt"], given)
        else:
            self._finish(scope, given)

    def _ask(self, scope: Scope, name: str, given: Any, attempt: int) -> None:
        state, execution = scope.states[name], scope.execution
        self.minted += 1
        token = f"token-{self.minted:04}"
        context = {"Task": {"Token": token}, "Execution": {"Input": execution.input}}
        payload = evaluate(state["Arguments"]["Payload"], {"input": given, "context": context})
        visit = f"{payload['step']}.{int(payload['since'])}"
        if attempt == 0:
            execution.visits.append(visit)
        task = self.waiting[token] = Waiting(scope, name, given, token, visit, attempt)
        if self.counts_in_floats:
            payload["since"] = float(payload["since"])
        self.invoke(execution, payload, lambda error: self._function_failed(task, error))

    def _function_failed(self, task: Waiting, error: str) -> None:
        if self.waiting.pop(task.token, None) is None or not self.is_live(task):
            return  # answered already, or gone
        state = task.scope.states[task.name]
        retry = next((r for r in state["Retry"] if error in r["ErrorEquals"]), None)
        if retry and task.attempt < retry["MaxAttempts"]:
            self._ask(task.scope, task.name, task.input, task.attempt + 1)
        else:
            self._fail(task.scope, state, error, "")

    def _succeeded(self, task: Waiting, result: Any) -> None:
        state = task.scope.states[task.name]
        self._onward(task.scope, state, evaluate(state["Output"], {"result": result}))

    def _failed(self, task: Waiting, error: str, cause: str) -> None:
        if self.is_live(task):
            self._fail(task.scope, task.scope.states[task.name], error, cause)

    def _fail(self, scope: Scope, state: Mapping[str, Any], error: str, cause: str) -> None:
        catch = next((c for c in state.get("Catch", ()) if error in c["ErrorEquals"]), None)
        if catch:
            told = evaluate(catch["Output"], {"errorOutput": {"Error": error, "Cause": cause}})
            self._enter(scope, catch["Next"], told)
        elif scope.parent:
            scope.is_over, scope.error = True, (error, cause)
            self._joined(scope.parent)
        else:
            self.kill(scope.execution, "FAILED", error)

    def _onward(self, scope: Scope, state: Mapping[str, Any], output: Any) -> None:
        if state.get("End"):
            self._finish(scope, output)
        else:
            self._enter(scope, state["Next"], output)

    def _finish(self, scope: Scope, output: Any) -> None:
        if scope.execution.status != "RUNNING" or scope.is_over:
            return
        scope.is_over, scope.output = True, output
        if scope.parent:
            self._joined(scope.parent)
        else:
            scope.execution.status = "SUCCEEDED"

    def _joined(self, parallel: Parallel) -> None:
        failed = [branch.error for branch in parallel.branches if branch.error]
        over = all(branch.is_over for branch in parallel.branches)
        # A branch whose function crashed ends it at once: on the emulator only after the others'
        # answers, and then the reconciler starts anew all the same.
        at_once = not self.is_patient or not all(
            error.startswith("Outcome.") for error, _ in failed
        )
        if failed and (over or at_once):
            for branch in parallel.branches:
                branch.is_over = True
            self._fail(parallel.scope, parallel.state, *failed[0])
        elif over:
            self._onward(
                parallel.scope, parallel.state, [branch.output for branch in parallel.branches]
            )


def _error(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": ""}}, "simulated")
