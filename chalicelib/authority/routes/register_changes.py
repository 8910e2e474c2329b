"""Changes of the registers over HTTP: one person proposes, another approves or rejects."""

from functools import partial

from chalicelib.authority.registers import change_list, changes, named_parties, pages, permissions
from chalicelib.kernel import paging as cursors
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.http import OFFICE, PAGING, Call, Door, Parameter, Reply

door = Door()


@door.on(
    "POST",
    "/register-changes",
    action="propose_register_change",
    audience=OFFICE,
    status=201,
    body="register_change",
    reply="register_change_done",
    summary="Propose a change of the registers that gives power",
)
def propose(call: Call) -> Reply:
    """By an administrator; nothing holds before somebody else has approved it."""
    body = named_parties.as_kept(call.body)
    result = changes.propose(
        body,
        call.principal.person,
        partial(permissions.propose_change, call, body),
        call.request,
    )
    page = pages.after_act(result)
    return Reply(page, headers={"Location": f"/register-changes/{page['id']}"})


@door.on(
    "GET",
    "/register-changes",
    action="list_register_changes",
    audience=OFFICE,
    reply="register_changes",
    query={
        "department": Parameter(
            "one department's code; else all for an administrator, the caller's own for a head"
        ),
        **PAGING,
    },
    summary="Changes that wait for an answer, the oldest first",
)
def list_changes(call: Call) -> Reply:
    """For administrators, and for heads those of their department."""
    call.permit()
    department = _department_asked_for(call)
    binding = ("register-changes", call.principal.person, department)
    start = cursors.take(call.query.get("cursor", ""), *binding)
    page = change_list.waiting(
        department,
        call.limit(),
        start,
    )
    next_cursor = cursors.give(page.next_start, *binding)
    return Reply({"changes": page.changes, "next_cursor": next_cursor})


def _department_asked_for(call: Call) -> str:
    """The department whose changes are listed; empty for all. Raises NotFound for a head of
    another one.
    """
    is_administrator = permissions.is_administrator(call.principal)
    headed = permissions.departments_headed(call.principal)
    usual = "" if is_administrator else min(headed, default="")
    department = call.query.get("department", usual)
    if not is_administrator and department not in headed:
        raise NotFound
    return department


@door.on(
    "GET",
    "/register-changes/{change}",
    action="view_register_change",
    audience=OFFICE,
    reply="register_change_page",
    summary="A change of the registers: what is wanted, and what became of it",
)
def show_change(call: Call, change: str) -> Reply:
    """For administrators and the head of the department."""
    stored = changes.load(change)
    call.permit(changes.resource(stored))
    return Reply(pages.full(stored, call.now))


@door.on(
    "POST",
    "/register-changes/{change}/approval",
    action="approve_register_change",
    audience=OFFICE,
    reply="register_change_done",
    summary="Approve a change that somebody else has proposed",
)
def approve(call: Call, change: str) -> Reply:
    """By another administrator or the head of the department, never by who would gain; it holds
    from its day on.
    """
    authorize = partial(permissions.answer_change, call)
    return Reply(
        pages.after_act(
            changes.approve(
                change,
                authorize,
                call.request,
            )
        )
    )


@door.on(
    "POST",
    "/register-changes/{change}/rejection",
    action="reject_register_change",
    audience=OFFICE,
    body="reasoned",
    reply="register_change_done",
    summary="Reject a proposed change, with reasons",
)
def reject(call: Call, change: str) -> Reply:
    """By an administrator, its proposer among them, or the head of the department."""
    authorize = partial(permissions.answer_change, call)
    result = changes.reject(
        change,
        call.body["reasons"],
        authorize,
        call.request,
    )
    return Reply(pages.after_act(result))
