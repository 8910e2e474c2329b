"""What a predicate looks at: a case as it stood right after an entry, and what only registers and
other cases tell.
"""

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import date, datetime
from functools import cached_property

from chalicelib.casework import Case, fold
from chalicelib.deadlines import WorkingCalendar
from chalicelib.kernel.journal import Act, Entry
from chalicelib.kernel.values import dataclass
from chalicelib.supervision.conformance.participants import Covers, undelegated

DECIDED = frozenset({"CaseGranted", "CaseRefused", "CaseOrdered", "CaseDropped", "CaseNotAccepted"})


class Watched:
    """A case as it stood after the last of some entries."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = entries
        self.entry = entries[-1]

    @cached_property
    def case(self) -> Case:
        """The case after the entry."""
        return fold(self.entries)

    @cached_property
    def before(self) -> Case | None:
        """The case before the entry; None before it was filed."""
        earlier = self.entries[:-1]
        if not earlier:
            return None
        return fold(earlier)

    def acts(self, *types: str) -> list[Act]:
        """Acts of the entry that are of these types."""
        return [act for act in self.entry.acts if act.type in types]

    def seq_of(self, *types: str) -> int:
        """The entry that last did an act of these types; 0 where none has."""
        for entry in reversed(self.entries):
            if any(act.type in types for act in entry.acts):
                return entry.seq
        return 0

    def said_in(self, seq: int) -> Sequence[Act]:
        """The acts of an entry."""
        return self.entries[seq - 1].acts


@dataclass(frozen=True)
class Alike:
    """Another case of the same applicant, for the same power and with the same content."""

    case: str
    number: str
    department: str
    filed_at: datetime
    accepted_at: datetime | None
    ended_at: datetime | None
    status: str


@dataclass(frozen=True)
class Accepted:
    """A case that a window accepted, and whether anybody has worked on it since."""

    case: str
    on: date
    is_worked_on: bool


@dataclass(frozen=True)
class Closed:
    """A case that a post decided, and the working days that were left of its limit."""

    case: str
    at: datetime
    days_left: int


@dataclass(frozen=True)
class Serial:
    """What the register says of a case's number: whether it gives it to this case, and whether the
    number before it is there.
    """

    is_of_case: bool
    follows: bool


@dataclass(frozen=True)
class Facts:
    """What stands outside the case: of each only what the rules that run have asked for.

    ``fee_fen`` is what the item's rule comes to; ``certified_at`` when the case's first certificate
    was registered; ``tied`` are officers who may act for a party, or could since it was filed.
    ``alike``, ``accepted`` and ``closed`` are the cases beside it.
    """

    calendar: WorkingCalendar
    covers: Covers = undelegated
    fee_fen: int | None = None
    certified_at: datetime | None = None
    tied: frozenset[str] = frozenset()
    alike: tuple[Alike, ...] = ()
    accepted: tuple[Accepted, ...] = ()
    closed: tuple[Closed, ...] = ()
    serial: Serial | None = None


@dataclass(frozen=True)
class Registered:
    """A certificate on record, and the case that it names, where there is one."""

    certificate: str
    number: str
    issued_at: datetime
    case: Case | None


@dataclass(frozen=True)
class Read:
    """A read of a case by an office, the case as it is by now, and how many cases the same reader
    has read on that day for purposes that they stated. ``mark`` names the read, ``reader_day`` the
    reader and the day, both as hashes.
    """

    case: Case
    mark: str
    at: datetime
    purpose: str
    post: str
    reader_day: str = ""
    cases_that_day: int = 1


@dataclass(frozen=True)
class Hit:
    """What a predicate has found: the ``entries`` of the case that show it, and ``why`` in codes
    and numbers, naming no person. ``key`` makes it one finding where it is not about these entries
    of this case alone.
    """

    entries: tuple[int, ...]
    why: Mapping[str, str | int] = field(default_factory=dict)
    key: str = ""
