"""What a case is at a moment: the fold of its acts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from chalicelib.catalog import flows
from chalicelib.catalog.flows import Flow, Step


@dataclass(frozen=True)
class Visit:
    """One coming of the case to a step; ``since`` is the seq of the entry that opened it, 0 for the first."""

    step: str
    since: int
    opened_at: datetime
    claimed_by: str = ""
    outcome: str = ""
    answer: int = 0
    closed_at: datetime | None = None
    by: str = ""
    post: str = ""

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
    """A case as its acts left it.

    ``private`` holds what only the parties and the office may see; ``remarks`` what the office is told: opinions,
    notes, reasons of a return or a withdrawal.
    """

    id: str
    number: str
    item: str
    item_version: int
    authority: str
    flow_id: str
    flow_version: int
    posts: Mapping[str, str]
    limits: Mapping[str, int]
    channel: str
    filed_at: datetime
    received_on: date
    applicant: str
    seq: int = 0
    status: str = "filed"
    accepted_on: date | None = None
    accepted_by_default: bool = False
    decided_at: datetime | None = None
    ended_at: datetime | None = None
    supplements: int = 0
    certificate: str = ""
    visits: Mapping[str, Visit] = field(default_factory=dict)
    warnings: Mapping[str, str] = field(default_factory=dict)
    private: Mapping[str, Any] = field(default_factory=dict, repr=False)
    remarks: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)

    @property
    def flow(self) -> Flow:
        """The flow version that the case walks."""
        return flows.flow(self.flow_id, self.flow_version)

    @property
    def open_visits(self) -> tuple[Visit, ...]:
        """Where work is to be done now."""
        return tuple(visit for visit in self.visits.values() if visit.is_open)

    def step(self, visit: Visit) -> Step:
        """The step that a visit came to."""
        return self.flow.steps[visit.step]

    def post_of(self, visit: Visit) -> str:
        """The post that acts on a visit; empty where the applicant or the machine does."""
        return self.posts.get(self.step(visit).post, "")

    def barred(self, visit: Visit) -> frozenset[str]:
        """Persons whom separation of duties keeps from this visit, the applicant among them."""
        steps = self.step(visit).not_by
        return frozenset(v.by for v in self.visits.values() if v.step in steps and v.by) | {self.applicant}

    @property
    def colour(self) -> str:
        """The gravest warning raised so far: ``red``, ``yellow``, ``reminder`` or empty."""
        raised = set(self.warnings.values())
        return next((level for level in ("red", "yellow", "reminder") if level in raised), "")
