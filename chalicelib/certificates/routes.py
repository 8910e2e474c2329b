"""Certificates over HTTP: the keys and whether one is valid for anyone, the text for its holder."""

from typing import Any

from chalicelib.certificates import views
from chalicelib.certificates.acts import Certificate
from chalicelib.kernel import clock
from chalicelib.kernel.door import PUBLIC, SIGNED_IN, Call, Door, Reply
from chalicelib.kernel.guard import Resource

door = Door()
KEPT_A_WHILE = {"Cache-Control": "public, max-age=300"}


@door.on(
    "GET",
    "/certificates/keys",
    action="read_keys",
    audience=PUBLIC,
    summary="The keys that verify certificates (JWK set)",
    reply="certificate_keys",
)
def keys(call: Call) -> Reply:
    """The JWK set."""
    return Reply(views.public_keys(), headers=KEPT_A_WHILE)


@door.on(
    "GET",
    "/certificates/{certificate}",
    action="read_certificate",
    audience=SIGNED_IN,
    summary="My certificate",
    reply="certificate",
)
def certificate(call: Call, certificate: str) -> Reply:
    """The certificate with its signed text, for its holder."""
    found = views.read(certificate)
    call.permit(Resource("Certificate", found.id, {"holder": found.holder}, see="read_certificate"))
    facts = {"case_number": found.case_number, "item_name": dict(found.item_name), "jwt": found.jwt}
    return Reply(_shown(found, call) | facts)


@door.on(
    "GET",
    "/certificates/{certificate}/status",
    action="read_certificate_status",
    audience=PUBLIC,
    summary="Whether a certificate is valid",
    reply="certificate_status",
)
def status(call: Call, certificate: str) -> Reply:
    """Status and dates, without its holder."""
    return Reply(_shown(views.read(certificate), call))


def _shown(found: Certificate, call: Call) -> dict[str, Any]:
    return {
        "id": found.id,
        "status": found.status(call.now),
        "item": found.item,
        "authority": found.authority,
        "issued_at": clock.stamp(found.issued_at),
        "expires_at": clock.stamp(found.expires_at) if found.expires_at else None,
    }
