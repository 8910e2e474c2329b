"""Uploads, applications and supplements over HTTP."""

from collections.abc import Mapping
from typing import Any

from chalicelib import casework
from chalicelib.authority import unchanged_rights
from chalicelib.catalog.flows import EX_OFFICIO
from chalicelib.intake import filing, supplementing, uploads, what_if
from chalicelib.kernel import visibility
from chalicelib.kernel.aggregates import Authorization
from chalicelib.kernel.authorization import Resource
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.http import (
    OFFICE,
    PARTY,
    PUBLIC,
    SIGNED_IN,
    Call,
    Door,
    Parameter,
    Reply,
)

door = Door()


@door.on(
    "POST",
    "/items/{item}/what-if",
    action="ask_what_if",
    audience=PUBLIC,
    body="whatif",
    reply="whatif_forecast",
    repeatable=True,
    summary="What if one filed this item on a day, with these answers",
)
def ask_what_if(call: Call, item: str) -> Reply:
    """Materials, fee, steps and due dates, by the code that cases run on; nothing is written."""
    return Reply(what_if.whatif(item, call.body, call.now))


@door.on(
    "POST",
    "/uploads",
    action="start_upload",
    audience=SIGNED_IN,
    body="upload",
    reply="upload_form",
    status=201,
    summary="A form to upload one file straight to storage",
)
def start_upload(call: Call) -> Reply:
    """Size, type and SHA-256 are bound by the form."""
    call.permit()
    return Reply(
        uploads.form(
            call.principal.person,
            call.request,
            call.body,
        )
    )


@door.on(
    "POST",
    "/applications",
    action="file_application",
    audience=SIGNED_IN,
    body="application",
    reply="filing_receipt",
    status=201,
    summary="File an application",
)
def file_application(call: Call) -> Reply:
    """For oneself or for a party; answers with a receipt: number, tracking code, dates, item and
    flow version.
    """
    party, item = (
        call.body.get("on_behalf_of", call.principal.person),
        call.body["item"],
    )
    call.permit(
        Resource(
            "Party",
            party,
            {"party": party, "item": item},
        )
    )

    def make(state: casework.Case | None, authorization: Authorization) -> casework.Application:
        return filing.application(
            call.principal,
            call.body,
            call.now,
        )

    result = casework.file_case(make, call.actor(), call.request)
    case = result.state
    by_mandate = party not in call.principal.stands_for
    receipt = casework.filing_receipt(
        case,
        result.entry,
        by_mandate=by_mandate,
    )
    return Reply(
        receipt,
        version=case.seq,
        headers={"Location": f"/cases/{case.number}"},
    )


@door.on(
    "POST",
    "/ex-officio-cases",
    action="open_case",
    audience=OFFICE,
    body="ex_officio_case",
    reply="receipt",
    status=201,
    summary="Open a case ex officio: a penalty, an inspection, a compulsion",
)
def open_case(call: Call) -> Reply:
    """By an officer of the post at which the item's flow begins, about whom the case concerns."""
    item, flow = filing.item_for(call.body["item"], EX_OFFICIO)
    post = item["posts"][flow.steps[flow.start].post]
    concerned = call.body["concerned"].get("person", "")
    opening = Resource(
        "Opening",
        item["id"],
        {"post": post, "concerned": concerned},
    )

    def authorize(state: casework.Case | None) -> Authorization:
        call.permit(opening)
        return Authorization(
            call.actor(post),
            conditions=unchanged_rights(call.principal),
        )

    def make(state: casework.Case | None, authorization: Authorization) -> casework.Application:
        return filing.opened(
            call.principal.person,
            call.body,
            item,
            flow,
        )

    result = casework.file_case(
        make,
        call.actor(post),
        call.request,
        authorize,
    )
    case = result.state
    receipt = casework.receipt(case, result.entry)
    return Reply(
        receipt,
        version=case.seq,
        headers={"Location": f"/cases/{case.number}"},
    )


@door.on(
    "POST",
    "/cases/{number}/supplements",
    action="supplement_case",
    audience=SIGNED_IN,
    body="supplement",
    reply="receipt",
    status=201,
    edit=True,
    summary="Answer the supplement notice, or bring materials owed since acceptance",
)
def supplement(call: Call, number: str) -> Reply:
    """New materials, and the corrected form where the notice asks for it."""
    case_id = casework.find(number)
    check_unchanged = casework.unchanged(call)

    def make(case: casework.Case, authorization: Authorization) -> casework.Supplement:
        check_unchanged(case)
        return supplementing.supplement(
            call.principal.person,
            call.body,
            case,
        )

    result = casework.execute(
        case_id,
        make,
        casework.as_applicant(call),
        call.request,
    )
    return Reply(casework.receipt(result.state, result.entry), version=result.state.seq)


@door.on(
    "GET",
    "/cases/{number}/materials/{code}",
    action="view_case",
    audience=PARTY,
    reply="material",
    query={
        "purpose": Parameter(
            "why an office reads the case that has no task in it",
            tuple(casework.READING_PURPOSES),
        )
    },
    summary="Where one of a case's materials can be fetched",
)
def show_material(call: Call, number: str, code: str) -> Reply:
    """For the applicant and for offices, as the case itself; not for who was only told of it. It
    holds for minutes.
    """
    case, _ = casework.load(casework.find(number))
    viewer = casework.permit_reading(
        call,
        case,
        call.query.get("purpose", ""),
    )
    material = _material(case, code)
    if material is None or viewer == visibility.PARTY:
        raise NotFound
    fields = ("code", "file_name", "content_type", "size", "sha256")
    shown = {name: material[name] for name in fields}
    return Reply({**shown, **uploads.link(material)}, viewer=viewer)


def _material(case: casework.Case, code: str) -> Mapping[str, Any] | None:
    for material in case.submission.materials:
        if material["code"] == code:
            return dict(material)
    return None
