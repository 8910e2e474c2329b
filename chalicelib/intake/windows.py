"""What windows do for people who are present: file, supplement, show, hand over; and guardianships
put on record.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from chalicelib import authority, casework
from chalicelib.authority import mandates
from chalicelib.authority.mandates import Mandate, MandateRequest, Scope
from chalicelib.casework import AtWindow, Case
from chalicelib.intake import attendance, filing, supplementing, uploads
from chalicelib.intake.attendance import Attendance, Body
from chalicelib.kernel import names
from chalicelib.kernel.aggregates import Authorization, CommandResult
from chalicelib.kernel.authorization import WINDOW, Post, Resource
from chalicelib.kernel.caller import Caller
from chalicelib.kernel.errors import Fault, Invalid

CHECKED = {"trust": "B"}  # the officer has seen the original (the State Council's classes of trust)
PAPERS = (
    "birth-certificate",
    "household-register",
    "adoption-certificate",
    "court-decision",
)
PAPER = {"accepts": uploads.ACCEPTED, "max_bytes": uploads.MAX_BYTES}
PartyAct = casework.Supplement | casework.DeliverAtWindow | casework.ShowAtWindow


def permit(caller: Caller, item: str, who: Attendance, case: Case | None = None) -> Post:
    """Permission to serve who is present at a window for an item or in a case, and the window.

    Raises Forbidden.
    """
    windows = _windows_for(caller, item)
    facts = {
        "service_points": sorted({post.service_point for post in windows}),
        "applicant": who.party,
        "told": sorted(case.participants.parties) if case else [],
        "present": who.person,
    }
    since = case.clocks.filed_at if case else None
    caller.permit(Resource("Counter", item, facts, since=since))
    return windows[0]


def _windows_for(caller: Caller, item: str) -> list[Post]:
    """The caller's windows at service points that take an item now."""
    windows = [post for post in caller.principal.posts if WINDOW in post.roles]
    return [
        post
        for post in windows
        if _takes(
            post,
            item,
            caller.now,
        )
    ]


def _takes(post: Post, item: str, now: datetime) -> bool:
    point = authority.service_point_of(post.id, now) if post.service_point else None
    return point is not None and item in point["items"]


def application(
    caller: Caller,
    body: Body,
    who: Attendance,
    window: Post,
) -> casework.Application:
    """What is filed for who is present. Raises Invalid with every fault."""
    faults = attendance.faults(body, caller.now, body["present"], "/present")
    faults += attendance.unrepresented(who, body["item"], "file", caller.now)
    faults += attendance.of_another_name(body["present"], "/present")
    filer = filing.Filer(
        who.party,
        who.party_name,
        caller.principal.person,
        who.represented_by,
        channel="window",
        trust=CHECKED,
        more_acts=(casework.assisted("filed", window.service_point, who.evidence),),
        writes=attendance.remembered(body["present"]),
    )
    return filing.submitted(filer, body, caller.now, faults)


def act_for_party(
    caller: Caller,
    number: str,
    body: Body,
    mandate_act: str,
    make: Callable[[Case], PartyAct],
) -> CommandResult[Case]:
    """Do something on a case for its applicant, who is present or represented.

    ``mandate_act`` names the act that a mandate must cover. Raises Problem.
    """
    who = attendance.attendance(body, caller.now)

    def authorize(case: Case) -> Authorization:
        window = permit(
            caller,
            case.item,
            replace(who, party=case.participants.applicant),
            case,
        )
        return Authorization(caller.actor(window.id))

    def make_command(case: Case, authorization: Authorization) -> AtWindow:
        faults = attendance.faults(
            body,
            caller.now,
            body["present"],
            "/present",
        )
        if not _is_for_applicant(
            case,
            who,
            body,
            mandate_act,
            caller.now,
        ):
            faults.append(Fault("/present", "not-the-applicant"))
        if faults:
            raise Invalid(faults=faults)
        window = _held_post(caller, authorization.actor.post)
        return AtWindow(
            make(case),
            window.service_point,
            who.evidence,
        )

    case_id = casework.find(number)
    return casework.execute(
        case_id,
        make_command,
        authorize,
        caller.request,
    )


def _is_for_applicant(
    case: Case,
    who: Attendance,
    body: Body,
    mandate_act: str,
    now: datetime,
) -> bool:
    """Whether who is present is the applicant or may act for them.

    Another name is another person: a number may be mistyped, and of an account the officer knows
    only what its owner has said.
    """
    is_applicant = who.person == case.participants.applicant
    if is_applicant and not names.are_same(who.name, case.participants.applicant_name):
        return False
    for_applicant = replace(who, party=case.participants.applicant)
    return not attendance.unrepresented(
        for_applicant,
        case.item,
        mandate_act,
        now,
    )


def _held_post(caller: Caller, post: str) -> Post:
    return next(held for held in caller.principal.posts if held.id == post)


def supplement(caller: Caller, body: Body, case: Case) -> casework.Supplement:
    """What was brought to the window; the officer has seen the originals. Raises Invalid."""
    brought = supplementing.supplement(
        caller.principal.person,
        body,
        case,
    )
    materials = [{**material, **CHECKED} for material in brought.materials]
    return replace(brought, materials=materials)


def guardianship(caller: Caller, body: Body, post: str) -> Mandate:
    """Put the guardianship of a minor on record, until the minor comes of age.

    Raises Invalid with every fault.
    """
    minor = body["minor"]
    born_on, faults = _birthday(minor)
    faults = [
        *attendance.faults(
            body,
            caller.now,
            minor,
            "/minor",
        ),
        *faults,
        *attendance.of_another_name(minor, "/minor"),
    ]
    ends = _end_of_minority(born_on, caller.now)
    if born_on and not born_on <= caller.now.date() < ends.date():
        faults.append(Fault("/minor/born_on", "not-a-minor"))
    papers, wrong_papers = _papers(caller.principal.person, body["evidence"])
    faults += wrong_papers
    if faults:
        raise Invalid(faults=faults)
    evidence = {
        **attendance.evidence(body, caller.now),
        "minor": attendance.shown(minor),
        "papers": papers,
        "guardian": attendance.shown(body["guardian"]),
    }
    request = MandateRequest(
        attendance.party_of(minor),
        minor["name"],
        body["guardian"]["person"],
        Scope(None, frozenset(mandates.ACTS), ends),
        evidence=evidence,
    )
    return mandates.establish(
        request,
        Authorization(caller.actor(post)),
        caller.request,
    )


def _end_of_minority(born_on: date | None, now: datetime) -> datetime:
    if born_on is None:
        return now
    return datetime.combine(
        attendance.comes_of_age(born_on),
        time(),
        now.tzinfo,
    )


def _papers(officer: str, evidence: Sequence[Body]) -> tuple[list[dict[str, Any]], list[Fault]]:
    """The files that prove it, and what is wrong with them."""
    try:
        return uploads.check(officer, evidence, dict.fromkeys(PAPERS, PAPER)), []
    except Invalid as invalid:
        faults = []
        for fault in invalid.faults:
            field = fault.field.replace("/materials", "/evidence", 1)
            faults.append(replace(fault, field=field))
        return [], faults


def _birthday(minor: Body) -> tuple[date | None, list[Fault]]:
    """The minor's day of birth, which an identity card tells too."""
    try:
        born_on = date.fromisoformat(minor["born_on"])
    except ValueError:
        return None, [
            Fault(
                "/minor/born_on",
                "format",
                {"limit": "date"},
            )
        ]
    told = mandates.documents.read(minor["document"]).born_on
    if told and told != born_on:
        return born_on, [Fault("/minor/born_on", "birthday-differs")]
    return born_on, []
