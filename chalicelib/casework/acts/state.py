"""What a case is at a moment: the fold of its acts."""

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime
from typing import Any

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
class Procedure:
    """A special procedure: the clock stands still while it runs, ``days`` working days at most."""

    id: str
    kind: str
    days: int
    begun_on: date
    ended_on: date | None = None


@dataclass(frozen=True)
class Extension:
    """An extension of the limit: ``asked``, ``granted`` or ``refused``."""

    days: int
    asked_by: str
    status: str = "asked"


@dataclass(frozen=True)
class Money:
    """What is to be paid, and what was: amounts in fen; ``order`` names the payment."""

    due_fen: int = 0
    order: str = ""
    paid_fen: int = 0
    refund_ordered: bool = False
    refunded: bool = False

    @property
    def is_owed(self) -> bool:
        """Whether something is due and nothing was paid."""
        return self.due_fen > 0 and not self.order


@dataclass(frozen=True)
class Rules:
    """What the item version says of its cases, as it stood at filing.

    ``strong_sign_in``: kinds of steps that are completed only after a sign-in by two factors.
    ``retention_years``: how long private parts are kept after the case has closed.
    """

    tacit: bool = False
    procedures: tuple[str, ...] = ()
    strong_sign_in: tuple[str, ...] = ()
    retention_years: int = 30  # as files of this kind are kept that no rule keeps for another time
    fine: tuple[int, int] | None = None
    expires_on: date | None = None


@dataclass(frozen=True)
class Case:
    """A case as its acts left it.

    ``private`` holds what only the parties and the office may see; ``remarks`` what the office is
    told: opinions, notes, reasons of a return or a withdrawal; ``notices`` what the parties are
    told beside the decision. ``owed`` are codes of materials that may follow acceptance;
    ``parties`` persons who were told, with their relation; ``bound`` the outcome that a joint
    meeting resolved on, by step; ``moved`` the seq of the entry that moved the case to its present
    flow version, ``landed`` where to; ``move`` is a proposal. ``agents`` acted for the applicant;
    ``helpers`` are officers at whose ``windows`` a party was present; ``recused`` officers whom the
    head keeps from the case. ``is_forgotten``: its
    retention is over, and what was private is gone.
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
    notices: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)
    rules: Rules = Rules()
    on_promise: bool = False
    owed: tuple[str, ...] = ()
    about: Mapping[str, str] = field(default_factory=dict)
    links: tuple[Mapping[str, str], ...] = ()
    parties: Mapping[str, str] = field(default_factory=dict, repr=False)
    procedures: tuple[Procedure, ...] = ()
    extension: Extension | None = None
    meetings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    bound: Mapping[str, str] = field(default_factory=dict)
    money: Money = Money()
    revoked_at: datetime | None = None
    corrections: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)
    moved: int = 0
    landed: str = ""
    move: Mapping[str, Any] = field(default_factory=dict)
    is_forgotten: bool = False
    agents: frozenset[str] = field(default=frozenset(), repr=False)
    helpers: frozenset[str] = field(default=frozenset(), repr=False)
    recused: frozenset[str] = field(default=frozenset(), repr=False)
    windows: tuple[Mapping[str, Any], ...] = ()

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
        return tuple(visit for visit in self.visits.values() if visit.is_open)

    @property
    def extended_days(self) -> int:
        """Working days that the head has added to the limit."""
        return self.extension.days if self.extension and self.extension.status == "granted" else 0

    @property
    def open_procedures(self) -> tuple[Procedure, ...]:
        """Special procedures that still run."""
        return tuple(procedure for procedure in self.procedures if procedure.ended_on is None)

    @property
    def told(self) -> frozenset[str]:
        """Everybody who may state views: the applicant or person concerned, and who else was
        told.
        """
        return (frozenset(self.parties) | {self.applicant}) - {""}

    @property
    def objectors(self) -> frozenset[str]:
        """Everybody who has stated views or objected in the case."""
        return frozenset[str]().union(*(visit.stated for visit in self.visits.values()))

    @property
    def deciders(self) -> frozenset[str]:
        """Who decided the case: granted or refused, ordered or dropped it, or did not accept it."""
        return frozenset(
            v.by
            for v in self.visits.values()
            if (self.step(v).kind, v.outcome) in DECIDING and v.by
        )

    def visit_of_kind(self, kind: str) -> Visit | None:
        """The open visit at a step of that kind, if there is one."""
        return next((visit for visit in self.open_visits if self.step(visit).kind == kind), None)

    def step(self, visit: Visit) -> Step:
        """The step that a visit came to, in the flow version that the case walked then."""
        flow = flows.flow(self.flow_id, visit.version) if visit.version else self.flow
        return flow.steps[visit.step]

    def post_of(self, visit: Visit) -> str:
        """The post that acts on a visit; empty where the applicant or the machine does."""
        return self.posts.get(self.step(visit).post, "")

    def excluded_persons(self, visit: Visit) -> frozenset[str]:
        """Persons whom separation of duties keeps from this visit: parties, objectors, who acted
        for or helped them.
        """
        step = self.step(visit)
        # Who agreed to move the case closed its visits, but handled none of them.
        done = (v for v in self.visits.values() if v.by and v.outcome != MOVE)
        before = frozenset(v.by for v in done if (v.place or v.step) in step.not_by)
        # Who helped the party to file may still hand the result over: nothing is decided there.
        helpers = self.helpers if step.kind != "deliver" else frozenset()
        concerned = self.objectors | self.agents | self.told | {self.applicant}
        return before | helpers | concerned | self.recused

    @property
    def colour(self) -> str:
        """The gravest warning raised so far: ``red``, ``yellow``, ``reminder`` or empty."""
        raised = set(self.warnings.values())
        return next((level for level in ("red", "yellow", "reminder") if level in raised), "")
