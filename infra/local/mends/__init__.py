"""What the emulator lacks and the product needs, mended in memory; each module says what and why.

A mend may name private parts of the emulator, so its version is pinned and every name is looked up
at start: a changed emulator fails there, by name, and not in the middle of a case.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

PINNED = "1.5.33"


class MendError(RuntimeError):
    """The emulator is not the one that the mends were written for."""


def check_version() -> None:
    """Raises MendError unless the installed emulator is the pinned one."""
    found = version("ministack")
    if found != PINNED:
        raise MendError(
            f"the mends in infra/local are written for ministack {PINNED}, found {found}"
        )


def require(owner: Any, *names: str) -> None:
    """Raises MendError, naming what is missing, unless ``owner`` has every attribute in
    ``names``.
    """
    missing = [name for name in names if not hasattr(owner, name)]
    if missing:
        where = getattr(owner, "__name__", repr(owner))
        raise MendError(f"ministack {PINNED} was expected to have {where}.{{{', '.join(missing)}}}")


def apply_all(code_dir: str) -> None:
    """Applies every mend; ``code_dir`` is where function code is unpacked, once per zip."""
    from infra.local.mends import (
        functions,
        mail,
        metrics,
        platform,
        policies,
        refusals,
        schedules,
        streams,
        uploads,
        verbs,
    )

    check_version()
    functions.apply(code_dir)
    mail.apply()
    metrics.apply()
    platform.apply()
    policies.apply()
    refusals.apply()
    schedules.apply()
    streams.apply()
    uploads.apply()
    verbs.apply()
