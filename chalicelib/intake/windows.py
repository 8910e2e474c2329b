"""What windows do for people who are present: file, supplement, show, hand over; and guardianships
put on record.
"""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from chalicelib import authority, casework
from chalicelib.authority import mandates
from chalicelib.authority.mandates import Mandate, MandateRequest, Scope
from chalicelib.casework import AtWindow, Case
from chalicelib.intake import attendance, filing, supplementing, uploads
from chalicelib.intake.attendance import Attendance, Body
from chalicelib.kernel.authorization import WINDOW, Post, Resource
from chalicelib.kernel.errors import Fault, Invalid
from chalicelib.kernel.http.door import Call
from chalicelib.kernel.journal import Actor

CHECKED = {"trust": "B"}  # the officer has seen the original (the State Council's classes of trust)
PAPERS = ("birth-certificate", "household-register", "adoption-certificate", "court-decision")
PAPER = {"accepts": uploads.ACCEPTED, "max_bytes": uploads.MAX_BYTES}
Act = casework.Supplement | casework.DeliverAtWindow | casework.ShowAtWindow


def windows_for(call: Call, item: str) -> list[Post]:
    """The caller's windows at service points that take an item now."""
    return [
        post
        for post in call.principal.posts
        if WINDOW in post.roles and _takes(post, item, call.now)
    ]


def _takes(post: Post, item: str, now: datetime) -> bool:
    point = authority.service_point_of(post.id, now) if post.service_point else None
    return point is not None and item in point["items"]


def permit(call: Call, item: str, who: Attendance, case: Case | None = None) -> Post:
    """Permission to serve who is present at a window for an item or in a case, and the window.
    Raises Forbidden.
    """
    windows = windows_for(call, item)
    facts = {
        "service_points": sorted({post.service_point for post in windows}),
        "applicant": who.party,
        "told": sorted(case.told) if case else [],
        "present": who.person,
    }
    call.permit(Resource("Counter", item, facts, since=case.filed_at if case else None))
    return windows[0]


def application(call: Call, who: Attendance, window: Post) -> casework.Application:
    """What is filed for who is present. Raises Invalid with every fault."""
    body: Body = call.body
    found = attendance.faults(body, call.now, body["present"], "/present")
    found += attendance.unrepresented(who, body["item"], "file", call.now)
    beside = casework.assisted("filed", window.service_point, who.evidence)
    by = filing.Filer(
        who.party,
        who.party_name,
        call.principal.person,
        who.represented_by,
        channel="window",
        trust=CHECKED,
        beside=(beside,),
    )
    return filing.submitted(by, body, call.now, found)


def party_act(call: Call, number: str, of: str, make: Callable[[Case], Act]) -> casework.Done:
    """Do something on a case for its applicant, who is present or represented; ``of`` names the act
    of a mandate.

    Raises Problem.
    """
    who = attendance.attendance(call.body, call.now)
    window: list[Post] = []

    def permitted(case: Case) -> Actor:
        window[:] = [permit(call, case.item, replace(who, party=case.applicant), case)]
        return call.actor(window[0].id)

    def command(case: Case) -> AtWindow:
        for_applicant = replace(who, party=case.applicant)
        found = attendance.faults(call.body, call.now, call.body["present"], "/present")
        # A document says who somebody is; of an account the officer knows only what its owner has
        # said.
        by_account = "person" in call.body["present"] and who.person == case.applicant
        is_other = by_account and _plain(who.name) != _plain(case.private["name"])
        if is_other or attendance.unrepresented(for_applicant, case.item, of, call.now):
            found.append(Fault("/present", "not-the-applicant"))
        if found:
            raise Invalid(faults=found)
        return AtWindow(make(case), window[0].service_point, who.evidence)

    return casework.perform(casework.find(number), command, permitted, call.request)


def supplement(call: Call, case: Case) -> casework.Supplement:
    """What was brought to the window; the officer has seen the originals. Raises Invalid."""
    brought = supplementing.supplement(call.principal.person, call.body, case)
    return replace(brought, materials=[{**material, **CHECKED} for material in brought.materials])


def guardianship(call: Call, post: str) -> Mandate:
    """Put the guardianship of a minor on record, until the minor comes of age. Raises Invalid with
    every fault.
    """
    body: Mapping[str, Any] = call.body
    guardian, minor = body["guardian"], body["minor"]
    found = attendance.faults(body, call.now, minor, "/minor")
    born_on, wrong = _birthday(minor)
    found += wrong
    ends = (
        datetime.combine(attendance.comes_of_age(born_on), time(), call.now.tzinfo)
        if born_on
        else call.now
    )
    if born_on and not born_on <= call.now.date() < ends.date():
        found.append(Fault("/minor/born_on", "not-a-minor"))
    papers: list[dict[str, Any]] = []
    try:
        papers = uploads.check(
            call.principal.person, body["evidence"], dict.fromkeys(PAPERS, PAPER)
        )
    except Invalid as invalid:
        found += [
            replace(fault, field=fault.field.replace("/materials", "/evidence", 1))
            for fault in invalid.faults
        ]
    if found:
        raise Invalid(faults=found)
    seen = {
        **attendance.evidence(body, call.now),
        "minor": attendance.shown(minor),
        "papers": papers,
    }
    seen["guardian"] = attendance.shown(guardian)
    scope = Scope(None, frozenset(mandates.ACTS), ends)
    wish = MandateRequest(
        attendance.party_of(minor), minor["name"], guardian["person"], scope, evidence=seen
    )
    return mandates.establish(wish, mandates.By(call.now, call.actor(post), call.request))


def _plain(name: str) -> str:
    """A name without what officers write differently: blanks, width, capitals."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def _birthday(minor: Body) -> tuple[date | None, list[Fault]]:
    """The minor's day of birth, which an identity card tells too."""
    try:
        born_on = date.fromisoformat(minor["born_on"])
    except ValueError:
        return None, [Fault("/minor/born_on", "format", {"limit": "date"})]
    document = minor["document"]
    if document["type"] == "id_card" and mandates.born_on(document["number"]) != born_on:
        return born_on, [Fault("/minor/born_on", "birthday-differs")]
    return born_on, []
