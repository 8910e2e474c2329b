"""Use cases on complaints: filed with or without a name, handled, appealed, moved on by time."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from chalicelib import authority, casework
from chalicelib.kernel import ids
from chalicelib.kernel.aggregates import (
    ActOrigin,
    Aggregate,
    Authorization,
    Authorize,
    CommandResult,
    Decision,
    by_machine,
)
from chalicelib.kernel.commands import execute
from chalicelib.kernel.errors import Fault, Invalid, NotFound
from chalicelib.kernel.journal import Request
from chalicelib.supervision import records
from chalicelib.supervision.complaints import acts, handlers, permissions, rules
from chalicelib.supervision.complaints.commands import (
    AppealComplaint,
    ApplyTime,
    AskOffice,
    ComplaintCommand,
    FileComplaint,
)
from chalicelib.supervision.complaints.values import (
    CASE,
    GENERAL,
    OFFICE,
    Complainant,
    Complaint,
    Subject,
)

PREFIX = "complaint#"
NATIONAL_DIGITS = 11  # of a mobile number, without the country's code
ComplaintResult = CommandResult[Complaint | None]


def _decide(complaint: Complaint | None, command: ComplaintCommand, origin: ActOrigin) -> Decision:
    return rules.decide(
        complaint,
        command,
        origin,
        casework.read_calendar(),
    )


COMPLAINTS: Aggregate[Complaint | None, ComplaintCommand] = Aggregate(acts.fold, _decide)
"""One complaint, from its receipt to its end."""


def find(complaint: str) -> Complaint:
    """The complaint as it is on record. Raises NotFound."""
    return records.find(PREFIX, complaint, acts.fold)


def file(
    wanted: Mapping[str, Any],
    complainant: Complainant,
    authorize: Authorize[Complaint | None],
    request: Request,
) -> ComplaintResult:
    """Put a complaint on record, once for each request. Raises Invalid for a case or an office that
    there is not.
    """
    id = ids.keyed_hash("complaint", complainant.person, request.key)
    subject = _subject(wanted)
    command = FileComplaint(
        wanted["kind"],
        subject,
        complainant,
        wanted["text"],
        handlers.ladder(subject, id),
    )
    return execute(
        COMPLAINTS,
        PREFIX + id,
        command,
        authorize,
        request,
        known=(),
    )


def _subject(wanted: Mapping[str, Any]) -> Subject:
    if "number" in wanted and "department" in wanted:
        raise Invalid(faults=[Fault("/department", "case-or-office")])
    if "number" in wanted:
        return _of_case(wanted["number"])
    if "department" in wanted:
        return _of_office(wanted["department"])
    return Subject(GENERAL)


def _of_case(number: str) -> Subject:
    try:
        case, entries = casework.load(casework.find(number))
    except NotFound:
        raise Invalid(faults=[Fault("/number", "case-unknown")]) from None
    posts = casework.case_resource(case).facts["posts"]
    officers = {entry.actor.person for entry in entries if entry.actor.post}
    return Subject(
        CASE,
        case.authority,
        case.number,
        tuple(posts),
        tuple(sorted(officers - {""})),
    )


def _of_office(department: str) -> Subject:
    if not authority.posts_of_department(department):
        raise Invalid(faults=[Fault("/department", "office-unknown")])
    return Subject(OFFICE, department)


def follow(complaint: str, code: str) -> Complaint:
    """The complaint, for who has its tracking code. Raises NotFound, or TooMany after five wrong
    tries.
    """
    found = find(complaint)
    permissions.check_code(found.id, code)
    return found


def handle(
    complaint: str,
    command: ComplaintCommand,
    authorize: Authorize[Complaint | None],
    request: Request,
) -> ComplaintResult:
    """What the one who has it does. Raises NotFound, Conflict."""
    return execute(
        COMPLAINTS,
        _stream(complaint),
        command,
        authorize,
        request,
    )


def ask_office(
    complaint: str,
    wanted: Mapping[str, Any],
    authorize: Authorize[Complaint | None],
    request: Request,
) -> ComplaintResult:
    """Oblige an office to answer to what supervision tells it of the complaint.

    Raises NotFound, Conflict, and Invalid where nobody could answer, or where the text tells who
    complains.
    """
    return execute(
        COMPLAINTS,
        _stream(complaint),
        partial(_asking, wanted),
        authorize,
        request,
    )


def _asking(
    wanted: Mapping[str, Any], complaint: Complaint | None, authorization: Authorization
) -> AskOffice:
    assert complaint is not None, "what may be handled is there"
    department = wanted.get("department", complaint.subject.department)
    heads = authority.posts_of_department(department, "head") if department else []
    if not heads:
        raise Invalid(faults=[Fault("/department", "office-without-head")])
    _check_told(complaint, wanted["text"])
    matter = ids.digest("complaint", complaint.id, str(len(complaint.matters)))
    return AskOffice(department, tuple(heads), wanted["text"], matter)


def _check_told(complaint: Complaint, text: str) -> None:
    """Raises Invalid for a text that would tell the office who complains."""
    complainant = complaint.complainant
    phone = complainant.contact.get("phone", "")
    telling = (
        complainant.person,
        complainant.name,
        complainant.contact.get("email", ""),
        phone[-NATIONAL_DIGITS:],
        complaint.subject.number,
    )
    if any(word and word in text for word in telling):
        raise Invalid(faults=[Fault("/text", "text-names-complainant")])


def appeal(complaint: str, text: str, code: str, request: Request) -> ComplaintResult:
    """The complainant appeals, by the tracking code. Raises NotFound, TooMany, Conflict."""
    return execute(
        COMPLAINTS,
        _stream(complaint),
        partial(_appealing, text),
        partial(permissions.by_code, code),
        request,
    )


def _appealing(
    text: str, complaint: Complaint | None, authorization: Authorization
) -> AppealComplaint:
    assert complaint is not None, "who has its code has found it"
    return AppealComplaint(text, handlers.reviewer(complaint))


def apply_time(complaint: str) -> ComplaintResult:
    """What time has brought, put on record once. Raises NotFound."""
    return execute(
        COMPLAINTS,
        PREFIX + complaint,
        ApplyTime(),
        by_machine,
    )


def _stream(complaint: str) -> str:
    """Raises NotFound for what is no complaint's id."""
    if not ids.is_hash(complaint):
        raise NotFound
    return PREFIX + complaint
