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
    return [str(method) for method in amr] if isinstance(amr, list) else []


def strong_until(claims: Mapping[str, Any], strong_acr: frozenset[str]) -> int:
    """Unix seconds until which the sign-in counts as strong; 0 where it does not, or does not say
    when it was.
    """
    used, at = set(methods(claims)), claims.get("auth_time")
    kinds = sum(bool(used & factors) for factors in FACTORS)
    is_strong = kinds > 1 or SEVERAL in used or claims.get("acr") in strong_acr
    return int(at) + HOLDS if is_strong and isinstance(at, int) and not isinstance(at, bool) else 0
