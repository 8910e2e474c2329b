"""Uploads, applications and supplements over HTTP."""

from chalicelib import casework, catalog
from chalicelib.intake import filing, uploads
from chalicelib.kernel import schemas
from chalicelib.kernel.door import PARTY, SIGNED_IN, Call, Door, Reply
from chalicelib.kernel.errors import NotFound

door = Door()


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
    return Reply(uploads.form(call.principal.person, call.request, call.body))


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
    """Answers with a receipt: number, tracking code, dates, item and flow version."""
    call.permit()
    done = casework.filed_before(call.principal.person, call.request)
    if done is None:
        application = filing.application(call.principal, call.body)
        done = casework.file(application, call.actor(), call.request)
    headers = {"Location": f"/cases/{done.case.number}"}
    return Reply(casework.filing_receipt(done.case, done.entry), version=done.case.seq, headers=headers)


@door.on(
    "POST",
    "/cases/{number}/supplements",
    action="supplement_case",
    audience=SIGNED_IN,
    body="supplement",
    reply="receipt",
    status=201,
    edit=True,
    summary="Answer the supplement notice",
)
def supplement(call: Call, number: str) -> Reply:
    """New materials, and the corrected form where the notice asks for it."""
    case_id = casework.find(number)
    unchanged = casework.unchanged(call)

    def command(case: casework.Case) -> casework.Supplement:
        unchanged(case)
        return _checked(call, case)

    done = casework.perform(case_id, command, casework.as_applicant(call), call.request)
    return Reply(casework.receipt(done.case, done.entry), version=done.case.seq)


def _checked(call: Call, case: casework.Case) -> casework.Supplement:
    item = catalog.version(case.item, case.item_version)
    form = call.body.get("form")
    if form is not None:
        schemas.check(catalog.form_validator(case.item, case.item_version), form, at="/form")
    wanted = {m["code"]: m for m in item["materials"]}
    return casework.Supplement(uploads.check(call.principal.person, call.body.get("materials", ()), wanted), form)


@door.on(
    "GET",
    "/cases/{number}/materials/{code}",
    action="view_case",
    audience=PARTY,
    reply="material",
    summary="Where one of a case's materials can be fetched",
)
def show_material(call: Call, number: str, code: str) -> Reply:
    """For the applicant and the officers who work on the case; the address holds for minutes."""
    case, _ = casework.load(casework.find(number))
    call.permit(casework.case_resource(case))
    material = next((m for m in case.private["materials"] if m["code"] == code), None)
    if material is None:
        raise NotFound
    shown = {name: material[name] for name in ("code", "file_name", "content_type", "size", "sha256")}
    return Reply({**shown, **uploads.link(material)})
