"""What an office can ask of a case beside its tasks."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any

from chalicelib.kernel.values import dataclass


@dataclass(frozen=True)
class BeginProcedure:
    """A special procedure stops the clock, for ``days`` working days at most (Art. 45)."""

    kind: str
    days: int
    ground: str
    evidence: str = ""


@dataclass(frozen=True)
class EndProcedure:
    """A special procedure is over; ``report`` is what came of it."""

    procedure: str
    report: str


@dataclass(frozen=True)
class AskExtension:
    """The office asks its head for more days, once (Art. 42)."""

    days: int
    reasons: Sequence[str]


@dataclass(frozen=True)
class AnswerExtension:
    """The head's answer."""

    grant: bool
    reasons: Sequence[str] = ()


@dataclass(frozen=True)
class Correct:
    """A mistaken act, the one of entry ``entry``, is corrected: what is right stands in
    ``text``.

    ``name`` is the applicant's right name and ``form`` the right answers, where those were wrong;
    ``is_certified``: the certificate shows something of it.
    """

    entry: int
    text: str
    reasons: Sequence[str]
    name: str = field(default="", repr=False)
    form: Mapping[str, Any] = field(default_factory=dict, repr=False)
    is_certified: bool = False


@dataclass(frozen=True)
class Recuse:
    """The head keeps an officer who has an interest in the case from it."""

    person: str
    reasons: Sequence[str]


@dataclass(frozen=True)
class Revoke:
    """A decision is taken back."""

    reasons: Sequence[str]


@dataclass(frozen=True)
class OrderRefund:
    """What was paid is given back."""

    reasons: Sequence[str]


@dataclass(frozen=True)
class ProposeMove:
    """Move the case to a successor of its defective flow version, by the published step map."""

    version: int
    steps: Mapping[str, str]
    reasons: Sequence[str]


@dataclass(frozen=True)
class ApproveMove:
    """A second person agrees to the move."""

    version: int
