"""What a case is at a moment: the fold of its acts."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import field, replace
from datetime import datetime

from chalicelib.casework.acts.values import (
    Clocks,
    Decision,
    Money,
    Participants,
    Record,
    Rules,
    Submission,
    Transfer,
)
from chalicelib.catalog import flows
from chalicelib.catalog.flows import EX_OFFICIO, MOVE, Flow, Step
from chalicelib.kernel.values import dataclass

DECIDING = {
    ("accept", "not_accept"),
    ("decide", "approve"),
    ("decide", "refuse"),
    ("order", "order"),
    ("order", "drop"),
}
# Decisions against somebody, which tell them how to appeal (Administrative Licensing Law, Art. 38).
ADVERSE = frozenset({"refused", "not_accepted", "ordered", "revoked"})
# A grant tells its applicant of no appeal; whom it concerns besides may appeal against it (Art. 7).
APPEALABLE = ADVERSE | {"granted"}


@dataclass(frozen=True)
class Visit:
    """One coming of the case to a step; ``since`` is the seq of the entry that opened it, 0 for the
    first.

    ``stated`` are the persons who have spoken at it: parties heard, or objectors. ``delegation`` is
    the id of the one under which it was completed, where another post did it. ``version`` is the
    flow version that it belongs to, where the case has been moved to another since, and ``place``
    what the published step map makes of its step there.
    """

    step: str
    since: int
    opened_at: datetime
    claimed_by: str = ""
    outcome: str = ""
    answer: int = 0
    closed_at: datetime | None = None
    by: str = ""
    post: str = ""
    stated: frozenset[str] = frozenset()
    version: int = 0
    place: str = ""
    delegation: str = ""

    @property
    def id(self) -> str:
        """``review.5``: the part of a task id that names the visit."""
        return f"{self.step}.{self.since}"

    @property
    def is_open(self) -> bool:
        """Whether the work is still to be done."""
        return self.closed_at is None


@dataclass(frozen=True)
class Case:
    """A case as its acts left it; ``seq`` is the number of its last entry.

    ``is_forgotten``: its retention is over, and what was private is gone.
    """

    id: str
    number: str
    item: str
    item_version: int
    authority: str
    flow_id: str
    flow_version: int
    clocks: Clocks
    seq: int = 0
    status: str = "filed"
    visits: Mapping[str, Visit] = field(default_factory=dict)
    rules: Rules = field(default=Rules())
    participants: Participants = field(default=Participants(), repr=False)
    submission: Submission = field(default=Submission(), repr=False)
    decision: Decision = field(default=Decision(), repr=False)
    money: Money = field(default=Money())
    transfer: Transfer = field(default=Transfer())
    record: Record = field(default=Record(), repr=False)
    is_forgotten: bool = False

    @property
    def flow(self) -> Flow:
        """The flow version that the case walks."""
        return flows.flow(self.flow_id, self.flow_version)

    @property
    def is_ex_officio(self) -> bool:
        """Whether an officer opened it, so that the applicant is the person concerned."""
        return self.flow.opens == EX_OFFICIO

    @property
    def open_visits(self) -> tuple[Visit, ...]:
        """Where work is to be done now."""
        visits = self.visits.values()
        return tuple(visit for visit in visits if visit.is_open)

    @property
    def next_certificate(self) -> str:
        """The id of the certificate that shows the case as it is corrected."""
        return f"{self.number}-{1 + self.decision.replacements}"

    @property
    def is_replacement_due(self) -> bool:
        """Whether a correction has overtaken the certificate."""
        held = self.decision.certificate
        is_overtaken = bool(self.decision.replacements) and held != self.next_certificate
        return bool(held) and is_overtaken and self.status != "revoked"

    @property
    def objectors(self) -> frozenset[str]:
        """Everybody who has stated views or objected in the case."""
        persons: set[str] = set()
        for visit in self.visits.values():
            persons |= visit.stated
        return frozenset(persons)

    @property
    def deciders(self) -> frozenset[str]:
        """Who decided the case: granted or refused, ordered or dropped it, or did not accept it."""
        persons = set()
        for visit in self.visits.values():
            kind = self.step(visit).kind
            if (kind, visit.outcome) in DECIDING:
                persons.add(visit.by)
        return frozenset(persons - {""})

    def visit_of_kind(self, kind: str) -> Visit | None:
        """The open visit at a step of that kind, if there is one."""
        for visit in self.open_visits:
            if self.step(visit).kind == kind:
                return visit
        return None

    def step(self, visit: Visit) -> Step:
        """The step that a visit came to, in the flow version that the case walked then."""
        version = visit.version or self.flow_version
        flow = flows.flow(self.flow_id, version)
        return flow.steps[visit.step]

    def post_of(self, visit: Visit) -> str:
        """The post that acts on a visit; empty where the applicant or the machine does."""
        role = self.step(visit).post
        return self.rules.posts.get(role, "")

    def with_visit(self, visit: Visit) -> Case:
        """The case with this visit, new or changed."""
        visits = {**self.visits, visit.id: visit}
        return replace(self, visits=visits)

    def excluded_persons(self, visit: Visit) -> frozenset[str]:
        """Persons whom separation of duties keeps from this visit: parties, objectors, who acted
        for or helped them.
        """
        step = self.step(visit)
        participants = self.participants
        # Who helped the party to file may still hand the result over: nothing is decided there.
        helpers = participants.helpers if step.kind != "deliver" else frozenset[str]()
        concerned = participants.parties | {participants.applicant} | participants.agents
        kept_apart = self._handled_any(step.not_by)
        return concerned | self.objectors | helpers | participants.recused | kept_apart

    def _handled_any(self, steps: Container[str]) -> frozenset[str]:
        """Who has completed a visit at one of these steps."""
        persons = set()
        for visit in self.visits.values():
            # Who agreed to move the case closed its visits, but handled none of them.
            is_handled = visit.outcome != MOVE
            if is_handled and (visit.place or visit.step) in steps:
                persons.add(visit.by)
        return frozenset(persons - {""})
