"""Signing through KMS: the private key never leaves it, and only workers call this."""

import hashlib
from collections.abc import Mapping
from typing import Any

from chalicelib.certificates.acts import base64url, dumps
from chalicelib.certificates.views import public_key, put_on_record
from chalicelib.kernel import aws
from chalicelib.kernel.settings import settings

COORDINATE = 32  # bytes of r and of s on P-256


def sign(claims: Mapping[str, Any], kind: str) -> tuple[str, str]:
    """A compact JWS (ES256) of typ ``kind`` over the claims, and the id of its key."""
    kid = public_key()["kid"]
    put_on_record(kid)
    header = {"alg": "ES256", "typ": kind, "kid": kid}
    signed = f"{base64url(dumps(header))}.{base64url(dumps(claims))}"
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
