"""How a case would go if everybody took all the time that they have: a case of nobody's, walked by
the real rules.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from chalicelib.casework.acts import (
    ApplyDeadlines,
    Case,
    CaseFiled,
    Command,
    CompleteTask,
    Pay,
    RecordCertificate,
    Visit,
    decide,
)
from chalicelib.casework.acts.context import MACHINE
from chalicelib.casework.acts.deadlines import moments
from chalicelib.casework.acts.evolve import ActStamp, evolve
from chalicelib.casework.acts.limits import TACIT
from chalicelib.casework.acts.terms import owed_term
from chalicelib.casework.execution import task_tokens
from chalicelib.casework.use_cases.repository import calendar
from chalicelib.casework.views import pages
from chalicelib.catalog.flows import OFFICE, Step
from chalicelib.kernel import clock
from chalicelib.kernel.acts import to_act
from chalicelib.kernel.journal import Actor
from chalicelib.kernel.values import dataclass

MIDDAY = time(12)
# What the outcomes on the way need on record.
TOLD: dict[str, dict[str, Any]] = {
    "inform": {"reasons": ("told",)},
    "opinion": {"opinion": "agree"},
    "held": {"minutes": "held"},
    "order": {"measure": "ordered"},
    "delivered": {"way": "post"},
}


@dataclass(frozen=True)
class Station:
    """A step on the way: it opens on ``opens_on`` at the latest and is due on ``due_on`` (None: no
    limit runs).
    """

    step: Step
    post: str
    opens_on: date
    due_on: date | None
    answered_at: datetime


@dataclass(frozen=True)
class Forecast:
    """The way of a case, as it ends: ``due`` as case pages show it, from filing and from acceptance
    on.

    ``owed_by``: until when materials may follow acceptance; ``silence_on``: the day at whose end
    silence grants.
    """

    case: Case
    stations: tuple[Station, ...]
    due: Mapping[str, Any]
    owed_by: date | None
    silence_on: date | None

    @property
    def deliver_by(self) -> date | None:
        """Until when the result is delivered; None where the flow delivers none."""
        due_on: dict[str, date | None] = {}
        for station in self.stations:
            due_on[station.step.kind] = station.due_on
        if "deliver" in due_on:
            return due_on["deliver"]
        return due_on.get("issue")

    @property
    def ends_by(self) -> date:
        """The last day of all."""
        days = []
        for station in self.stations:
            days.append(station.due_on or station.opens_on)
        return max(days)

    @property
    def is_provisional(self) -> bool:
        """Whether one of its days is counted on a calendar that is not out yet."""
        decide_by = date.fromisoformat(self.due["decide_by"])
        statutory_by = date.fromisoformat(self.due["statutory_by"])
        days = (self.ends_by, decide_by, statutory_by)
        return any(calendar().is_provisional(day) for day in days)


def forecast(filed: CaseFiled, at: datetime, fee_fen: int) -> Forecast:
    """The plain path of a case filed, or opened, ``at``; every step is answered on the last day of
    its limit.

    Where a fine may be imposed, it is the path that leads to one. ``filed``: what a filing keeps of
    its item version, of nobody; ``fee_fen``: what an assessment comes to.
    """
    case = evolve(None, to_act(filed), ActStamp(1, at, MACHINE))
    stations: dict[str, Station] = {}
    due: dict[str, Any] = {}
    owed_by = silence_on = None
    for _ in case.flow.steps:  # the plain path comes to no step twice
        for visit in case.open_visits:
            if visit.id not in stations:
                stations[visit.id] = _station(case, visit)
        due |= pages.due(case)
        if case.clocks.accepted_on and not case.clocks.decided_at:
            owed_by = owed_term(case).last_day(calendar())
            silence_on = _silence_on(case)
        if not case.open_visits:
            break
        visit = _first_answered(case, stations)
        answered_at = stations[visit.id].answered_at
        case = _answered(case, visit, answered_at, fee_fen)
    return Forecast(
        case,
        tuple(stations.values()),
        due,
        owed_by,
        silence_on,
    )


def _silence_on(case: Case) -> date | None:
    for moment in moments(case, calendar()):
        if moment.level == TACIT:
            return moment.due
    return None


def _first_answered(case: Case, stations: Mapping[str, Station]) -> Visit:
    def answered_at(visit: Visit) -> datetime:
        return stations[visit.id].answered_at

    return min(case.open_visits, key=answered_at)


def _station(case: Case, visit: Visit) -> Station:
    step = case.step(visit)
    expires_at = _expires_at(case, visit)
    due_on = None
    if expires_at:
        last_instant = expires_at - timedelta(microseconds=1)
        due_on = calendar().date_of(last_instant)
    answered_at = visit.opened_at
    if expires_at and due_on and step.kind != "issue":  # a machine takes no time
        midday = datetime.combine(due_on, MIDDAY, calendar().zone)
        latest = expires_at if _is_elapsing(step) else midday
        answered_at = max(visit.opened_at, latest)
    opens_on = visit.opened_at.date()
    return Station(
        step,
        case.post_of(visit),
        opens_on,
        due_on,
        answered_at,
    )


def _expires_at(case: Case, visit: Visit) -> datetime | None:
    due_at = task_tokens.due_of(case, visit)
    if not due_at:
        return None
    return clock.parse(due_at).astimezone(calendar().zone)


def _is_elapsing(step: Step) -> bool:
    """Whether the plain outcome is what the passing of the limit brings."""
    language = step.language
    if language.actor == OFFICE:
        return False
    return language.elapsed == step.plain


def _answered(case: Case, visit: Visit, at: datetime, fee_fen: int) -> Case:
    command = _command(case, visit, fee_fen)
    # One officer for each step: separation of duties is met by whoever works there.
    actor = MACHINE
    if isinstance(command, CompleteTask):
        actor = Actor(f"officer-{visit.step}", case.post_of(visit))
    seq = case.seq + 1
    for act in decide(case, command, actor, at, calendar()):
        case = evolve(case, act, ActStamp(seq, at, actor))
    return case


def _command(case: Case, visit: Visit, fee_fen: int) -> Command:
    step = case.step(visit)
    if step.kind == "issue":
        return RecordCertificate("certificate")
    if step.kind == "pay":
        return Pay("order", "paid", case.money.due_fen)
    if _is_elapsing(step):
        return ApplyDeadlines()
    outcome = step.plain
    fine = case.rules.fine
    # Administrative Penalty Law, Art. 44: no fine before the party was told and heard.
    if fine and case.is_ex_officio and "inform" in step.outcomes:
        outcome = "inform"
    amount = fine[1] if fine and outcome == "order" else None
    return CompleteTask(
        visit.id,
        outcome,
        fee_fen=fee_fen,
        amount_fen=amount,
        **TOLD.get(outcome, {}),
    )
