"""Complaints and reports over HTTP: filed, followed and appealed by whoever has something to say;
handled by supervision.
"""

from functools import partial
from typing import Any

from chalicelib.kernel import visibility
from chalicelib.kernel.aggregates import by_machine
from chalicelib.kernel.http import OFFICE, PARTY, PUBLIC, SIGNED_IN, Call, Door, Reply
from chalicelib.supervision.complaints import pages, permissions, use_cases
from chalicelib.supervision.complaints.commands import (
    AcceptComplaint,
    AnswerComplaint,
    ComplaintCommand,
    ExtendAnswer,
    RefuseComplaint,
)
from chalicelib.supervision.complaints.use_cases import ComplaintResult
from chalicelib.supervision.complaints.values import Complainant

door = Door()


@door.on(
    "POST",
    "/complaints",
    action="file_complaint",
    audience=SIGNED_IN,
    status=201,
    body="complaint_filing",
    reply="complaint_receipt",
    summary="Complain, or report a wrong: about a case, an office or in general",
)
def file(call: Call) -> Reply:
    """By whoever is signed in. Who it is is sealed; ``anonymous`` keeps it also from who handles
    it.
    """
    call.permit()
    body = call.body
    complainant = Complainant(
        call.principal.person,
        call.principal.name,
        body.get("contact", {}),
        body.get("anonymous", False),
    )
    authorize = partial(permissions.file, call)
    result = use_cases.file(body, complainant, authorize, call.request)
    return _receipt(result)


@door.on(
    "POST",
    "/nameless-complaints",
    action="file_nameless_complaint",
    audience=PUBLIC,
    status=201,
    body="nameless_complaint",
    reply="complaint_receipt",
    summary="Complain or report without a name: the tracking code is all that leads to it",
)
def file_nameless(call: Call) -> Reply:
    """By anybody, also at a window's terminal; so many a minute from one address."""
    body = call.body
    complainant = Complainant(contact=body.get("contact", {}))
    return _receipt(use_cases.file(body, complainant, by_machine, call.request))


@door.on(
    "POST",
    "/complaints/{complaint}/follow",
    action="follow_complaint",
    audience=PUBLIC,
    repeatable=True,
    body="complaint_follow",
    reply="complaint",
    summary="Follow a complaint by its number and tracking code",
)
def follow(call: Call, complaint: str) -> Reply:
    """Without signing in: what became of it, and why; not what was written."""
    found = use_cases.follow(complaint, call.body["tracking_code"])
    return Reply(pages.full(found), viewer=visibility.PARTY)


@door.on(
    "POST",
    "/complaints/{complaint}/appeal",
    action="appeal_complaint",
    audience=PUBLIC,
    status=201,
    body="complaint_appeal",
    reply="complaint_done",
    summary="Appeal the answer to a complaint, or its refusal, once",
)
def appeal(call: Call, complaint: str) -> Reply:
    """By who has the tracking code, with or without a name; somebody else decides it."""
    body = call.body
    result = use_cases.appeal(
        complaint,
        body["text"],
        body["tracking_code"],
        call.request,
    )
    return _done(result)


@door.on(
    "GET",
    "/complaints/{complaint}",
    action="view_complaint",
    audience=PARTY,
    reply="complaint",
    summary="A complaint: to its complainant and who handles it in full, to supervision in part",
)
def show(call: Call, complaint: str) -> Reply:
    """Who complains and what they wrote is for the complainant and the one who handles it."""
    found = use_cases.find(complaint)
    viewer = permissions.view(call, found)
    page = pages.full(found)
    if permissions.is_own(call, found):
        page = pages.own(found, permissions.code_of(found.id))
    return Reply(page, version=found.version, viewer=viewer)


@door.on(
    "POST",
    "/complaints/{complaint}/acceptance",
    action="handle_complaint",
    audience=OFFICE,
    reply="complaint_done",
    summary="Accept a complaint",
)
def accept(call: Call, complaint: str) -> Reply:
    """By the supervisor who has it, within the days for it; else it counts as accepted."""
    return _handled(call, complaint, AcceptComplaint())


@door.on(
    "POST",
    "/complaints/{complaint}/refusal",
    action="handle_complaint",
    audience=OFFICE,
    body="complaint_reasons",
    reply="complaint_done",
    summary="Refuse a complaint, with reasons",
)
def refuse(call: Call, complaint: str) -> Reply:
    """By the supervisor who has it; the complainant reads why, and may appeal."""
    return _handled(call, complaint, RefuseComplaint(_reasons(call)))


@door.on(
    "POST",
    "/complaints/{complaint}/extension",
    action="handle_complaint",
    audience=OFFICE,
    body="complaint_reasons",
    reply="complaint_done",
    summary="Take longer for the answer to a complaint, once, with reasons",
)
def extend(call: Call, complaint: str) -> Reply:
    """By the supervisor who has it; the complainant reads why."""
    return _handled(call, complaint, ExtendAnswer(_reasons(call)))


@door.on(
    "POST",
    "/complaints/{complaint}/order",
    action="handle_complaint",
    audience=OFFICE,
    status=201,
    body="complaint_order",
    reply="complaint_done",
    summary="Have an office answer to what it may know of a complaint",
)
def ask_office(call: Call, complaint: str) -> Reply:
    """By the supervisor who has it, in their own words: a supervision order, which names nobody."""
    authorize = partial(permissions.handle, call)
    return _done(use_cases.ask_office(complaint, call.body, authorize, call.request))


@door.on(
    "POST",
    "/complaints/{complaint}/answer",
    action="handle_complaint",
    audience=OFFICE,
    body="complaint_answer",
    reply="complaint_done",
    summary="Answer a complaint, or the appeal on it: what was found, and why",
)
def answer(call: Call, complaint: str) -> Reply:
    """By the supervisor who has it; on appeal that is another one, and the answer is final."""
    command = AnswerComplaint(call.body["findings"], _reasons(call))
    return _handled(call, complaint, command)


def _reasons(call: Call) -> tuple[str, ...]:
    return tuple(call.body["reasons"])


def _handled(call: Call, complaint: str, command: ComplaintCommand) -> Reply:
    authorize = partial(permissions.handle, call)
    return _done(use_cases.handle(complaint, command, authorize, call.request))


def _receipt(result: ComplaintResult) -> Reply:
    complaint = result.state
    assert complaint is not None, "what was filed is there"
    code = permissions.code_of(complaint.id)
    page = pages.receipt(complaint, code, result.entry.leaf)
    location = f"/complaints/{complaint.id}"
    return Reply(page, headers={"Location": location})


def _done(result: ComplaintResult) -> Reply:
    complaint = result.state
    assert complaint is not None, "what an act was done to is there"
    page: dict[str, Any] = pages.done(complaint, result.entry.leaf)
    return Reply(page)
