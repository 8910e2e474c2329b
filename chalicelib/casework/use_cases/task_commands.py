"""An officer's act on a task: who may, and what it has to know beside the case."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from chalicelib import authority, catalog
from chalicelib.casework.acts import (
    Assign,
    Case,
    Claim,
    Command,
    CompleteTask,
    Convene,
    Release,
    Report,
)
from chalicelib.casework.acts.flow_walk import posts_ahead
from chalicelib.casework.use_cases import case_commands
from chalicelib.casework.use_cases.case_commands import MakeCommand
from chalicelib.casework.use_cases.permissions import (
    as_head,
    as_officer,
    lapsed_claim,
)
from chalicelib.catalog import requirements
from chalicelib.kernel import clock
from chalicelib.kernel.aggregates import Authorization, CommandResult
from chalicelib.kernel.caller import Caller
from chalicelib.kernel.errors import Fault, Invalid, NotFound
from chalicelib.kernel.journal import Request


def task_parts(task: str) -> tuple[str, str]:
    """Case id and visit id of a task's id."""
    case_id, _, visit_id = task.partition(".")
    return case_id, visit_id


def execute(
    caller: Caller,
    task: str,
    make: MakeCommand,
    *,
    request: Request | None = None,
    by_head: bool = False,
    outcome: str = "",
) -> CommandResult[Case]:
    """Do what ``make`` says once, by the post that holds the task or by its department's head.

    ``outcome`` is the one with which the task is to be completed. Raises Problem.
    """
    case_id, visit_id = task_parts(task)
    authorize = as_officer(caller, visit_id, outcome)
    if by_head:
        authorize = as_head(caller, visit_id)
    return case_commands.execute(
        case_id,
        make,
        authorize,
        request or caller.request,
    )


def claim(caller: Caller, task: str) -> MakeCommand:
    """Take the task, also from who has left its post."""
    _, visit_id = task_parts(task)

    def make(case: Case, authorization: Authorization) -> Command:
        lapsed = lapsed_claim(
            case,
            visit_id,
            caller.principal.person,
        )
        return Claim(visit_id, lapsed)

    return make


def release(caller: Caller, task: str) -> MakeCommand:
    """Give the task back, also for who has left its post."""
    _, visit_id = task_parts(task)

    def make(case: Case, authorization: Authorization) -> Command:
        lapsed = lapsed_claim(
            case,
            visit_id,
            caller.principal.person,
        )
        return Release(visit_id, lapsed)

    return make


def end_claim(task: str, reasons: list[str]) -> MakeCommand:
    """The head frees the task from its claimer, with reasons."""
    _, visit_id = task_parts(task)

    def make(case: Case, authorization: Authorization) -> Command:
        return Release(visit_id, reasons=reasons, by_head=True)

    return make


def complete(caller: Caller, task: str, given: Mapping[str, Any]) -> MakeCommand:
    """Complete the task with what is ``given`` (``schemas/task_completion``).

    A fee is reckoned by the item's rule, not given.
    """
    _, visit_id = task_parts(task)

    def make(case: Case, authorization: Authorization) -> Command:
        command = CompleteTask(
            visit_id,
            **given,
            lapsed=lapsed_claim(case, visit_id, caller.principal.person),
            delegation=authorization.delegation,
            substitute=authorization.is_substitute,
            colleagues=_colleagues(case, given.get("parties", ())),
        )
        if command.outcome != "assessed":
            return command
        return replace(command, fee_fen=_fee_of(case))

    return make


def assign(task: str, to: str, reasons: list[str], by_head: bool) -> MakeCommand:
    """Give the task to somebody who holds its post now."""
    _, visit_id = task_parts(task)

    def make(case: Case, authorization: Authorization) -> Command:
        visit = case.visits.get(visit_id)
        if visit and visit.is_open and not _holds(to, case.post_of(visit)):
            raise Invalid(faults=[Fault("/to", "not-at-this-post")])
        return Assign(visit_id, to, reasons, by_head)

    return make


def convene(caller: Caller, task: str, on: date, invited: list[str]) -> MakeCommand:
    """Invite posts that exist to the joint meeting."""
    _, visit_id = task_parts(task)

    def make(case: Case, authorization: Authorization) -> Command:
        faults = []
        for i, post in enumerate(invited):
            if not _is_post(post):
                faults.append(Fault(f"/invited/{i}", "post-unknown"))
        if faults:
            raise Invalid(faults=faults)
        lapsed = lapsed_claim(
            case,
            visit_id,
            caller.principal.person,
        )
        return Convene(visit_id, on, invited, lapsed)

    return make


def report(caller: Caller, task: str, title: str, at: str) -> MakeCommand:
    """Put a milestone on record, reached at the RFC 3339 moment ``at`` or, without one, now.

    Raises Invalid.
    """
    _, visit_id = task_parts(task)
    try:
        reached_at = clock.parse(at).astimezone(caller.now.tzinfo) if at else caller.now
    except (
        ValueError,
        OverflowError,
    ) as error:  # the schema's pattern lets a 31 February pass
        raise Invalid(faults=[Fault("/at", "format", {"limit": "date-time"})]) from error

    def make(case: Case, authorization: Authorization) -> Command:
        lapsed = lapsed_claim(
            case,
            visit_id,
            caller.principal.person,
        )
        return Report(visit_id, title, reached_at, lapsed)

    return make


def _fee_of(case: Case) -> int:
    """The fee by the rule of the case's item version, in fen."""
    item = catalog.version(case.item, case.item_version)
    return requirements.fee_fen(item, case.submission.form)


def _colleagues(case: Case, parties: Sequence[Mapping[str, str]]) -> list[str]:
    """Those of the named parties who work at a post to which the case may still come."""
    posts = posts_ahead(case) if parties else ()
    colleagues = []
    for party in parties:
        person = party["person"]
        if any(authority.works_at(person, post, case.item) for post in posts):
            colleagues.append(person)
    return colleagues


def _holds(person: str, post: str) -> bool:
    holders = {holder.person for holder in authority.holders_of(post)}
    return person in holders


def _is_post(post: str) -> bool:
    try:
        authority.post_of(post)
    except NotFound:
        return False
    return True
