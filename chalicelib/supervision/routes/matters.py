"""Supervision matters over HTTP: cards, orders and measures; what was asked, answered and ruled."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from chalicelib.kernel.http import OFFICE, PAGING, Call, Door, Parameter, Reply
from chalicelib.kernel.spreadsheets import CSV
from chalicelib.supervision.matters import lists, pages, permissions, use_cases
from chalicelib.supervision.matters.commands import AnswerMatter, RuleMatter
from chalicelib.supervision.matters.use_cases import MatterResult
from chalicelib.supervision.matters.values import HELD_TO_ACCOUNT, KINDS, STATUSES
from chalicelib.supervision.routes import tables
from chalicelib.supervision.routes.row_pages import page_of

door = Door()

COLUMNS = (
    "id",
    "kind",
    "level",
    "department",
    "number",
    "item",
    "measure",
    "opened_at",
    "status",
    "rung",
    "due",
)
FILTERS: Mapping[str, Parameter] = {
    "kind": Parameter("only matters of one kind", values=KINDS),
    "status": Parameter("only matters that stand so", values=STATUSES),
    "level": Parameter("only cards of one colour", values=("yellow", "red")),
}
DEPARTMENT = {"department": Parameter("one office's code")}


@door.on(
    "GET",
    "/supervision-matters",
    action="list_matters",
    audience=OFFICE,
    reply="supervision_matters",
    query={**FILTERS, **DEPARTMENT, **PAGING},
    summary="Cards, supervision orders and measures, the newest first",
)
def list_matters(call: Call) -> Reply:
    """For supervisors and auditors those of the whole city, for others those of their office."""
    department = call.query.get("department", _usual_department(call))
    call.permit(permissions.list_resource(department))
    matters, cursor = page_of(
        call,
        lists.ALL,
        department,
        FILTERS,
        call.principal.person,
    )
    return Reply({"matters": matters, "next_cursor": cursor})


@door.on(
    "GET",
    "/supervision-matters.csv",
    action="list_matters",
    audience=OFFICE,
    content_type=CSV,
    query={**FILTERS, **DEPARTMENT, **PAGING},
    summary="Cards, supervision orders and measures, as a table",
)
def matters_table(call: Call) -> Reply:
    """The same as CSV; ``Next-Cursor`` says where it goes on."""
    department = call.query.get("department", _usual_department(call))
    call.permit(permissions.list_resource(department))
    matters, cursor = page_of(
        call,
        lists.ALL,
        department,
        FILTERS,
        call.principal.person,
    )
    return tables.reply("supervision-matters.csv", COLUMNS, matters, cursor)


def _usual_department(call: Call) -> str:
    """All of them for who supervises; else the caller's own."""
    if any(post.roles & permissions.CITY_WIDE for post in call.principal.posts):
        return ""
    departments = [post.department for post in call.principal.posts]
    return next(
        iter(departments),
        "",
    )


@door.on(
    "GET",
    "/supervision-matters/{matter}",
    action="view_matter",
    audience=OFFICE,
    reply="supervision_matter",
    summary="A supervision matter: what was asked, answered and ruled",
)
def show_matter(call: Call, matter: str) -> Reply:
    """For who supervises, and the office that is to answer."""
    found = use_cases.find(matter)
    call.permit(permissions.resource(found))
    return Reply(
        pages.full(found),
        version=found.version,
    )


@door.on(
    "POST",
    "/supervision-matters",
    action="order_supervision",
    audience=OFFICE,
    status=201,
    body="supervision_order",
    reply="matter_done",
    summary="Give an office a supervision order, about a case or in general",
)
def order(call: Call) -> Reply:
    """By a supervisor; the office's head answers in time, or the order climbs."""
    call.permit()
    post = permissions.supervising_post(call.principal)
    result = use_cases.open_order(
        call.body,
        call.principal.person,
        post,
        partial(permissions.order, call),
        call.request,
    )
    page = _done(result)
    return Reply(page, headers={"Location": f"/supervision-matters/{page['id']}"})


@door.on(
    "POST",
    "/supervision-matters/{matter}/answer",
    action="answer_matter",
    audience=OFFICE,
    body="matter_answer",
    reply="matter_done",
    summary="Answer a supervision matter: explain, or say what was corrected",
)
def answer(call: Call, matter: str) -> Reply:
    """By a post that is obliged to, or the office's head; once, unless supervision returns it."""
    body = call.body
    command = AnswerMatter(
        body["way"],
        body["text"],
        body["summary"],
    )
    authorize = partial(permissions.answer, call)
    return Reply(_done(use_cases.answer(matter, command, authorize, call.request)))


@door.on(
    "POST",
    "/supervision-matters/{matter}/ruling",
    action="rule_matter",
    audience=OFFICE,
    body="matter_ruling",
    reply="matter_done",
    summary="Rule on a supervision matter, with reasons",
)
def rule(call: Call, matter: str) -> Reply:
    """By a supervisor, once the office was heard or let its time pass. Who is held to account is so
    in a matter of its own.
    """
    body = call.body
    is_measure = body["ruling"] == HELD_TO_ACCOUNT
    command = RuleMatter(
        body["ruling"],
        tuple(body["reasons"]),
        body["summary"],
        body.get("measure", ""),
        use_cases.accountability_of(matter) if is_measure else "",
    )
    authorize = partial(permissions.rule, call)
    return Reply(_done(use_cases.rule(matter, command, authorize, call.request)))


def _done(result: MatterResult) -> dict[str, Any]:
    """The matter right after the act."""
    matter = result.state
    assert matter is not None, "what an act was done to is there"
    return {
        "id": matter.id,
        "status": matter.status,
        "rung": matter.rung,
        "due": matter.due.isoformat() if matter.due else None,
        "leaf": result.entry.leaf,
    }
