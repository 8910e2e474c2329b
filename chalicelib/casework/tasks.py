"""Task rows and task tokens: what Step Functions waits for, and how it is answered."""

import json

from chalicelib.casework.acts import Case, Visit
from chalicelib.casework.acts.deadlines import acceptance_term, decision_terms, step_term
from chalicelib.casework.compiler import failure_name
from chalicelib.casework.desk import calendar
from chalicelib.kernel import aws, clock
from chalicelib.kernel.aws import client
from chalicelib.kernel.views import Row

# A token that Step Functions no longer knows counts as answered: AWS, the emulator and moto name this differently.
DEAD = {"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"}


def task_key(case_id: str, visit: Visit) -> tuple[str, str]:
    """Where the visit's task row stands."""
    return f"case#{case_id}", f"task#{visit.id}"


def task_row(case: Case, visit: Visit) -> Row:
    """The row that puts a visit into its post's inbox, sorted by due date."""
    pk, sk = task_key(case.id, visit)
    due = due_of(case, visit)
    data = {
        "number": case.number,
        "item": case.item,
        "item_version": case.item_version,
        "step": visit.step,
        "opened_at": clock.stamp(visit.opened_at),
        "due_at": due,
    }
    post = case.post_of(visit)
    return Row(pk, sk, data=data, inbox=post, inbox_at=f"{due or '9999'}/{case.number}" if post else "")


def due_of(case: Case, visit: Visit) -> str:
    """The visit's own limit, else the decision's; empty where none runs (the applicant's turn)."""
    if case.step(visit).kind == "accept":
        term = acceptance_term(case)
    else:
        own = step_term(case, visit)
        if own is None and case.accepted_on is None:
            return ""
        term = own or decision_terms(case)[0]
    return clock.stamp(term.expires_at(calendar()))


def answer(token: str, case: Case, visit: Visit) -> None:
    """Tell Step Functions how the visit ended. Safe to repeat; a dead token counts as answered."""
    told = json.dumps({"since": visit.answer})
    states = client("stepfunctions")
    try:
        if visit.outcome == case.step(visit).plain:
            states.send_task_success(taskToken=token, output=told)
        else:
            states.send_task_failure(taskToken=token, error=failure_name(visit.outcome), cause=told)
    except states.exceptions.ClientError as error:
        if aws.error_code(error) not in DEAD:
            raise
