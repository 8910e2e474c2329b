"""Changes of the registers that give power: proposed by one person, approved or rejected by
another.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from chalicelib.authority.errors import ChangeDecided
from chalicelib.kernel.journal import Act, Actor, Entry

PROPOSED, APPROVED, REJECTED = (
    "RegisterChangeProposed",
    "RegisterChangeApproved",
    "RegisterChangeRejected",
)
OFFICE = (
    "office"  # the private group: until it is approved, what is wanted is no matter of the public
)
OPEN = "proposed"
NOBODY = Actor()


@dataclass(frozen=True)
class Change:
    """A change as its stream tells it; ``wanted`` is the proposal's body, ``subject`` what came of
    an approval.
    """

    id: str
    seq: int
    kind: str
    department: str
    wanted: Mapping[str, Any] = field(repr=False)
    proposed_at: datetime
    proposed_by: Actor
    status: str = OPEN
    decided_at: datetime | None = None
    decided_by: Actor = NOBODY
    reasons: tuple[str, ...] = ()
    subject: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it still waits for an answer."""
        return self.status == OPEN


def propose(kind: str, department: str, wanted: Mapping[str, Any]) -> Act:
    """Ask for a change that concerns ``department``."""
    return Act(
        PROPOSED, {"kind": kind, "department": department}, {OFFICE: {"wanted": dict(wanted)}}
    )


def approve(change: Change, subject: str) -> Act:
    """Agree; ``subject`` names what the register holds now. Raises ChangeDecided."""
    _is_open(change)
    return Act(APPROVED, {"subject": subject})


def reject(change: Change, reasons: Sequence[str]) -> Act:
    """Decline, with reasons. Raises ChangeDecided."""
    _is_open(change)
    return Act(REJECTED, {}, {OFFICE: {"reasons": list(reasons)}})


def fold(entries: Iterable[Entry]) -> Change:
    """The change as the journal tells it; the first entry must be its proposal."""
    change: Change | None = None
    for entry in entries:
        for act in entry.acts:
            change = _evolve(change, act, entry)
    if change is None:
        raise ValueError("a change begins with its proposal")
    return change


def _evolve(change: Change | None, act: Act, entry: Entry) -> Change:
    told = act.private.get(OFFICE, {})
    if change is None:
        name, data = entry.stream.partition("#")[2], act.data
        return Change(
            name, entry.seq, data["kind"], data["department"], told["wanted"], entry.at, entry.actor
        )
    status = "approved" if act.type == APPROVED else "rejected"
    decided = replace(
        change, seq=entry.seq, status=status, decided_at=entry.at, decided_by=entry.actor
    )
    return replace(
        decided, reasons=tuple(told.get("reasons", ())), subject=act.data.get("subject", "")
    )


def _is_open(change: Change) -> None:
    if not change.is_open:
        raise ChangeDecided
