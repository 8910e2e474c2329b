"""What is asked under the account owner's key has to be signed with its secret.

What the emulator lacks: it takes any signature under that key, or under a dozen digits.
"""

from __future__ import annotations

from ministack.core import iam_evaluator

from infra.local.emulator.patches import require


def _is_never_trusted(key: str) -> bool:
    """Instead of whether a key's signature need not be checked."""
    return False


def apply() -> None:
    """Has the owner's signatures checked as anybody's."""
    require(iam_evaluator, "_is_root_key", "pin_signed_request", "resolve_credential")
    iam_evaluator._is_root_key = _is_never_trusted
