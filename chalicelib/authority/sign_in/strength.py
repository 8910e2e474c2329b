"""How strong a sign-in was: two factors of different kinds, and not too long ago."""

from collections.abc import Mapping
from typing import Any

# RFC 8176: what one knows, what one has, what one is.
FACTORS = (
    frozenset({"pwd", "pin", "kba"}),
    frozenset({"otp", "sms", "tel", "swk", "hwk", "sc"}),
    frozenset({"face", "fpt", "iris", "retina", "vbm"}),
)
SEVERAL = "mfa"
HOLDS = 12 * 3600  # seconds: a working day


def methods(claims: Mapping[str, Any]) -> list[str]:
    """How the person proved who they are, by the issuer's words; nothing where it does not say."""
    amr = claims.get("amr")
    if not isinstance(amr, list):
        return []
    return [str(method) for method in amr]


def strong_until(claims: Mapping[str, Any], strong_acr: frozenset[str]) -> int:
    """Unix seconds until which the sign-in counts as strong; 0 where it does not, or does not say
    when it was.
    """
    at = claims.get("auth_time")
    if not isinstance(at, int) or isinstance(at, bool):
        return 0
    return at + HOLDS if _is_strong(claims, strong_acr) else 0


def _is_strong(claims: Mapping[str, Any], strong_acr: frozenset[str]) -> bool:
    used = set(methods(claims))
    if SEVERAL in used or claims.get("acr") in strong_acr:
        return True
    kinds = [factors for factors in FACTORS if used & factors]
    return len(kinds) > 1
