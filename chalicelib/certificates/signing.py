"""Signing certificates through KMS: the private key never leaves it, and only workers call this."""

import hashlib
import json
from datetime import datetime
from typing import Any

from chalicelib.certificates import acts
from chalicelib.certificates.acts import CertificateFacts
from chalicelib.certificates.views import base64url, public_key, stream_of
from chalicelib.kernel import aws, clock, journal, stores
from chalicelib.kernel.journal import Actor, AppendConflict
from chalicelib.kernel.settings import settings

MACHINE = Actor()
COORDINATE = 32  # bytes of r and of s on P-256


def issue(facts: CertificateFacts) -> str:
    """Sign and put on record; returns the certificate's id, ``read`` has its text.

    Only the first one appended exists: repeating changes nothing, of two at once the later is dropped.
    """
    stream = stream_of(facts.id)
    if stores.journal().get(stream, 1):
        return facts.id
    now = clock.now()
    jwt, kid = sign(acts.payload(facts, settings().certificate_issuer, now))
    try:
        stores.journal().append(_entry(stream, facts, jwt, kid, now))
    except AppendConflict:
        pass
    return facts.id


def _entry(stream: str, facts: CertificateFacts, jwt: str, kid: str, now: datetime) -> journal.Entry:
    return journal.new_entry(stream, 1, acts.decide_issue(facts, jwt, kid, now), at=now, actor=MACHINE)


def sign(claims: dict[str, Any]) -> tuple[str, str]:
    """A compact JWS (ES256) over the claims, and the id of its key."""
    kid = public_key()["kid"]
    header = {"alg": "ES256", "typ": acts.TYPE, "kid": kid}
    signed = ".".join(
        base64url(json.dumps(p, ensure_ascii=False, separators=(",", ":")).encode()) for p in (header, claims)
    )
    answer = aws.client("kms").sign(
        KeyId=settings().certificate_key_id,
        Message=hashlib.sha256(signed.encode()).digest(),
        MessageType="DIGEST",
        SigningAlgorithm="ECDSA_SHA_256",
    )
    return f"{signed}.{base64url(_raw(answer['Signature']))}", kid


def _raw(der: bytes) -> bytes:
    """KMS answers in DER (ANS X9.62); JWS wants r and s side by side (RFC 7518, 3.4)."""
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

    r, s = decode_dss_signature(der)
    return r.to_bytes(COORDINATE, "big") + s.to_bytes(COORDINATE, "big")
