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
    found = certificates.read(certificate)
    facts = {"item": found.item, "holder": found.holder}
    call.permit(Resource("Certificate", found.id, facts, see="read_certificate"))
    case, _ = repository.load(repository.find(found.case_number))
    form = catalog.version(case.item, case.item_version)["form"]["properties"]
    made = certificates.printed(found, form, f"{call.base_url}/check/{found.id}")
    return Reply(made, headers={"Content-Disposition": f'inline; filename="{found.id}.pdf"'})
