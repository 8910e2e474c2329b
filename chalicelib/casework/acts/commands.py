"""What can be asked of a case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Claim:
    """Take a task as one's own work. ``lapsed`` names a claimer who no longer holds the post, if that is so."""

    visit: str
    lapsed: str = ""


@dataclass(frozen=True)
class Release:
    """Give a claimed task back."""

    visit: str
    lapsed: str = ""


@dataclass(frozen=True)
class Complete:
    """Complete an officer's task with one of its outcomes."""

    visit: str
    outcome: str
    reasons: Sequence[str] = ()
    defects: Sequence[Mapping[str, str]] = ()
    opinion: str = ""
    note: str = ""
    lapsed: str = ""


@dataclass(frozen=True)
class Supplement:
    """The applicant's answer to the one supplement notice."""

    materials: Sequence[Mapping[str, Any]]
    form: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Withdraw:
    """The applicant takes the application back."""

    reason: str = ""


@dataclass(frozen=True)
class Issue:
    """The machine reports the certificate that it signed."""

    certificate: str


@dataclass(frozen=True)
class Tick:
    """Time has passed: whatever is due happens."""


Command = Claim | Release | Complete | Supplement | Withdraw | Issue | Tick
