"""What the API answered, and the error for an answer that nobody was promised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_SHOWN = 600  # characters of a body in an error's text


class UnexpectedAnswerError(AssertionError):
    """The API answered something else than it promises; the text says what, in one line."""


@dataclass(frozen=True)
class Answer:
    """What the API answered; ``answer["field"]`` reads its JSON body."""

    method: str
    path: str
    status: int
    headers: Mapping[str, str]
    body: Any
    raw: bytes = field(repr=False, default=b"")

    def __getitem__(self, name: str) -> Any:
        return self.body[name]

    @property
    def problem(self) -> str:
        """The last part of a refusal's type, e.g. ``not-found``; empty when it is none."""
        if self.status < 400:
            return ""
        kind = str(self.body.get("type", ""))
        return kind.rpartition(":")[2]

    def expect(self, status: int, problem: str = "") -> Answer:
        """This answer, if it has that status (and is that problem).

        Raises UnexpectedAnswerError.
        """
        is_expected = self.status == status
        if problem and self.problem != problem:
            is_expected = False
        if not is_expected:
            asked = f"{self.method} {self.path}"
            expected = f"{status} {problem}".strip()
            text = self.raw.decode(errors="replace")[:_SHOWN]
            raise UnexpectedAnswerError(
                f"{asked}: expected {expected}, got {self.status} {text}",
            )
        return self
