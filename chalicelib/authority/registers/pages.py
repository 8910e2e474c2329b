"""How changes of the registers are shown to the offices that judge them."""

from datetime import datetime
from typing import Any

from chalicelib.authority.acts import Change
from chalicelib.authority.registers.changes import ChangeResult, existing
from chalicelib.kernel import clock
from chalicelib.kernel.journal import Actor


def full(change: Change, now: datetime) -> dict[str, Any]:
    """A change for those who judge it: what is wanted, by whom it was asked for and answered."""
    page: dict[str, Any] = {
        "id": change.id,
        "status": change.status_at(now),
        "department": change.department,
        **change.wanted,
        "proposed": _step(change.proposed_at, change.proposed_by),
    }
    if change.decided_at:
        page["decided"] = _step(change.decided_at, change.decided_by)
    if change.reasons:
        page["reasons"] = list(change.reasons)
    if change.subject:
        page["subject"] = change.subject
    return page


def after_act(result: ChangeResult) -> dict[str, Any]:
    """A change right after an act on it, and where the act stands on record."""
    entry = result.entry
    page = full(existing(result.state), entry.at)
    page["receipt"] = {
        "stream": entry.stream,
        "seq": entry.seq,
        "leaf": entry.leaf,
    }
    return page


def _step(at: datetime, by: Actor) -> dict[str, str]:
    return {
        "at": clock.stamp(at),
        "person": by.person,
        "post": by.post,
    }
