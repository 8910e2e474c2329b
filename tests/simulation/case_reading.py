"""What an honest clerk would note down of a case, entry by entry, to judge it by the law."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from chalicelib.kernel.journal import Entry
from chalicelib.supervision.conformance import flow_documents
from tests.support.builders.cases import CALENDAR


@dataclass
class Reading:
    """A case as far as the entries have been read."""

    entries: Sequence[Entry]
    version: int
    received: date
    told: set[str]
    opens: str
    accepted: date | None = None
    decided: bool = False
    deciders: set[str] = field(default_factory=set)
    recused: set[str] = field(default_factory=set)
    claims: dict[str, str] = field(default_factory=dict)
    stated: set[tuple[str, str]] = field(default_factory=set)
    procedures: set[str] = field(default_factory=set)
    warnings: set[tuple[str, str, str]] = field(default_factory=set)
    owed: set[str] = field(default_factory=set)
    extended: int = 0
    asked_by: str = ""
    proposed_by: str = ""
    due: int = 0
    paid: int = 0
    order: str = ""
    once: set[str] = field(default_factory=set)

    @property
    def filed(self) -> Any:
        return self.entries[0].acts[0].data

    def opened(self, visit: str) -> datetime:
        return self.entries[max(int(visit.partition(".")[2]) - 1, 0)].at

    def step(self, visit: str) -> dict[str, Any]:
        found: dict[str, Any] = flow_documents.document(self.filed["flow"]["id"], self.version)[1][
            visit.partition(".")[0]
        ]
        return found

    def is_over(self, begun: date, days: int, at: datetime) -> bool:
        """Whether so many working days after ``begun`` have passed at a moment."""
        return at >= CALENDAR.end_of(CALENDAR.add_working_days(begun, days))

    def has_waited(self, visit: str, at: datetime) -> bool:
        step, limits = self.step(visit), self.filed["limits"]
        days = {"supplement": limits.get("supplement_days", 0), "accept": limits["acceptance_days"]}
        begun = self.received if step["kind"] == "accept" else self.opened(visit).date()
        return self.is_over(begun, days.get(step["kind"], step.get("limit_days", 0)), at)

    def statements(self, visit: str) -> set[str]:
        return {person for person, at in self.stated if at == visit}
