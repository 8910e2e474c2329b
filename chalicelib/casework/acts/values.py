"""The named values of which a case is made."""

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime
from typing import Any

from chalicelib.deadlines import WORKING
from chalicelib.kernel.values import dataclass


@dataclass(frozen=True)
class Rules:
    """What the item version says of its cases, as it stood at filing.

    ``posts`` by role, ``limits`` in days by name, ``units`` of those that are not counted in
    working days. ``strong_sign_in``: kinds of steps that are completed only after a sign-in by two
    factors. ``retention_years``: how long private parts are kept after the case has closed.
    ``warnings``: of each limit, by its name, how many days are left when it warns on a level, where
    the item says so. ``fine``: the least and the most in fen. ``expires_on`` is the last day of a
    licence that is to be renewed, ``in_time_until`` the last day on which an application for that
    had to be complete.
    """

    posts: Mapping[str, str] = field(default_factory=dict)
    limits: Mapping[str, int] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    warnings: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    tacit: bool = False
    procedures: tuple[str, ...] = ()
    strong_sign_in: tuple[str, ...] = ()
    retention_years: int = 30  # as files of this kind are kept that no rule keeps for another time
    fine: tuple[int, int] | None = None
    expires_on: date | None = None
    in_time_until: date | None = None

    def unit_of(self, limit: str) -> str:
        """What a limit of the item is counted in."""
        return self.units.get(limit, WORKING)


@dataclass(frozen=True)
class Participants:
    """Who has to do with the case, other than by handling it.

    ``applicant`` is, in an ex-officio case, the person concerned, and empty where nobody knows
    their account; ``applicant_ended``: dead, or dissolved. ``interested`` are persons who were
    told beside the applicant, with their relation. ``agents`` acted for the applicant;
    ``represented_by`` is who filed for it. ``helpers`` are officers at whose windows a party was
    present; ``recused`` officers whom the head keeps from the case.
    """

    applicant: str = ""
    applicant_name: str = ""
    applicant_ended: bool = False
    represented_by: Mapping[str, str] = field(default_factory=dict)
    interested: Mapping[str, str] = field(default_factory=dict)
    agents: frozenset[str] = frozenset()
    helpers: frozenset[str] = frozenset()
    recused: frozenset[str] = frozenset()

    @property
    def parties(self) -> frozenset[str]:
        """Everybody who may state views: the applicant or person concerned, and who else was
        told.
        """
        persons = {self.applicant, *self.interested}
        return frozenset(persons - {""})


@dataclass(frozen=True)
class Procedure:
    """A special procedure: the clock stands still while it runs, ``days`` working days at most.

    ``ordered_by`` and ``ended_by`` are posts; ``ground``, ``evidence`` and ``report`` are what they
    gave for it, empty once it is forgotten.
    """

    id: str
    kind: str
    days: int
    begun_on: date
    ended_on: date | None = None
    ordered_by: str = ""
    ended_by: str = ""
    ground: str = ""
    evidence: str = field(default="", repr=False)
    report: str = ""


@dataclass(frozen=True)
class Extension:
    """An extension of the limit, in its unit: ``asked``, ``granted`` or ``refused``.

    ``answered_on`` and ``answered_by`` (a post): when and by whom; ``reasons`` are those that the
    applicant is told.
    """

    days: int
    asked_by: str
    status: str = "asked"
    answered_on: date | None = None
    answered_by: str = ""
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class MovedLimit:
    """A limit that is due on another day than it ``was``: ``clock`` and ``limit`` name it as
    warnings do.
    """

    clock: str
    limit: str
    was: date
    due: date


@dataclass(frozen=True)
class Recount:
    """Limits have moved with the calendar: ``on`` which day, by what notice or days off, which."""

    on: date
    cause: str
    named: tuple[str, ...]
    moved: tuple[MovedLimit, ...]


@dataclass(frozen=True)
class Clocks:
    """When what happened, from which day limits run, and what moves them.

    ``warnings``: the levels of those that were raised, by their ids. ``calendar``: the edition on
    which the parties were last told their dates, empty where an earlier release did not say it.
    """

    filed_at: datetime
    received_on: date
    accepted_on: date | None = None
    accepted_by_default: bool = False
    decided_at: datetime | None = None
    ended_at: datetime | None = None
    revoked_at: datetime | None = None
    extension: Extension | None = None
    procedures: tuple[Procedure, ...] = ()
    warnings: Mapping[str, str] = field(default_factory=dict)
    calendar: str = ""
    recounts: tuple[Recount, ...] = ()

    @property
    def extended_days(self) -> int:
        """Days that the head has added to the limit, in its unit."""
        if self.extension is None or self.extension.status != "granted":
            return 0
        return self.extension.days

    @property
    def open_procedures(self) -> tuple[Procedure, ...]:
        """Special procedures that still run."""
        running = [each for each in self.procedures if each.ended_on is None]
        return tuple(running)

    @property
    def colour(self) -> str:
        """The gravest warning raised so far: ``red``, ``yellow``, ``reminder`` or empty."""
        raised = set(self.warnings.values())
        for level in ("red", "yellow", "reminder"):
            if level in raised:
                return level
        return ""


@dataclass(frozen=True)
class Submission:
    """What was filed, and what is still to come of it.

    ``about`` names an earlier case and how this one stands to it. ``owed`` are codes of materials
    that may follow acceptance, until all were brought at ``owed_settled_at``; ``defects`` is the
    supplement notice, of which ``supplements`` have been given.
    """

    channel: str = ""
    form: Mapping[str, Any] = field(default_factory=dict)
    materials: tuple[Mapping[str, Any], ...] = ()
    contact: Mapping[str, str] = field(default_factory=dict)
    about: Mapping[str, str] = field(default_factory=dict)
    on_promise: bool = False
    owed: tuple[str, ...] = ()
    owed_settled_at: datetime | None = None
    defects: tuple[Mapping[str, str], ...] = ()
    supplements: int = 0


@dataclass(frozen=True)
class Decision:
    """What is decided, and on what it stands.

    ``announced`` is what the parties were told that it may rest on, None until they were;
    ``resolutions`` the outcomes that joint meetings have resolved on, by step; ``certificate`` the
    id of the signed one; ``replacements`` counts the corrections of what it shows.
    """

    announced: tuple[str, ...] | None = None
    resolutions: Mapping[str, str] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    measure: str | None = None
    certificate: str = ""
    replacements: int = 0


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
class Transfer:
    """Between versions of the flow: a ``proposal`` to move the case, as on record and by whom; the
    seq of the ``entry`` that moved it to its present version, and at which ``place`` it went on.
    """

    proposal: Mapping[str, Any] = field(default_factory=dict)
    entry: int = 0
    place: str = ""


@dataclass(frozen=True)
class Record:
    """What pages show beside the steps, as it was put on record.

    ``remarks`` is what the office is told: opinions, notes, reasons of a return or a withdrawal;
    ``notices`` what the parties are told beside the decision. ``links`` are other cases about
    this one, ``same`` those in which the same was filed, ``meetings`` the joint ones by visit,
    ``windows`` what was done for a party who was present. ``entries_by`` counts each person's
    entries.
    """

    remarks: tuple[Mapping[str, Any], ...] = ()
    notices: tuple[Mapping[str, Any], ...] = ()
    corrections: tuple[Mapping[str, Any], ...] = ()
    links: tuple[Mapping[str, str], ...] = ()
    same: tuple[str, ...] = ()
    meetings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    windows: tuple[Mapping[str, Any], ...] = ()
    entries_by: Mapping[str, int] = field(default_factory=dict)
