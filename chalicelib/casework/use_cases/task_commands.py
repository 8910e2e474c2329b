"""An officer's act on a task: who may, what it has to know beside the case, and how the task stands
after it.
"""

from collections.abc import Callable, Mapping
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
from chalicelib.casework.use_cases import repository
from chalicelib.casework.use_cases.acting_post import standing
from chalicelib.casework.use_cases.permissions import as_officer, lapsed_claim, visit_of
from chalicelib.casework.views import pages
from chalicelib.catalog.items import requirements
from chalicelib.kernel import clock
from chalicelib.kernel.errors import Fault, Invalid, NotFound
from chalicelib.kernel.http.door import Call
from chalicelib.kernel.journal import Actor, Request

HEAD = "head"

Make = Callable[[Case], Command]
"""Makes the command from the case as it is, for the task in question. Raises Problem."""


def task_parts(task: str) -> tuple[str, str]:
    """Case id and visit id of a task's id."""
    case_id, _, visit_id = task.partition(".")
    return case_id, visit_id


def act(
    call: Call,
    task: str,
    make: Make,
    *,
    request: Request | None = None,
    by_head: bool = False,
    outcome: str = "",
) -> repository.Done:
    """Do once what ``make`` says, by the post that holds the task or by the head of its department.

    ``outcome`` is the one with which the task is to be completed. Raises Problem.
    """
    case_id, visit_id = task_parts(task)
    permit = _as_head(call, visit_id) if by_head else as_officer(call, visit_id, outcome)
    return repository.perform(case_id, make, permit, request or call.request)


def shown(done: repository.Done, task: str) -> dict[str, Any]:
    """The task after the act, and the act's receipt."""
    trace = pages.receipt(done.case, done.entry)
    visit = done.case.visits[task_parts(task)[1]]
    return {
        **pages.task(done.case, visit),
        **{name: trace[name] for name in ("status", "at", "due", "receipt")},
    }


def claim(call: Call, task: str) -> Make:
    """Take the task, also from who has left its post."""
    return lambda case: Claim(task_parts(task)[1], lapsed=_lapsed(call, task, case))


def release(call: Call, task: str) -> Make:
    """Give the task back, also for who has left its post."""
    return lambda case: Release(task_parts(task)[1], lapsed=_lapsed(call, task, case))


def complete(call: Call, task: str, given: Mapping[str, Any]) -> Make:
    """Complete the task with what is ``given`` (``schemas/task_completion``); a fee is reckoned,
    not given.
    """

    def make(case: Case) -> Command:
        visit_id = task_parts(task)[1]
        how = standing(call.principal, case, visit_of(case, visit_id), given["outcome"])
        command = CompleteTask(visit_id, **given, lapsed=_lapsed(call, task, case))
        command = replace(command, delegation=how.delegation, substitute=how.is_substitute)
        return replace(command, fee_fen=_fee_of(case)) if command.outcome == "assessed" else command

    return make


def assign(task: str, to: str, reasons: list[str], by_head: bool) -> Make:
    """Give the task to somebody who holds its post now."""

    def make(case: Case) -> Command:
        visit = case.visits.get(task_parts(task)[1])
        if (
            visit
            and visit.is_open
            and to not in {h.person for h in authority.holders_of(case.post_of(visit))}
        ):
            raise Invalid(faults=[Fault("/to", "not-at-this-post")])
        return Assign(task_parts(task)[1], to, reasons, by_head)

    return make


def convene(call: Call, task: str, on: date, invited: list[str]) -> Make:
    """Invite posts that exist to the joint meeting."""

    def make(case: Case) -> Command:
        faults = [
            Fault(f"/invited/{i}", "post-unknown")
            for i, post in enumerate(invited)
            if not _is_post(post)
        ]
        if faults:
            raise Invalid(faults=faults)
        return Convene(task_parts(task)[1], on, invited, lapsed=_lapsed(call, task, case))

    return make


def report(call: Call, task: str, title: str, at: str) -> Make:
    """Put a milestone on record, reached at the RFC 3339 moment ``at`` or, without one, now. Raises
    Invalid.
    """
    try:
        reached = clock.parse(at).astimezone(call.now.tzinfo) if at else call.now
    except (ValueError, OverflowError) as error:  # the schema's pattern lets a 31 February pass
        raise Invalid(faults=[Fault("/at", "format", {"limit": "date-time"})]) from error
    return lambda case: Report(
        task_parts(task)[1], title, reached, lapsed=_lapsed(call, task, case)
    )


def _as_head(call: Call, visit_id: str) -> repository.Permit:
    """Permission as of ``as_officer``; the head acts by the post that heads the department, not by
    the task's.
    """
    permitted = as_officer(call, visit_id)

    def permit(case: Case) -> Actor:
        permitted(case)
        department = authority.post_of(case.post_of(visit_of(case, visit_id)))["department"]
        heads = (
            post.id
            for post in call.principal.posts
            if HEAD in post.roles and post.department == department
        )
        return call.actor(next(heads))

    return permit


def _lapsed(call: Call, task: str, case: Case) -> str:
    return lapsed_claim(case, task_parts(task)[1], call.principal.person)


def _fee_of(case: Case) -> int:
    """The fee by the rule of the case's item version, in fen."""
    return requirements.fee_fen(catalog.version(case.item, case.item_version), case.private["form"])


def _is_post(post: str) -> bool:
    try:
        authority.post_of(post)
    except NotFound:
        return False
    return True
