"""One task over HTTP: reading it, claim, release, hand-over, assignment, joint meeting, milestones,
completion.
"""

from datetime import date

from chalicelib.casework.routes.cases import READING
from chalicelib.casework.use_cases import reads, repository, task_commands
from chalicelib.casework.use_cases.case_commands import MakeCommand
from chalicelib.casework.use_cases.permissions import as_officer
from chalicelib.casework.views import pages
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.http import OFFICE, Call, Door, Reply

door = Door()


@door.on(
    "GET",
    "/tasks/{task}",
    action="view_task",
    audience=OFFICE,
    reply="task",
    query=READING,
    summary="One task with its case",
)
def show_task(call: Call, task: str) -> Reply:
    """The task and the case that it belongs to."""
    case_id, visit_id = task_commands.task_parts(task)
    case, _ = repository.load(case_id)
    authorize = as_officer(call, visit_id)
    authorize(case)
    visit = case.visits.get(visit_id)
    if visit is None:
        raise NotFound
    purpose = call.query.get("purpose", "")
    viewer = reads.permit_through_task(call, case, visit, purpose)
    shown = {
        **pages.task(case, visit),
        "case": pages.full(case, viewer),
        "remarks": pages.remarks(case),
    }
    return Reply(shown, version=case.seq, viewer=viewer)


def _execute(
    call: Call,
    task: str,
    make: MakeCommand,
    by_head: bool = False,
    outcome: str = "",
) -> Reply:
    result = task_commands.execute(
        call,
        task,
        make,
        by_head=by_head,
        outcome=outcome,
    )
    shown = pages.task_after(result, task)
    return Reply(shown, version=result.state.seq)


@door.on(
    "POST",
    "/tasks/{task}/claim",
    action="claim_task",
    audience=OFFICE,
    reply="task_done",
    summary="Take a task as one's own",
)
def claim(call: Call, task: str) -> Reply:
    """Claim."""
    command = task_commands.claim(call, task)
    return _execute(call, task, command)


@door.on(
    "POST",
    "/tasks/{task}/release",
    action="release_task",
    audience=OFFICE,
    reply="task_done",
    summary="Give a claimed task back",
)
def release(call: Call, task: str) -> Reply:
    """Release."""
    command = task_commands.release(call, task)
    return _execute(call, task, command)


@door.on(
    "POST",
    "/tasks/{task}/handover",
    action="hand_over_task",
    audience=OFFICE,
    body="assignment",
    reply="task_done",
    summary="Hand one's task over to another holder of its post",
)
def hand_over(call: Call, task: str) -> Reply:
    """By its claimer, or by any holder of the post while it is free."""
    command = task_commands.assign(
        task,
        **call.body,
        by_head=False,
    )
    return _execute(call, task, command)


@door.on(
    "POST",
    "/tasks/{task}/assignment",
    action="assign_task",
    audience=OFFICE,
    body="assignment",
    reply="task_done",
    summary="Assign a task to a holder of its post, whoever has claimed it",
)
def assign(call: Call, task: str) -> Reply:
    """By the head of the post's department; so nobody's absence holds a case up."""
    command = task_commands.assign(
        task,
        **call.body,
        by_head=True,
    )
    return _execute(call, task, command, by_head=True)


@door.on(
    "POST",
    "/tasks/{task}/claim/end",
    action="assign_task",
    audience=OFFICE,
    body="reasoned",
    reply="task_done",
    summary="Free a task from whoever has claimed it and cannot work on it",
)
def end_claim(call: Call, task: str) -> Reply:
    """By the head of the post's department: any holder of the post may take the task then."""
    make = task_commands.end_claim(task, call.body["reasons"])
    return _execute(call, task, make, by_head=True)


@door.on(
    "POST",
    "/tasks/{task}/meeting",
    action="convene_meeting",
    audience=OFFICE,
    body="meeting",
    reply="task_done",
    summary="Convene the joint meeting of a task",
)
def convene(call: Call, task: str) -> Reply:
    """The invited posts may see the case from then on."""
    day = date.fromisoformat(call.body["on"])
    command = task_commands.convene(
        call,
        task,
        day,
        call.body["invited"],
    )
    return _execute(call, task, command)


@door.on(
    "POST",
    "/tasks/{task}/milestones",
    action="report_milestone",
    audience=OFFICE,
    body="milestone",
    reply="task_done",
    status=201,
    summary="Report a milestone of the work on a task",
)
def report(call: Call, task: str) -> Reply:
    """For the office; the task stays open and its clock runs on."""
    command = task_commands.report(
        call,
        task,
        call.body["title"],
        call.body.get("at", ""),
    )
    return _execute(call, task, command)


@door.on(
    "POST",
    "/tasks/{task}/complete",
    action="complete_task",
    audience=OFFICE,
    body="task_completion",
    reply="task_done",
    summary="Complete a task with one of its outcomes",
)
def complete(call: Call, task: str) -> Reply:
    """Complete."""
    command = task_commands.complete(call, task, call.body)
    return _execute(
        call,
        task,
        command,
        outcome=call.body["outcome"],
    )
