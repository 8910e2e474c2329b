"""A finding: raised by a rule, marked false or taken up by supervision; pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.kernel.acts import from_act, private, public, to_act
from chalicelib.kernel.aggregates import ActOrigin, Decision
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.values import dataclass
from chalicelib.supervision.errors import FindingIsJudged

OFFICE = "office"
RAISED, FALSE, TAKEN_UP = "raised", "false", "taken_up"
STATUSES = (RAISED, FALSE, TAKEN_UP)


@dataclass(frozen=True)
class Finding:
    """A finding as its entries tell it. ``entries`` are those of the case that show it."""

    id: str
    rule: str
    rule_version: int
    severity: str
    department: str
    case: str
    number: str
    item: str
    entries: tuple[int, ...]
    why: Mapping[str, Any]
    supervisor: str
    from_history: bool
    raised_at: datetime
    version: int
    status: str = RAISED
    reasons: tuple[str, ...] = ()
    matter: str = ""
    judged_at: datetime | None = None


@dataclass(frozen=True)
class FindingRaised:
    """A rule has found something: ``why`` in codes and numbers, ``entries`` of the case that show
    it. ``from_history``: by a run over what was on record before the rule was.
    """

    rule: str
    rule_version: int
    severity: str
    department: str
    entries: tuple[int, ...]
    why: Mapping[str, Any] = public(default={})
    case: str = ""
    number: str = ""
    item: str = ""
    supervisor: str = ""
    from_history: bool = False

    def apply(self, finding: Finding | None, entry: Entry) -> Finding:
        """It is on record."""
        return Finding(
            id=entry.stream.partition("#")[2],
            rule=self.rule,
            rule_version=self.rule_version,
            severity=self.severity,
            department=self.department,
            case=self.case,
            number=self.number,
            item=self.item,
            entries=self.entries,
            why=self.why,
            supervisor=self.supervisor,
            from_history=self.from_history,
            raised_at=entry.at,
            version=entry.seq,
        )


@dataclass(frozen=True)
class FindingMarkedFalse:
    """Supervision says that nothing is wrong; that counts against the rule."""

    reasons: tuple[str, ...] = private(OFFICE, default=())

    def apply(self, finding: Finding, entry: Entry) -> Finding:
        """A false alarm."""
        return replace(
            finding,
            status=FALSE,
            reasons=self.reasons,
            judged_at=entry.at,
        )


@dataclass(frozen=True)
class FindingTakenUp:
    """Supervision orders the office to answer, by a matter."""

    matter: str

    def apply(self, finding: Finding, entry: Entry) -> Finding:
        """It goes on as a matter."""
        return replace(
            finding,
            status=TAKEN_UP,
            matter=self.matter,
            judged_at=entry.at,
        )


ACTS: Mapping[str, type[Any]] = {
    payload.__name__: payload for payload in (FindingRaised, FindingMarkedFalse, FindingTakenUp)
}


@dataclass(frozen=True)
class MarkFalse:
    """It is a false alarm, for these reasons."""

    reasons: tuple[str, ...]


@dataclass(frozen=True)
class TakeUp:
    """A matter is made of it, whose first entry is written with it."""

    matter: str
    opening: Entry


FindingCommand = FindingRaised | MarkFalse | TakeUp


def fold(stream: str, entries: Iterable[Entry]) -> Finding | None:
    """The finding as its entries tell it; None before it is raised."""
    finding: Finding | None = None
    for entry in entries:
        for payload in payloads_of(entry):
            finding = payload.apply(finding, entry)
        if finding:
            finding = replace(finding, version=entry.seq)
    return finding


def payloads_of(entry: Entry) -> Sequence[Any]:
    """What an entry's acts say."""
    return [from_act(ACTS[act.type], act) for act in entry.acts]


def decide(finding: Finding | None, command: FindingCommand, origin: ActOrigin) -> Decision:
    """The next act; raised again, a finding stays as it is. Raises NotFound, Conflict."""
    if isinstance(command, FindingRaised):
        return Decision([] if finding else [to_act(command)])
    if finding is None:
        raise NotFound
    if finding.status != RAISED:
        raise FindingIsJudged
    if isinstance(command, MarkFalse):
        return Decision([to_act(FindingMarkedFalse(command.reasons))])
    return Decision([to_act(FindingTakenUp(command.matter))], entries=[command.opening])
