"""How an act of a case is declared: what it says, and in one row all that it brings about.

An act type is a ``Payload`` (a frozen dataclass whose name and fields are those on record), its
transition, and its row::

    @payload
    class ExtensionGranted(Payload):
        days: int
        reasons: tuple[str, ...] = private(PARTIES)

    declare(
        CaseAct(
            ExtensionGranted,
            transition=_extension_granted,
            event=("days",),
            message=Messages(applicant="case.extension_granted"),
            page=Notice(to_all_parties=True),
            moves_limits=True,
        )
    )

Each part is said, also where it is ``None``: an act of which the bus, the parties and the page
learn nothing is one that somebody has decided about.
"""

from typing import Any, Protocol, TypeVar, dataclass_transform

from chalicelib.casework.acts.flow_walk import ActStamp
from chalicelib.casework.acts.state import Case
from chalicelib.kernel.acts import private, public
from chalicelib.kernel.values import dataclass

APPLICANT, PARTIES, OFFICE, WINDOW = "applicant", "parties", "office", "window"
GROUPS = frozenset({APPLICANT, PARTIES, OFFICE, WINDOW})
"""The private groups of a case: what the applicant gave, what the parties are told, what stays with
the office, who was present at a window."""


@dataclass(frozen=True, kw_only=True)
class Payload:
    """What one act says."""


T = TypeVar("T")


@dataclass_transform(
    frozen_default=True,
    kw_only_default=True,
    field_specifiers=(public, private),
)
def payload(kind: type[T]) -> type[T]:
    """Make a payload type of a class with fields."""
    return dataclass(frozen=True, kw_only=True)(kind)


P = TypeVar("P", bound=Payload, contravariant=True)


class Transition(Protocol[P]):
    """What the act makes of the case. A case's first act is given None and makes the case."""

    def __call__(self, case: Case, act: P, at: ActStamp, /) -> Case:
        """The case after ``act``, done ``at`` a moment by somebody."""


@dataclass(frozen=True)
class Messages:
    """The kinds of message (``notify``) that tell of an act; empty where nobody is told so.

    ``applicant``: also to who acts for it. ``ex_officio``: instead, where an officer opened the
    case. ``in_natural_days``: instead, where the act adds such days. ``parties``: to the others who
    were told of the case. ``offices``: to posts that the act names, by its level where there are
    several, or to the head.
    """

    applicant: str = ""
    ex_officio: str = ""
    in_natural_days: str = ""
    parties: str = ""
    offices: tuple[str, ...] = ()

    @property
    def kinds(self) -> frozenset[str]:
        """All of them."""
        to_applicant = {self.applicant, self.ex_officio, self.in_natural_days}
        to_others = {self.parties, *self.offices}
        return frozenset(to_applicant | to_others) - {""}


@dataclass(frozen=True)
class Remark:
    """The case page shows the act to the office, with what its private ``group`` says.

    ``also_without_words``: the act alone is worth a remark.
    """

    group: str
    also_without_words: bool = False


@dataclass(frozen=True)
class Notice:
    """The case page shows the parties what the act tells them; all of them or the applicant
    alone, which pays and is sent the result.
    """

    to_all_parties: bool


@dataclass(frozen=True)
class CaseAct:
    """The row of one act type.

    ``event`` holds the public fields that the bus is told beside what is common to all events; None
    where it learns nothing. ``moves_limits``: open tasks are due on other days from now on.
    ``by_applicant``: the applicant's own act, which somebody with a mandate may have done.
    """

    payload: type[Payload]
    transition: Transition[Any]
    event: tuple[str, ...] | None
    message: Messages | None
    page: Remark | Notice | None
    moves_limits: bool = False
    by_applicant: bool = False


DECLARED: dict[str, CaseAct] = {}
"""Every act type of a case by its name on record."""


def declare(row: CaseAct) -> None:
    """Declare an act type. Raises ValueError for a name that another one has."""
    name = row.payload.__name__
    if name in DECLARED:
        raise ValueError(f"{name} is declared twice")
    DECLARED[name] = row


def unchanged(case: Case, act: Payload, at: ActStamp) -> Case:
    """The transition of an act that leaves the case as it is, but for what pages show of it."""
    return case
