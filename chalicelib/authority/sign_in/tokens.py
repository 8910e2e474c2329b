"""Access tokens after RFC 9068, verified against the issuer's keys; everything else is refused."""

import json
from collections.abc import Mapping
from typing import Any

from joserfc import jws, jwt
from joserfc.jwk import JWKRegistry

ALGORITHMS = ("RS256", "ES256", "EdDSA", "Ed25519")
TYPES = ("at+jwt", "application/at+jwt")  # RFC 9068, section 4; an ID token has neither
MAX_CHARACTERS = 8192
LEEWAY = 60  # seconds by which the clocks of issuer and function may differ


class TokenRefused(Exception):
    """The token does not prove who the caller is; the text says why, for tests and never for
    callers.
    """


def key_id(token: str) -> str:
    """The key that a token names. Raises TokenRefused."""
    return str(_header(token)["kid"])


def issuer_of(token: str) -> str:
    """Who claims to have issued a token: not proven before ``verify``, but it says whose keys to
    ask for.

    Raises TokenRefused.
    """
    _header(token)
    try:
        issuer = json.loads(jws.extract_compact(token.encode("ascii")).payload)["iss"]
    except Exception as error:  # whatever a hostile token makes of its payload, it is no proof
        raise TokenRefused("no claims") from error
    if not isinstance(issuer, str):
        raise TokenRefused("no issuer named")
    return issuer


def verify(
    token: str, *, jwks: Mapping[str, Any], issuer: str, audience: str, now: float
) -> Mapping[str, Any]:
    """The claims of a valid access token; ``now`` in Unix seconds.

    Looked at: signature by a key of ``jwks``, algorithm, typ ``at+jwt``, iss, aud, sub, iat, nbf
    and exp, the moments with a minute's leeway. Raises TokenRefused for anything else.
    """
    header = _header(token)
    found = [key for key in jwks["keys"] if _fits(key, header)]
    if len(found) != 1:
        raise TokenRefused("no such key")
    expected: Any = {
        "iss": {"essential": True, "value": issuer},
        "aud": {"essential": True, "value": audience},
    }
    for name in ("sub", "iat", "exp"):
        expected[name] = {"essential": True}
    try:
        claims = jwt.decode(
            token, JWKRegistry.import_key(dict(found[0])), algorithms=[header["alg"]]
        ).claims
        jwt.JWTClaimsRegistry(now=int(now), leeway=LEEWAY, **expected).validate(claims)
    except Exception as error:  # as above
        raise TokenRefused(type(error).__name__) from error
    return claims


def _header(token: str) -> Mapping[str, Any]:
    if len(token) > MAX_CHARACTERS:
        raise TokenRefused("too long")
    try:
        header = jws.extract_compact(token.encode("ascii")).headers()
    except Exception as error:  # as above
        raise TokenRefused("not a signed token") from error
    if header.get("alg") not in ALGORITHMS or str(header.get("typ")).lower() not in TYPES:
        raise TokenRefused("not an access token")
    if not isinstance(header.get("kid"), str) or not header["kid"] or "crit" in header:
        raise TokenRefused("no key named")
    return header


def _fits(key: Any, header: Mapping[str, Any]) -> bool:
    if (
        not isinstance(key, dict)
        or key.get("kid") != header["kid"]
        or key.get("use", "sig") != "sig"
    ):
        return False
    kind = {"RS256": "RSA", "ES256": "EC"}.get(header["alg"], "OKP")
    return key.get("kty") == kind and key.get("alg", header["alg"]) == header["alg"]
