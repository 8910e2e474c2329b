"""What the rules have found, over HTTP: for supervision to read, call false or take up."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from chalicelib.kernel.http import OFFICE, PAGING, Call, Door, Parameter, Reply
from chalicelib.supervision.matters.permissions import supervising_post
from chalicelib.supervision.routes.matters import DEPARTMENT
from chalicelib.supervision.routes.row_pages import page_of
from chalicelib.supervision.rules import documents, permissions
from chalicelib.supervision.rules.findings import lists, pages, use_cases
from chalicelib.supervision.rules.findings.acts import STATUSES
from chalicelib.supervision.rules.findings.use_cases import FindingResult

door = Door()

SEVERITIES = (documents.NOTICE, documents.SERIOUS, documents.GRAVE)
FILTERS: Mapping[str, Parameter] = {
    "rule": Parameter("only findings of one rule"),
    "severity": Parameter("only findings so grave", values=SEVERITIES),
    "status": Parameter("only findings that stand so", values=STATUSES),
    "item": Parameter("only findings about one item"),
}


@door.on(
    "GET",
    "/findings",
    action="list_findings",
    audience=OFFICE,
    reply="findings",
    query={**FILTERS, **DEPARTMENT, **PAGING},
    summary="What the rules have found, the newest first",
)
def list_findings(call: Call) -> Reply:
    """For supervisors and auditors, of one office or of all."""
    call.permit()
    department = call.query.get("department", "")
    found, cursor = page_of(
        call,
        lists.ALL,
        department,
        FILTERS,
        call.principal.person,
    )
    return Reply({"findings": found, "next_cursor": cursor})


@door.on(
    "GET",
    "/findings/{finding}",
    action="view_finding",
    audience=OFFICE,
    reply="finding",
    summary="A finding: which rule, which entries of which case, and why",
)
def show_finding(call: Call, finding: str) -> Reply:
    """For supervisors and auditors."""
    call.permit()
    found = use_cases.find(finding)
    return Reply(pages.full(found), version=found.version)


@door.on(
    "POST",
    "/findings/{finding}/false-alarm",
    action="judge_finding",
    audience=OFFICE,
    body="finding_false",
    reply="finding_done",
    summary="Call a finding a false alarm, with reasons; it counts against the rule",
)
def mark_false(call: Call, finding: str) -> Reply:
    """By a supervisor, once."""
    call.permit()
    reasons = tuple(call.body["reasons"])
    result = use_cases.mark_false(
        finding,
        reasons,
        partial(permissions.judge, call),
        call.request,
    )
    return Reply(_done(result))


@door.on(
    "POST",
    "/findings/{finding}/matter",
    action="judge_finding",
    audience=OFFICE,
    status=201,
    body="finding_matter",
    reply="finding_done",
    summary="Take a finding up: the office gets a supervision order about it",
)
def take_up(call: Call, finding: str) -> Reply:
    """By a supervisor, once; the office's head answers in time, or the order climbs."""
    call.permit()
    result = use_cases.take_up(
        finding,
        call.body["text"],
        call.now,
        call.actor(supervising_post(call.principal)),
        partial(permissions.judge, call),
        call.request,
    )
    page = _done(result)
    return Reply(page, headers={"Location": f"/supervision-matters/{page['matter']}"})


def _done(result: FindingResult) -> dict[str, Any]:
    """The finding right after the act."""
    finding = result.state
    assert finding is not None, "what an act was done to is there"
    return {
        "id": finding.id,
        "status": finding.status,
        "matter": finding.matter or None,
        "leaf": result.entry.leaf,
    }
