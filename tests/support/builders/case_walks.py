"""Builders: a case led along its flow by whoever acts at each step, to where a test of a rule
begins.
"""

from datetime import date, timedelta
from typing import Any

import pytest

from chalicelib.casework.acts import (
    ApplyDeadlines,
    Case,
    Command,
    CompleteTask,
    Pay,
    RecordCertificate,
    StateViews,
)
from chalicelib.casework.acts.terms import decision_terms
from chalicelib.kernel.errors import Problem
from chalicelib.kernel.journal import Act, Actor
from chalicelib.supervision.conformance import findings
from tests.support.builders.cases import CALENDAR, LIMITS, MACHINE, Desk

HEAD = Actor("o-head", "urb-head")
NEIGHBOUR, OTHER_NEIGHBOUR = Actor("p-neighbour"), Actor("p-other-neighbour")
TOLD = [{"person": NEIGHBOUR.person, "relation": "neighbour"}]
FULL_LIMITS = {**LIMITS, "supplement_days": 10, "extension_days": 10}
FINE = {"least_fen": 5000, "most_fen": 200000}
REASONS = ("the reason",)
# What each outcome must put on record.
SAID: dict[str, dict[str, Any]] = {
    "supplement": {"defects": [{"subject": "rendering", "problem": "unreadable"}]},
    "opinion": {"opinion": "agree"},
    "inform": {"reasons": REASONS, "parties": TOLD},
    "held": {"minutes": "what was said"},
    "resolved": {"minutes": "what was said"},
    "order": {"measure": "clear the pavement"},
    "delivered": {"way": "post"},
    "assessed": {"fee_fen": 5000},
} | {
    outcome: {"reasons": REASONS}
    for outcome in ("not_accept", "refuse", "return", "drop", "refer", "exempt", "broken")
}  # fmt: skip


def officer(case: Case, step: str) -> Actor:
    """The officer who acts at a step: one for each, so that duties are apart."""
    return Actor(f"o-{step}", case.rules.posts[case.flow.steps[step].post])


def finish(
    desk: Desk, step: str, outcome: str = "", actor: Actor | None = None, **said: Any
) -> list[str]:
    """The officer of a step completes it, plainly where no outcome is named; the types of the
    acts.
    """
    case = desk.case
    outcome = outcome or case.flow.steps[step].plain
    command = CompleteTask(desk.open(step), outcome, **(dict(SAID.get(outcome, {})) | said))
    return desk.do(command, actor or officer(case, step))


def go(desk: Desk, *ways: str) -> Desk:
    """Lead a case along: each way is a step, or ``step.outcome``."""
    for way in ways:
        step, _, outcome = way.partition(".")
        kind = desk.case.flow.steps[step].kind
        if kind == "issue":
            desk.do(RecordCertificate("URB-2026-W-000001-1"))
        elif kind == "pay":
            desk.do(Pay("order-1", "paid", desk.case.money.due_fen))
        elif kind == "hear":
            for person in sorted(desk.case.participants.parties):
                desk.do(StateViews("my views"), Actor(person))
        else:
            finish(desk, step, outcome)
    return desk


def led(flow: str, *ways: str, **facts: Any) -> Desk:
    """A case on a flow, led along; ``facts`` are what its item version says besides."""
    return go(Desk(flow, **({"limits": FULL_LIMITS} | facts)), *ways)


def refused(kind: type[Problem], desk: Desk, command: Command, actor: Actor = MACHINE) -> Problem:
    """The refusal of a command, which leaves no trace in the case."""
    before = list(desk.entries)
    with pytest.raises(kind) as refusal:
        desk.do(command, actor)
    assert type(refusal.value) is kind and desk.entries == before
    return refusal.value


def fields(problem: Problem) -> list[tuple[str, str]]:
    """Where a refusal sees what wrong: (JSON pointer, message key)."""
    return [(fault.field, fault.message) for fault in problem.faults]


def days_pass(desk: Desk, days: int) -> list[tuple[str, str]]:
    """Let so many days go by, looking every day as the sweep does: (day, type of act), warnings
    with their level.
    """
    seen = []
    for _ in range(days):
        desk.at += timedelta(days=1)
        before = len(desk.entries)
        desk.do(ApplyDeadlines())
        for entry in desk.entries[before:]:
            seen += [(desk.at.date().isoformat(), _told(act)) for act in entry.acts]
    return seen


def _told(act: Act) -> str:
    return f"{act.data['clock']} {act.data['level']}" if act.type == "WarningRaised" else act.type


def act_of(desk: Desk, kind: str) -> Act:
    """The last act of a type."""
    return next(
        act for entry in reversed(desk.entries) for act in reversed(entry.acts) if act.type == kind
    )


def conforms(desk: Desk) -> bool:
    """Whether the second reading of the journal finds nothing."""
    return findings(desk.entries, desk.case) == []


def decision_limits(case: Case) -> tuple[date, date]:
    """Last days of the promised and of the statutory limit of the decision."""
    promised, statutory = decision_terms(case, CALENDAR)
    return promised.last_day(CALENDAR), statutory.last_day(CALENDAR)


def appeared(case: Case) -> list[str]:
    """The steps at which the case stands."""
    return sorted(visit.step for visit in case.open_visits)
