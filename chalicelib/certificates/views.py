"""Reading certificates, and the public key that they are verified with."""

import hashlib
import json
import re

from chalicelib.certificates import acts
from chalicelib.certificates.acts import Certificate, base64url
from chalicelib.kernel import aws, cache, stores
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.settings import settings

_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
# SubjectPublicKeyInfo of a P-256 point is always these 26 bytes and 04 (RFC 5480), then x and y of
# 32 bytes each. Read by hand, the API function needs no cryptography library to publish a key.
P256_PREFIX = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004")


def stream_of(certificate: str) -> str:
    """The certificate's stream: it is issued, and perhaps revoked."""
    return f"certificate#{certificate}"


def read(certificate: str) -> Certificate:
    """The certificate of that id. Raises NotFound."""
    entries = stores.journal().read(stream_of(certificate)) if _ID.fullmatch(certificate) else []
    if not entries:
        raise NotFound
    return acts.fold(entries)


def public_keys() -> dict[str, list[dict[str, str]]]:
    """The JWK set (RFC 7517) that verifies certificates."""
    return {"keys": [dict(public_key())]}


@cache.remembered()
def public_key() -> dict[str, str]:
    """The signing key's public half as a JWK; ``kid`` is its RFC 7638 thumbprint."""
    der = aws.client("kms").get_public_key(KeyId=settings().certificate_key_id)["PublicKey"]
    if not der.startswith(P256_PREFIX) or len(der) != len(P256_PREFIX) + 64:
        raise ValueError("the certificate key is not on P-256")
    point = der[len(P256_PREFIX) :]
    jwk = {"crv": "P-256", "kty": "EC", "x": base64url(point[:32]), "y": base64url(point[32:])}
    thumbprint = hashlib.sha256(
        json.dumps(
            jwk,
            sort_keys=True,
            separators=(",", ":"),
        ).encode()
    ).digest()
    return jwk | {"kid": base64url(thumbprint), "use": "sig", "alg": "ES256"}
