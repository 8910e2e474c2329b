"""What wakes authority: the API's authorizer."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from chalice.app import AuthRequest, AuthResponse

from chalicelib.authority.jwks import KeyDirectory
from chalicelib.kernel import clock, log
from chalicelib.kernel.settings import settings


@lru_cache(maxsize=1)
def _directory() -> KeyDirectory:
    return KeyDirectory(settings().oidc_jwks_url)


def authorize(request: AuthRequest) -> AuthResponse:
    """Let the bearer of a valid access token through, with context ``name``, ``acr``, ``amr`` and ``exp``.

    The answer is kept per token, so it is good for every path; the door asks the policies. Names travel
    percent-encoded: API Gateway promises nothing for other characters.

    Raises Exception("Unauthorized"), which API Gateway turns into a 401; any other error is a 500.
    """
    from chalicelib.authority import tokens  # joserfc and cryptography take 70 ms that no other function pays

    scheme, _, token = str(request.token).partition(" ")
    try:
        if scheme.lower() != "bearer":
            raise tokens.TokenRefused("no bearer token")
        now = clock.system_now().timestamp()
        keys = _directory().keys(tokens.key_id(token.strip()))
        s = settings()
        claims = tokens.verify(token.strip(), jwks=keys, issuer=s.oidc_issuer, audience=s.oidc_audience, now=now)
    except tokens.TokenRefused as refusal:
        log.line("token refused", reason=str(refusal))
        raise Exception("Unauthorized") from None
    except Exception as error:  # refusals are errors of the function too, so what is none is counted apart
        log.failure("sign-in failed", error, counts={"AuthorizerErrors": 1})
        raise
    return AuthResponse(routes=["*"], principal_id=claims["sub"], context=_context(claims))


def _context(claims: Mapping[str, Any]) -> dict[str, str]:
    amr = claims.get("amr")
    return {
        "name": quote(str(claims.get("name") or ""), errors="replace"),
        "acr": quote(str(claims.get("acr") or "")),
        "amr": quote(" ".join(str(method) for method in amr) if isinstance(amr, list) else ""),
        "exp": str(int(claims["exp"])),
    }
