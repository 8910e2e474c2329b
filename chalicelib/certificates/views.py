"""Reading certificates, and the public key that they are verified with."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence

from chalicelib.certificates import acts
from chalicelib.certificates.acts import Certificate, base64url
from chalicelib.kernel import aws, cache, clock, journal, stores
from chalicelib.kernel.acts import from_act, public, to_act
from chalicelib.kernel.errors import NotFound, Unavailable
from chalicelib.kernel.journal import Actor, AppendConflict, Entry
from chalicelib.kernel.settings import settings
from chalicelib.kernel.values import dataclass

KEYS = "certificate-keys"  # the stream of all keys that have ever signed
KEYS_KEPT_SECONDS = 60
TRIES = 8
_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
# SubjectPublicKeyInfo of a P-256 point is always these 26 bytes and 04 (RFC 5480), then x and y of
# 32 bytes each. Read by hand, the API function needs no cryptography library to publish a key.
P256_PREFIX = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004")


def _is_among(entries: Sequence[Entry], kid: str) -> bool:
    for entry in entries:
        published = from_act(KeyPublished, entry.acts[0])
        if published.key["kid"] == kid:
            return True
    return False


@dataclass(frozen=True)
class KeyPublished:
    """A public key (JWK) signs certificates from now on."""

    key: Mapping[str, str] = public()


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
    """The JWK set (RFC 7517) that verifies certificates: the key of today, and those that have
    signed before it was put in their place.
    """
    keys = {}
    for key in (public_key(), *_keys_on_record()):
        keys[key["kid"]] = dict(key)
    published = list(keys.values())
    return {"keys": published}


@cache.remembered(seconds=KEYS_KEPT_SECONDS)
def _keys_on_record() -> list[dict[str, str]]:
    keys = []
    for entry in stores.journal().read(KEYS):
        published = from_act(KeyPublished, entry.acts[0])
        keys.append(dict(published.key))
    return keys


@cache.remembered(max_size=8)
def put_on_record(kid: str) -> None:
    """Keep the public half of the signing key for as long as there is a record, before it signs for
    the first time: whoever is shown a certificate later needs it. Raises Unavailable.
    """
    for _ in range(TRIES):
        entries = stores.journal().read(KEYS)
        if _is_among(entries, kid):
            return
        published = to_act(KeyPublished(public_key()))
        entry = journal.new_entry(
            KEYS,
            len(entries) + 1,
            [published],
            at=clock.now(),
            actor=Actor(),
        )
        try:
            stores.journal().append(entry)
        except AppendConflict:
            continue
        return
    raise Unavailable


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
