"""How changes of the registers are shown to the offices that judge them."""

from datetime import datetime
from typing import Any

from chalicelib.authority.acts import Change
from chalicelib.authority.registers.changes import Done
from chalicelib.kernel import clock
from chalicelib.kernel.journal import Actor


def full(change: Change) -> dict[str, Any]:
    """A change for those who judge it: what is wanted, by whom it was asked for and answered."""
    shown: dict[str, Any] = {
        "id": change.id,
        "status": change.status,
        "department": change.department,
        **change.wanted,
        "proposed": _step(change.proposed_at, change.proposed_by),
    }
    if change.decided_at:
        shown["decided"] = _step(change.decided_at, change.decided_by)
    shown |= {"reasons": list(change.reasons)} if change.reasons else {}
    return shown | ({"subject": change.subject} if change.subject else {})


def done(done: Done) -> dict[str, Any]:
    """A change right after an act on it, and where the act stands on record."""
    entry = done.entry
    return {
        **full(done.change),
        "receipt": {"stream": entry.stream, "seq": entry.seq, "leaf": entry.leaf},
    }


def _step(at: datetime, by: Actor) -> dict[str, str]:
    return {"at": clock.stamp(at), "person": by.person, "post": by.post}
