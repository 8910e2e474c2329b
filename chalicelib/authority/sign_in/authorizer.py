"""What wakes authority: the API's authorizer."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from chalice.app import AuthRequest, AuthResponse

from chalicelib.authority.sign_in import strength
from chalicelib.authority.sign_in.jwks import KeyDirectory
from chalicelib.kernel import cache, clock, log

# Addresses by their claims, each with the claim by which the issuer vouches for it (OpenID Connect
# Core, 5.1).
ADDRESSES = {
    "mail": ("email", "email_verified"),
    "phone": ("phone_number", "phone_number_verified"),
}
OF_CONTEXT = ("name", "acr", "scope", "org", "org_name", "org_role")


@cache.remembered(max_size=16)
def _directory(url: str) -> KeyDirectory:
    return KeyDirectory(url)


def authorize(request: AuthRequest) -> AuthResponse:
    """Let the bearer of a valid access token of one of the stage's issuers through, as that
    issuer's person or system.

    The answer is kept per token, so it is good for every path; the door asks the policies. What the
    context says is percent-encoded: API Gateway promises nothing for other characters.

    Raises Exception("Unauthorized"), which API Gateway turns into a 401; any other error is a 500.
    """
    from chalicelib.authority.sign_in import (  # their libraries take 70 ms that no other function pays  # noqa: E501
        issuers,
        tokens,
    )

    scheme, _, token = str(request.token).partition(" ")
    try:
        if scheme.lower() != "bearer":
            raise tokens.TokenRefused("no bearer token")
        token, now = token.strip(), clock.system_now().timestamp()
        by = issuers.trusted().get(tokens.issuer_of(token))
        if by is None:
            raise tokens.TokenRefused("unknown issuer")
        keys = _directory(by.jwks_url).keys(tokens.key_id(token))
        claims = tokens.verify(
            token,
            jwks=keys,
            issuer=by.issuer,
            audience=by.audience,
            now=now,
        )
        identity, document = by.identity(claims), by.document(claims)
    except tokens.TokenRefused as refusal:
        log.line("token refused", reason=str(refusal))
        raise Exception("Unauthorized") from None
    except (
        Exception
    ) as error:  # refusals are errors of the function too, so what is none is counted apart
        log.failure("sign-in failed", error, counts={"AuthorizerErrors": 1})
        raise
    until = strength.strong_until(claims, by.strong_acr) if by.kind == issuers.PEOPLE else 0
    ends = int(claims["exp"]) + tokens.LEEWAY
    told = {
        "kind": by.kind,
        "document": document,
        "strong_until": str(until),
        "exp": str(ends),
    }
    return AuthResponse(
        routes=["*"],
        principal_id=identity,
        context=_context(claims) | told,
    )


def _context(claims: Mapping[str, Any]) -> dict[str, str]:
    said = {"amr": " ".join(strength.methods(claims))}
    for name in OF_CONTEXT:
        said[name] = str(claims.get(name) or "")
    for name, (claim, vouched) in ADDRESSES.items():
        said[name] = str(claims.get(claim) or "") if claims.get(vouched) is True else ""
    return {name: quote(value, errors="replace") for name, value in said.items()}
