"""The retirement of an item: proposed by one person, confirmed by a second."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.catalog.acts.effects import PUBLISHED, RETIRED
from chalicelib.catalog.errors import OwnProposal
from chalicelib.kernel.clock import parse, stamp
from chalicelib.kernel.errors import Conflict
from chalicelib.kernel.journal import Act, Entry

PROPOSED = "RetirementProposed"


@dataclass(frozen=True)
class Proposal:
    """A retirement that waits for its confirmation."""

    proposer: str
    starts: datetime
    reasons: tuple[str, ...]


def pending(entries: Iterable[Entry]) -> Proposal | None:
    """The newest proposal, unless a retirement or another version came after it."""
    found: Proposal | None = None
    for entry in entries:
        for act in entry.acts:
            if act.type == PROPOSED:
                found = Proposal(
                    entry.actor.person, parse(act.data["from"]), tuple(act.data["reasons"])
                )
            elif act.type in (RETIRED, PUBLISHED):
                found = None
    return found


def propose(starts: datetime, reasons: Sequence[str], is_retired: bool) -> Act:
    """Propose that the item takes no applications from ``starts`` on; a later proposal replaces an
    earlier one.
    """
    if is_retired:
        raise Conflict("item-retired-already")
    return Act(PROPOSED, {"from": stamp(starts), "reasons": list(reasons)})


def confirm(proposal: Proposal | None, person: str, now: datetime) -> Act:
    """Retire it from the proposed moment on, at the earliest now. Raises OwnProposal, Conflict
    without a proposal.
    """
    if proposal is None:
        raise Conflict("no-retirement-proposed")
    if person == proposal.proposer:
        raise OwnProposal
    return Act(
        RETIRED, {"from": stamp(max(proposal.starts, now)), "reasons": list(proposal.reasons)}
    )
