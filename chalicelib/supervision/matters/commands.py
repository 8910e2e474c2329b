"""What can be asked for of a supervision matter."""

from collections.abc import Mapping
from typing import Any

from chalicelib.kernel.values import dataclass
from chalicelib.supervision.matters.values import Answerable, Subject


@dataclass(frozen=True)
class OpenMatter:
    """Oblige an office to answer. Opened again, it stays as it is."""

    kind: str
    subject: Subject
    answerable: Answerable
    cause: Mapping[str, Any]
    level: str = ""
    text: str = ""
    measure: str = ""


@dataclass(frozen=True)
class AnswerMatter:
    """The office explains, or says what it has corrected."""

    way: str
    text: str
    summary: str


@dataclass(frozen=True)
class RuleMatter:
    """Supervision rules; ``accountable`` names the matter that is opened where somebody is held to
    account by a ``measure``.
    """

    ruling: str
    reasons: tuple[str, ...]
    summary: str
    measure: str = ""
    accountable: str = ""


@dataclass(frozen=True)
class ApplyTime:
    """Only what time has brought."""


MatterCommand = OpenMatter | AnswerMatter | RuleMatter | ApplyTime
