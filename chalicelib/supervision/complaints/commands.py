"""What can be asked for of a complaint."""

from chalicelib.kernel.values import dataclass
from chalicelib.supervision.complaints.values import Complainant, Subject


@dataclass(frozen=True)
class FileComplaint:
    """Complain, or report; ``ladder`` are the posts that may handle it."""

    kind: str
    subject: Subject
    complainant: Complainant
    text: str
    ladder: tuple[str, ...]


@dataclass(frozen=True)
class AcceptComplaint:
    """Take it up."""


@dataclass(frozen=True)
class RefuseComplaint:
    """Do not take it up, for reasons."""

    reasons: tuple[str, ...]


@dataclass(frozen=True)
class ExtendAnswer:
    """Take longer than usual, once, for reasons that the complainant is told."""

    reasons: tuple[str, ...]


@dataclass(frozen=True)
class AskOffice:
    """Oblige an office to answer, by its ``heads``, to ``text``, which is for its eyes: what it may
    know of the complaint. ``matter`` is the id of what it has to answer.
    """

    department: str
    heads: tuple[str, ...]
    text: str
    matter: str


@dataclass(frozen=True)
class AnswerComplaint:
    """Say what was found, on the complaint or on appeal."""

    findings: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class AppealComplaint:
    """The complainant does not agree; the post ``reviewer`` is to look at it anew."""

    text: str
    reviewer: str


@dataclass(frozen=True)
class ApplyTime:
    """Only what time has brought."""


Handling = AcceptComplaint | RefuseComplaint | ExtendAnswer | AskOffice | AnswerComplaint
"""What the one who has it may ask for."""

ComplaintCommand = FileComplaint | Handling | AppealComplaint | ApplyTime
