"""What a complaint is: somebody's word on how they were treated, or on a wrong that they saw."""

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime

from chalicelib.kernel.values import dataclass

COMPLAINT, REPORT = "complaint", "report"
KINDS = (COMPLAINT, REPORT)

CASE, OFFICE, GENERAL = "case", "office", "general"
SCOPES = (CASE, OFFICE, GENERAL)

# What waits for whom.
FILED, ACCEPTED, REFUSED, ANSWERED, APPEALED, CLOSED = (
    "filed",
    "accepted",
    "refused",
    "answered",
    "appealed",
    "closed",
)
STATUSES = (FILED, ACCEPTED, REFUSED, ANSWERED, APPEALED, CLOSED)

UPHELD, PARTLY, NOT_UPHELD = "upheld", "partly", "not_upheld"
FINDINGS = (UPHELD, PARTLY, NOT_UPHELD)
OUTCOMES = (REFUSED, *FINDINGS)


@dataclass(frozen=True)
class Complainant:
    """Who complains: their account and name, both empty for who gave none; how they are reached.

    ``anonymous``: not even who handles it is to know; the account serves their messages alone.
    """

    person: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    contact: Mapping[str, str] = field(default_factory=dict, repr=False)
    anonymous: bool = False


@dataclass(frozen=True)
class Subject:
    """What it is about: an office, and where one is named, a case.

    ``posts`` and ``persons`` are those through whose hands the case went: none of them handles it.
    """

    scope: str
    department: str = ""
    number: str = field(default="", repr=False)
    posts: tuple[str, ...] = field(default=(), repr=False)
    persons: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Decision:
    """What became of it: refused, or by what was found."""

    outcome: str
    reasons: tuple[str, ...]
    at: datetime


@dataclass(frozen=True)
class Complaint:
    """A complaint as its entries tell it.

    ``ladder``: the posts that may handle it, in the order of their turns; ``handlers``: those that
    have had it, the last one has it now. ``due`` is the last day for what its status waits for:
    acceptance, an answer, an appeal; None once it is closed. ``acted`` are the persons who have
    handled it, who decide no appeal against themselves.
    """

    id: str
    kind: str
    subject: Subject
    complainant: Complainant
    text: str = field(repr=False)
    filed_at: datetime
    version: int
    ladder: tuple[str, ...]
    handlers: tuple[str, ...]
    due: date | None
    status: str = FILED
    by_default: bool = False
    is_extended: bool = False
    extension_reasons: tuple[str, ...] = ()
    matters: tuple[str, ...] = ()
    acted: frozenset[str] = frozenset()
    decision: Decision | None = None
    appealed_at: datetime | None = None
    appeal: str = field(default="", repr=False)
    review: Decision | None = None

    @property
    def handler(self) -> str:
        """The post that has it now."""
        return self.handlers[-1]

    @property
    def next_handler(self) -> str:
        """The post that has it next where this one lets its time pass; empty where there is
        none.
        """
        return next((post for post in self.ladder if post not in self.handlers), "")

    @property
    def outcome(self) -> str:
        """What became of it, on appeal where there was one; empty before."""
        last = self.review or self.decision
        return last.outcome if last else ""
