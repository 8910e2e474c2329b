"""What the emulator lacks and the product needs, patched in memory; each module says what and why.

A patch may name private parts of the emulator, so its version is pinned and every name is looked up
at start: a changed emulator fails there, by name, and not in the middle of a case.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

PINNED = "1.5.33"


class PatchError(RuntimeError):
    """The emulator is not the one that the patches were written for."""


def check_version() -> None:
    """Raises PatchError unless the installed emulator is the pinned one."""
    found = version("ministack")
    if found != PINNED:
        raise PatchError(
            f"the patches in infra/local are written for ministack {PINNED}, found {found}"
        )


def require(owner: Any, *names: str) -> None:
    """Raises PatchError, naming what is missing, unless ``owner`` has all of ``names``."""
    missing = [name for name in names if not hasattr(owner, name)]
    if missing:
        where = getattr(owner, "__name__", repr(owner))
        raise PatchError(
            f"ministack {PINNED} was expected to have {where}.{{{', '.join(missing)}}}"
        )


def apply_all(code_dir: str) -> None:
    """Applies every patch; ``code_dir`` is where function code is unpacked, once per zip."""
    from infra.local.emulator.patches import (
        alarms,
        flow_tasks,
        function_metrics,
        gateway_responses,
        iam_verdicts,
        lambda_workers,
        owner_signatures,
        query_expressions,
        request_bodies,
        reused_threads,
        scheduled_rules,
        sent_mail,
        service_metrics,
        table_streams,
        undeclared_methods,
        upload_checksums,
    )

    check_version()
    lambda_workers.apply(code_dir)
    sent_mail.apply()
    alarms.apply()
    flow_tasks.apply()
    function_metrics.apply()
    service_metrics.apply()
    iam_verdicts.apply()
    owner_signatures.apply()
    query_expressions.apply()
    request_bodies.apply()
    reused_threads.apply()
    gateway_responses.apply()
    scheduled_rules.apply()
    table_streams.apply()
    undeclared_methods.apply()
    upload_checksums.apply()
