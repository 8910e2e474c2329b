"""Certificates as their holders print them: the signed text, in the words of the item's form."""

from chalicelib import catalog, certificates
from chalicelib.casework.use_cases import repository
from chalicelib.kernel.authorization import Resource
from chalicelib.kernel.http import SIGNED_IN, Call, Door, Reply

door = Door()


@door.on(
    "GET",
    "/certificates/{certificate}/pdf",
    action="read_certificate",
    audience=SIGNED_IN,
    summary="My certificate, to print",
    content_type="application/pdf",
)
def certificate_print(call: Call, certificate: str) -> Reply:
    """One or more A4 pages, made when they are asked for, for the holder."""
    issued = certificates.read(certificate)
    facts = {"item": issued.item, "holder": issued.holder}
    resource = Resource(
        "Certificate",
        issued.id,
        facts,
        see="read_certificate",
    )
    call.permit(resource)
    case_id = repository.find(issued.case_number)
    case, _ = repository.load(case_id)
    item = catalog.version(case.item, case.item_version)
    questions = item["form"]["properties"]
    check_address = f"{call.base_url}/check/{issued.id}"
    pdf = certificates.printed(issued, questions, check_address)
    disposition = f'inline; filename="{issued.id}.pdf"'
    return Reply(pdf, headers={"Content-Disposition": disposition})
