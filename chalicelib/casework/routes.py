"""Cases and tasks over HTTP."""

from dataclasses import replace
from typing import Any

from chalicelib.casework import desk, pages
from chalicelib.casework.access import as_applicant, as_officer, case_resource, lapsed_claim
from chalicelib.casework.acts import Case, Claim, Command, Complete, Release, Withdraw
from chalicelib.casework.follow import follow
from chalicelib.kernel import pages as cursors
from chalicelib.kernel import stores
from chalicelib.kernel.door import OFFICE, PARTY, PUBLIC, SIGNED_IN, Call, Door, Reply
from chalicelib.kernel.errors import NotFound

door = Door()

PAGING = {"cursor": "where the next page starts", "limit": "rows of a page, 1 to 100"}


@door.on(
    "GET",
    "/cases",
    action="list_own_cases",
    audience=SIGNED_IN,
    reply="cases",
    query=PAGING,
    summary="My cases, newest first",
)
def list_cases(call: Call) -> Reply:
    """The caller's own cases."""
    call.permit()
    binding = ("cases", call.principal.person)
    start = cursors.take(call.query.get("cursor", ""), *binding)
    owner = f"person#{call.principal.person}"
    page = stores.views().index("owner", owner, limit=call.limit(), start=start, newest_first=True)
    rows = stores.views().get_many(key for key, _ in page.keys)
    shown = [
        {k: rows[key].data[k] for k in ("number", "item", "status", "filed_at")} for key, _ in page.keys if key in rows
    ]
    return Reply({"cases": shown, "next_cursor": cursors.give(page.next_start, *binding)})


@door.on("GET", "/cases/{number}", action="view_case", audience=PARTY, reply="case", summary="One case in full")
def show_case(call: Call, number: str) -> Reply:
    """For the applicant and for officers with a task in it."""
    case, _ = desk.load(desk.find(number))
    call.permit(case_resource(case))
    remarks = {} if call.principal.person == case.applicant else {"remarks": pages.remarks(case)}
    return Reply({**pages.full(case), **remarks}, version=case.seq)


@door.on(
    "POST",
    "/cases/{number}/withdrawal",
    action="withdraw_case",
    audience=SIGNED_IN,
    body="withdrawal",
    reply="receipt",
    status=201,
    summary="Withdraw an application",
)
def withdraw(call: Call, number: str) -> Reply:
    """The applicant takes the application back, until it is decided."""
    done = desk.perform(desk.find(number), Withdraw(call.body.get("reason", "")), as_applicant(call), call.request)
    return Reply(pages.receipt(done.case, done.entry), version=done.case.seq)


@door.on(
    "POST",
    "/cases/{number}/follow",
    action="follow_case",
    audience=PUBLIC,
    repeatable=True,
    body="follow",
    reply="progress",
    summary="Follow a case by number and tracking code",
)
def follow_case(call: Call, number: str) -> Reply:
    """Without signing in: number, tracking code and the last four digits of the telephone number."""
    case = follow(number, call.body["tracking_code"], call.body["phone_last4"])
    return Reply(pages.progress(case))


@door.on(
    "GET",
    "/record/{number}",
    action="read_record",
    audience=PUBLIC,
    reply="record",
    summary="The public record of a case",
)
def show_record(call: Call, number: str) -> Reply:
    """Open to everybody, names masked."""
    case, _ = desk.load(desk.find(number))
    return Reply(pages.record(case))


@door.on(
    "GET",
    "/tasks",
    action="list_tasks",
    audience=OFFICE,
    reply="tasks",
    query={"post": "one of the caller's posts", **PAGING},
    summary="The inbox of a post, most urgent first",
)
def list_tasks(call: Call) -> Reply:
    """The open tasks of one post of the caller's (the first one when none is named)."""
    call.permit()
    mine = sorted(call.principal.post_ids)
    post = call.query.get("post", mine[0])
    if post not in mine:
        raise NotFound
    binding = ("tasks", call.principal.person, post)
    start = cursors.take(call.query.get("cursor", ""), *binding)
    page = stores.views().index("inbox", post, limit=call.limit(), start=start)
    keys = [key for key, _ in page.keys]
    rows = stores.views().get_many([*keys, *((pk, "case") for pk, _ in keys)])
    shown = [_listed(rows, key) for key in keys if key in rows]
    return Reply({"tasks": shown, "next_cursor": cursors.give(page.next_start, *binding)})


def _listed(rows: Any, key: tuple[str, str]) -> dict[str, Any]:
    data = rows[key].data
    case = rows[key[0], "case"].data if (key[0], "case") in rows else {}
    visit = key[1].removeprefix("task#")
    return {
        "id": f"{key[0].removeprefix('case#')}.{visit}",
        "number": data["number"],
        "item": data["item"],
        "step": data["step"],
        "opened_at": data["opened_at"],
        "due_at": data["due_at"] or None,
        "colour": case.get("colour") or None,
        "claimed_by": case.get("claims", {}).get(visit),
    }


def _task_parts(task: str) -> tuple[str, str]:
    case_id, _, visit = task.partition(".")
    return case_id, visit


@door.on("GET", "/tasks/{task}", action="view_task", audience=OFFICE, reply="task", summary="One task with its case")
def show_task(call: Call, task: str) -> Reply:
    """The task and the case that it belongs to."""
    case_id, visit_id = _task_parts(task)
    case, _ = desk.load(case_id)
    as_officer(call, visit_id)(case)
    if visit_id not in case.visits:
        raise NotFound
    return Reply(
        {**pages.task(case, case.visits[visit_id]), "case": pages.full(case), "remarks": pages.remarks(case)},
        version=case.seq,
    )


def _act(call: Call, task: str, command: Claim | Release | Complete) -> Reply:
    case_id, visit_id = _task_parts(task)

    def on(case: Case) -> Command:
        return replace(command, lapsed=lapsed_claim(case, visit_id, call.principal.person))

    done = desk.perform(case_id, on, as_officer(call, visit_id), call.request)
    return Reply({**pages.task(done.case, done.case.visits[visit_id]), **_trace(done)}, version=done.case.seq)


def _trace(done: desk.Done) -> dict[str, Any]:
    shown = pages.receipt(done.case, done.entry)
    return {"status": shown["status"], "at": shown["at"], "due": shown["due"], "receipt": shown["receipt"]}


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
    return _act(call, task, Claim(_task_parts(task)[1]))


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
    return _act(call, task, Release(_task_parts(task)[1]))


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
    command = Complete(_task_parts(task)[1], **{"reasons": (), "defects": (), **call.body})
    return _act(call, task, command)
