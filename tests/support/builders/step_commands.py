"""How whoever acts at a step answers it: a lawful command for every kind of step, and the one who
gives it.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from chalicelib.casework.acts import (
    ApplyDeadlines,
    Case,
    Collect,
    Command,
    CompleteTask,
    Convene,
    FileObjection,
    Pay,
    RecordCertificate,
    StateViews,
    Supplement,
    Visit,
)
from chalicelib.casework.acts.decide import MACHINE
from chalicelib.casework.acts.outcomes import OUTCOME_FIELDS
from chalicelib.kernel.journal import Actor

APPLICANT, NEIGHBOUR, OBJECTOR = Actor("p-li-na"), Actor("p-neighbour"), Actor("p-objector")
ORDER = "order-1"
TOLD: dict[str, Any] = {
    "reasons": ("reason",),
    "defects": ({"subject": "rendering", "problem": "unreadable"},),
    "opinion": "agree",
    "parties": ({"person": NEIGHBOUR.person, "relation": "neighbour"},),
    "minutes": "minutes",
    "measure": "measure",
    "way": "post",
}


def completion(case: Case, visit: Visit, outcome: str = "") -> CompleteTask:
    """A completion with all that its outcome needs on record; plainly where none is named."""
    outcome = outcome or case.step(visit).plain
    needed = [
        *OUTCOME_FIELDS.get(outcome, ((), ()))[0],
        *(["parties"] if outcome == "inform" else []),
    ]
    told = {name: TOLD[name] for name in needed if name in TOLD}
    if outcome == "resolved":
        target = case.flow.steps[case.step(visit).outcomes["resolved"]]
        told["resolution"] = target.plain
    if (
        outcome == "order"
        and case.rules.fine
        and case.is_ex_officio
        and case.decision.announced is not None
    ):
        told["amount_fen"] = case.rules.fine[0]
    return CompleteTask(visit.id, outcome, fee_fen=5000 if outcome == "assessed" else None, **told)


def officer(case: Case, visit: Visit, number: int = 0) -> Actor:
    """An officer of the step's post, one for each step, so that duties are apart."""
    return Actor(f"o-{visit.step}-{number}", case.post_of(visit))


def answer(
    case: Case,
    visit: Visit,
    outcome: str = "",
    number: int = 0,
    certificate: str = "certificate-1",
    today: date | None = None,
) -> tuple[Command, Actor]:
    """What brings the case on from an open visit; at steps that only time ends, a tick. A meeting
    is for ``today``.
    """
    kind = case.step(visit).kind
    others: dict[str, Callable[[], tuple[Command, Actor]]] = {
        "supplement": lambda: (Supplement([{"code": "sign-rendering"}]), APPLICANT),
        "issue": lambda: (RecordCertificate(certificate), MACHINE),
        "pay": lambda: (Pay(ORDER, "paid", case.money.due_fen), MACHINE),
        "publicity": lambda: (
            (FileObjection("objection"), OBJECTOR)
            if outcome == "opposed"
            else (ApplyDeadlines(), MACHINE)
        ),
        "hear": lambda: _views(case, visit, outcome),
    }
    if kind in others:
        return others[kind]()
    if kind == "deliver" and outcome == "collected":
        return Collect(), APPLICANT
    if kind == "meeting" and visit.id not in case.record.meetings:
        return Convene(visit.id, today or visit.opened_at.date(), ["fire-reviewer"]), officer(
            case, visit, number
        )
    return completion(case, visit, outcome), officer(case, visit, number)


def _views(case: Case, visit: Visit, outcome: str) -> tuple[Command, Actor]:
    silent = sorted(case.participants.parties - visit.stated) or sorted(case.participants.parties)
    return StateViews("views", hearing=outcome == "hearing"), Actor(silent[0])
