"""Certificates over HTTP: keys, status and check page for anyone, the text for its holder."""

from datetime import datetime
from typing import Any

from chalicelib.certificates import check_page, status_lists, views
from chalicelib.certificates.acts import Certificate
from chalicelib.kernel import clock, ids
from chalicelib.kernel.authorization import Resource
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.http import PUBLIC, SIGNED_IN, Call, Door, Reply

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
    "/.well-known/jwt-vc-issuer",
    action="read_issuer",
    audience=PUBLIC,
    summary="Where wallets and verifiers find the keys of this issuer (SD-JWT VC)",
    reply="certificate_issuer",
)
def issuer(call: Call) -> Reply:
    """The issuer as certificates name it, and the address of its keys."""
    addresses = {
        "issuer": call.base_url,
        "jwks_uri": f"{call.base_url}/certificates/keys",
    }
    return Reply(addresses, headers=KEPT_A_WHILE)


@door.on(
    "GET",
    "/certificates/status-lists/{list}",
    action="read_status_list",
    audience=PUBLIC,
    summary="A signed list of which certificates are revoked or cancelled (Token Status List)",
    content_type="application/statuslist+jwt",
)
def status_list(call: Call, list: str) -> Reply:
    """The list's token, as the signing worker left it."""
    token = status_lists.token(ids.whole(list))
    return Reply(token, headers=KEPT_A_WHILE)


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
    held = views.read(certificate)
    facts = {"item": held.item, "holder": held.holder}
    call.permit(Resource("Certificate", held.id, facts, see="read_certificate"))
    return Reply(
        {
            **_shown(held, call),
            "case_number": held.case_number,
            "item_name": dict(held.item_name),
            "jwt": held.jwt,
        }
    )


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


@door.on(
    "GET",
    "/check/{certificate}",
    action="check_certificate",
    audience=PUBLIC,
    summary="The page that the QR code of a printed certificate leads to",
    content_type="text/html; charset=utf-8",
)
def check(call: Call, certificate: str) -> Reply:
    """A page for people, also where there is no such certificate: a forged paper leads here too."""
    try:
        held = views.read(certificate)
    except NotFound:
        unknown = check_page.unknown(call.language)
        return Reply(unknown, headers=check_page.HEADERS, status=404)
    page = check_page.page(held, call.now, call.language)
    return Reply(page, headers=check_page.HEADERS)


def _shown(certificate: Certificate, call: Call) -> dict[str, Any]:
    return {
        "id": certificate.id,
        "status": certificate.status(call.now),
        "item": certificate.item,
        "authority": certificate.authority,
        "issued_at": clock.stamp(certificate.issued_at),
        "expires_at": _stamp(certificate.expires_at),
        "revoked_at": _stamp(certificate.revoked_at),
        "cancelled_at": _stamp(certificate.cancelled_at),
        "replaces": certificate.replaces or None,
        "replaced_by": certificate.replaced_by or None,
    }


def _stamp(moment: datetime | None) -> str | None:
    if moment:
        return clock.stamp(moment)
    return None
