"""Several tasks completed in one request: each an act of its own, each with an answer of its
own.
"""

import json
from collections.abc import Mapping, Sequence
from time import monotonic
from typing import Any

from chalicelib.casework.use_cases import task_commands
from chalicelib.casework.views import inbox, pages
from chalicelib.kernel import canonical, ids, log
from chalicelib.kernel.errors import Fault, Invalid, Problem, Unavailable
from chalicelib.kernel.http import OFFICE, Call, Door, Reply, problems
from chalicelib.kernel.journal import Request

BEGUN_WITHIN = 20.0  # seconds; the function has 29

door = Door()


@door.on(
    "POST",
    "/task-batches",
    action="complete_task",
    audience=OFFICE,
    body="task_batch",
    reply="task_batch_done",
    summary="Complete several tasks, each by an act of its own",
)
def complete_batch(call: Call) -> Reply:
    """In the order asked; one that fails stops no other. Sent again, those that were done are not
    done twice.
    """
    own = call.principal.posts[0]
    # Each task is asked about by itself.
    resource = inbox.resource(own.id, own.department)
    call.permit(resource, "list_tasks")
    completions: Sequence[Mapping[str, Any]] = call.body["tasks"]
    _are_distinct([completion["task"] for completion in completions])
    last = monotonic() + BEGUN_WITHIN
    results = []
    for completion in completions:
        result = _result(call, completion, last)
        results.append(result)
    return Reply({"results": results})


def _are_distinct(tasks: Sequence[str]) -> None:
    """Raises Invalid."""
    faults = []
    for number, task in enumerate(tasks):
        if task in tasks[:number]:
            fault = Fault(f"/tasks/{number}/task", "uniqueItems")
            faults.append(fault)
    if faults:
        raise Invalid(faults=faults)


def _result(call: Call, item: Mapping[str, Any], last: float) -> dict[str, Any]:
    task = item["task"]
    given = {name: value for name, value in item.items() if name != "task"}
    try:
        if monotonic() > last:
            raise Unavailable
        result = task_commands.execute(
            call,
            task,
            task_commands.complete(call, task, given),
            request=_request(call, item),
            outcome=given["outcome"],
        )
        return {
            "task": task,
            "status": call.route.status,
            "done": pages.task_after(result, task),
        }
    except Problem as problem:
        return _refused(call, task, problem)
    except Exception as error:
        log.failure(
            "task of a batch failed",
            error,
            counts={"RequestErrors": 1},
            correlation_id=call.correlation_id,
        )
        return _refused(call, task, problems.unavailable(error))


def _request(call: Call, item: Mapping[str, Any]) -> Request:
    """An identity for one task of the batch: its answer stays, whatever else the batch is sent
    again with.
    """
    text = canonical.dumps(item).decode()
    return Request(
        key=ids.keyed_hash("batch", call.request.key, item["task"]),
        body=ids.keyed_hash("batch-task", text),
    )


def _refused(call: Call, task: str, problem: Problem) -> dict[str, Any]:
    said = problems.response(problem, call.language, call.correlation_id)
    return {
        "task": task,
        "status": said.status_code,
        "problem": json.loads(said.body),
    }
