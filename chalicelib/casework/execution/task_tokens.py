"""Task rows and task tokens: what Step Functions waits for, and how it is answered."""

import json

from chalicelib.casework.acts import Case, Visit
from chalicelib.casework.acts.terms import acceptance_term, decision_terms, step_term
from chalicelib.casework.execution.compiler import failure_name
from chalicelib.casework.use_cases.repository import calendar
from chalicelib.kernel import aws, clock
from chalicelib.kernel.aws import client
from chalicelib.kernel.views import Row

# A token that Step Functions no longer knows counts as answered: AWS, the emulator and moto name
# this differently.
IN_PUBLIC = "in-public"  # where the public finds what is shown for objections: an inbox of no post
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
    post = case.post_of(visit) or (IN_PUBLIC if case.step(visit).kind == "publicity" else "")
    return Row(
        pk, sk, data=data, inbox=post, inbox_at=f"{due or '9999'}/{case.number}" if post else ""
    )


def due_of(case: Case, visit: Visit) -> str:
    """The visit's own limit, else the decision's; empty where none runs (the applicant's turn)."""
    if case.step(visit).kind == "accept":
        term = acceptance_term(case)
    else:
        own = step_term(case, visit, calendar())
        if own is None and (case.clocks.accepted_on is None or case.clocks.decided_at):
            return ""
        term = own or decision_terms(case, calendar())[0]
    return clock.stamp(term.expires_at(calendar()))


def answer(token: str, case: Case, visit: Visit) -> None:
    """Tell Step Functions how the visit ended. Safe to repeat; a dead token counts as answered."""
    if visit.outcome != case.step(visit).plain:
        answer_failure(
            token,
            failure_name(visit.outcome),
            visit.answer,
        )
        return
    _send(
        "send_task_success",
        taskToken=token,
        output=_told(visit.answer),
    )


def answer_failure(token: str, error: str, since: int) -> None:
    """Lead an execution on by a named failure."""
    _send(
        "send_task_failure",
        taskToken=token,
        error=error,
        cause=_told(since),
    )


def _told(since: int) -> str:
    return json.dumps({"since": since})


def _send(what: str, **answer: str) -> None:
    states = client("stepfunctions")
    try:
        getattr(states, what)(**answer)
    except states.exceptions.ClientError as error:
        if aws.error_code(error) not in DEAD:
            raise
