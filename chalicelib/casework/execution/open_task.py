"""``open_task``, the only task type of a flow: it alone puts work into an inbox."""

from typing import Any

from chalicelib.casework.acts import Case, Visit
from chalicelib.casework.execution import task_tokens
from chalicelib.casework.execution.compiler import failure_name, jump_name
from chalicelib.casework.use_cases import repository
from chalicelib.catalog.flows import MOVE
from chalicelib.kernel import stores


class UnknownVisit(RuntimeError):
    """Step Functions stands where the journal has never been: the execution must not go on."""


def open_task(case_id: str, step: str, since: int, token: str, flow: str = "") -> str:
    """Open the visit's task, or answer the token at once when the visit is over: ``opened`` or
    ``answered``.

    ``flow`` names the execution's flow version: where the case has been moved to another, that
    execution ends.

    Delivery closes the row of every visit that an entry closes, also one that is not there yet,
    before it answers the row's tokens. So a token that the row takes is seen by delivery, and one
    that it refuses is answered here. Raises UnknownVisit.
    """
    case, _ = repository.load(case_id)
    if case.transfer.entry and _led_on(case, since, token, flow):
        return "answered"
    visit = _visit(case, step, since)
    if visit.is_open:
        if stores.views().add_token(task_tokens.task_row(case, visit), token):
            return "opened"
        # The row is closed, so by now the journal says how the visit ended.
        case, _ = repository.load(case_id)
        visit = _visit(case, step, since)
    task_tokens.answer(token, case, visit)
    return "answered"


def _led_on(case: Case, since: int, token: str, flow: str) -> bool:
    """Whether the token was answered because the case was moved: the old execution ends, the new
    one jumps.
    """
    if flow and flow != case.flow.name:
        task_tokens.answer_failure(token, failure_name(MOVE), case.transfer.entry)
    elif since < case.transfer.entry:
        task_tokens.answer_failure(token, jump_name(case.transfer.place), case.transfer.entry)
    else:
        return False
    return True


def _visit(case: Case, step: str, since: int) -> Visit:
    visit = case.visits.get(f"{step}.{since}")
    if visit is None:
        raise UnknownVisit(f"case {case.id} has no visit {step}.{since}")
    return visit


def handle(event: dict[str, Any]) -> dict[str, str]:
    """The Lambda payload of a flow's state: {token, case, step, since, flow}. Raises ValueError for
    an empty token.
    """
    if not event["token"]:
        raise ValueError("a task without a token could never be answered")
    return {
        "visit": open_task(
            event["case"], event["step"], int(event["since"]), event["token"], event.get("flow", "")
        )
    }
