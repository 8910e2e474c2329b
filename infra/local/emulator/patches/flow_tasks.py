"""Each branch of a flow waits for its own token, and a task whose function failed has failed.

What the emulator lacks: parallel branches share one context, so that two which begin at once can
take the same token and one of them waits for ever; and a task that waits for its token goes on
waiting when its function failed.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from contextvars import ContextVar
from functools import partial
from typing import Any

from ministack.services import stepfunctions

from infra.local.emulator.patches import require

_waiting_for: ContextVar[str] = ContextVar("waiting_for", default="")


def _run_branch(
    original: Callable[..., Any],
    states: dict[str, Any],
    start: str,
    given: Any,
    execution: dict[str, Any],
    context: dict[str, Any],
) -> Any:
    return original(states, start, given, execution, copy.deepcopy(context))


def _invoke_and_wait(
    original: Callable[..., Any],
    resource: str,
    given: Any,
    token: str,
    state: dict[str, Any],
) -> Any:
    before = _waiting_for.set(token)
    try:
        return original(resource, given, token, state)
    finally:
        _waiting_for.reset(before)


def _call_function(original: Callable[..., Any], function: str, event: Any) -> Any:
    try:
        return original(function, event)
    except stepfunctions._ExecutionError as error:
        _fail_waiting(error)
        raise


def _fail_waiting(error: Any) -> None:
    """The token is answered as failed; the emulator itself passes over the failure."""
    waiting = stepfunctions._task_tokens.get(_waiting_for.get())
    if waiting:
        waiting["error"] = {"Error": error.error, "Cause": error.cause}
        waiting["event"].set()


def apply() -> None:
    """Parts the contexts of branches, and fails the tasks of functions that failed."""
    require(stepfunctions, "_run_sub_machine", "_invoke_with_callback", "_call_lambda")
    require(stepfunctions, "_task_tokens", "_ExecutionError")
    stepfunctions._run_sub_machine = partial(_run_branch, stepfunctions._run_sub_machine)
    stepfunctions._invoke_with_callback = partial(
        _invoke_and_wait, stepfunctions._invoke_with_callback
    )
    stepfunctions._call_lambda = partial(_call_function, stepfunctions._call_lambda)
