"""Builders: a case that comes to its payment, the provider that reports of it, and callers of the
payment routes.
"""

import hmac
from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
import rfc8785

from chalicelib.casework.acts import Case
from chalicelib.casework.routes.payments import door
from chalicelib.casework.use_cases import payments, repository
from chalicelib.kernel import clock
from chalicelib.kernel.journal import Act, Actor, new_entry
from tests.support.builders import step_commands
from tests.support.builders.cases import APPLICANT, MONDAY, Desk
from tests.support.caller import Caller
from tests.support.fakes.stores import MemoryJournal, MemoryViews

NUMBER, FEE, SECRET = "URB-2026-W-000001", 5000, b"shared with the provider"
applicant, stranger, anybody = (
    Caller(door, APPLICANT.person),
    Caller(door, "p-zhang-wei"),
    Caller(door),
)


class Fee:
    """A case that comes to its payment, and the provider that reports of it."""

    def __init__(self, journal: MemoryJournal, flow_id: str = "fee-licence") -> None:
        self.journal = journal
        self.walked = Desk(flow_id)
        serial = Act("SerialIssued", {"number": NUMBER, "case": "abc"})
        journal.append(new_entry("register#URB#2026#W", 1, [serial], at=MONDAY, actor=Actor()))
        self._keep()

    @property
    def case(self) -> Case:
        """The case as it is on record."""
        return repository.load("abc")[0]

    def walk(self, *steps: str) -> "Fee":
        """Complete these steps plainly."""
        for step in steps:
            case = self.walked.case
            self.walked.do(*step_commands.answer(case, case.visits[self.walked.open(step)]))
        self._keep()
        return self

    def _keep(self) -> None:
        for entry in self.walked.entries[len(self.journal.read("case#abc")) :]:
            self.journal.append(entry)

    @property
    def order(self) -> str:
        """The order of its visit at the payment step."""
        visit = next(v for v in self.case.visits.values() if self.case.step(v).kind == "pay")
        return payments.order_of(self.case, visit)

    def notice(self, event: str = "paid", amount_fen: Any = FEE, **changed: Any) -> dict[str, Any]:
        """A signed notice."""
        told = {
            "order": self.order,
            "number": NUMBER,
            "event": event,
            "amount_fen": amount_fen,
            **changed,
        }
        return {**told, "signature": signed(told)}

    def report(self, *args: Any, **changed: Any) -> SimpleNamespace:
        """What the provider is answered."""
        return send(self.notice(*args, **changed))

    def acts(self) -> list[str]:
        """Types of all acts after the assessment of the fee."""
        acts = [act.type for entry in self.journal.read("case#abc") for act in entry.acts]
        return acts[acts.index("FeeAssessed") + 1 :]


def signed(told: dict[str, Any], secret: bytes = SECRET) -> str:
    """The signature as the provider makes it."""
    return hmac.new(secret, rfc8785.dumps(told), "sha256").hexdigest()


def send(notice: dict[str, Any]) -> SimpleNamespace:
    """A notice as it comes in from outside."""
    return anybody("POST", "/payments/notices", notice)


def ask(caller: Caller = applicant) -> SimpleNamespace:
    """Ask what is to be paid."""
    return caller("POST", "/cases/{number}/payment", number=NUMBER)


def problem(answer: SimpleNamespace) -> tuple[int, str]:
    """The status and the kind of a refusal."""
    return answer.status, answer.body["type"].rpartition(":")[2]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Says what time it is."""

    def tell(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)

    tell(MONDAY)
    return tell


@pytest.fixture
def fee(memory: tuple[MemoryJournal, MemoryViews], at: Any, monkeypatch: pytest.MonkeyPatch) -> Fee:
    """A case at its payment of 50 yuan."""
    monkeypatch.setattr(payments, "_secret", lambda period: SECRET)
    return Fee(memory[0]).walk("accept", "review", "approve", "assess")
