"""The limits of a case, each with its term, its stops and what comes of it: what the running clock,
the account of the term and a forecast read alike.
"""

from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from datetime import date, datetime

from chalicelib.casework.acts.state import Case, Visit
from chalicelib.casework.acts.terms import (
    Halt,
    acceptance_term,
    decision_halts,
    decision_terms,
    delivery_term,
    owed_term,
    procedure_halts,
    procedure_term,
    step_term,
    supplement_term,
)
from chalicelib.catalog.flows import APPLICANT, MOVE, PARTIES
from chalicelib.deadlines import Term, WorkingCalendar, levels
from chalicelib.kernel.values import dataclass

DEEMED, ELAPSED, TACIT = "deemed", "elapsed", "tacit"
# Until its result is with the party, a decision is not delivered: where a flow has both, both.
DELIVERING = ("deliver", "issue")


@dataclass(frozen=True)
class Limit:
    """One limit of a case. ``clock`` is its name in warnings on record, which the promised and the
    statutory limit of the decision share; ``name`` says which limit it is.

    ``silence``: what its passing brings, if anything. ``ended_at`` is when it was met or fell away,
    None while it runs.
    """

    clock: str
    name: str
    term: Term
    levels: Mapping[str, int]
    visit: str = ""
    silence: str = ""
    ended_at: datetime | None = None
    is_extended: bool = False
    halts: tuple[Halt, ...] = field(default=())

    @property
    def is_running(self) -> bool:
        """Whether somebody still has to meet it."""
        return self.ended_at is None


def all_limits(case: Case, calendar: WorkingCalendar) -> list[Limit]:
    """Every limit that the case has had, in the order in which they began."""
    limits = [*_of_decision(case, calendar), *_of_procedures(case, calendar)]
    for visit in case.visits.values():
        limits += _of_visit(case, visit, calendar)
    return sorted(limits, key=_by_begin)


def running_limits(case: Case, calendar: WorkingCalendar) -> Iterator[Limit]:
    """Those that somebody still has to meet."""
    if case.clocks.ended_at:
        return
    for visit in case.open_visits:
        yield from _of_visit(case, visit, calendar)
    for limit in (*_of_procedures(case, calendar), *_of_decision(case, calendar)):
        if limit.is_running:
            yield limit


def _by_begin(limit: Limit) -> date:
    return limit.term.starts_on


def _levels(case: Case, name: str) -> Mapping[str, int]:
    return levels.levels_of(name, case.rules.warnings)


# ---- the limits of one visit


def _of_visit(case: Case, visit: Visit, calendar: WorkingCalendar) -> Iterator[Limit]:
    kind = case.step(visit).kind
    if kind == "accept":
        yield _acceptance(case, visit)
    elif kind == "supplement":
        if "supplement_days" in case.rules.limits:
            yield _supplement(case, visit)
    else:
        yield from _of_step(case, visit, calendar)


def _acceptance(case: Case, visit: Visit) -> Limit:
    return Limit(
        f"acceptance.{visit.since}",
        levels.ACCEPTANCE,
        acceptance_term(case) if visit.is_open else _accepted_in(case, visit),
        _levels(case, levels.ACCEPTANCE),
        visit.id,
        silence=DEEMED,
        ended_at=visit.closed_at,
    )


def _accepted_in(case: Case, visit: Visit) -> Term:
    """The term of an acceptance that is over. What was supplemented since came in later."""
    is_latest = case.clocks.received_on <= visit.opened_at.date()
    starts_on = case.clocks.received_on if is_latest else visit.opened_at.date()
    return replace(acceptance_term(case), starts_on=starts_on)


def _supplement(case: Case, visit: Visit) -> Limit:
    return Limit(
        f"supplement.{visit.since}",
        levels.SUPPLEMENT,
        supplement_term(case, visit),
        _levels(case, levels.SUPPLEMENT),
        visit.id,
        silence=_elapsing(case, visit),
        ended_at=visit.closed_at,
    )


def _of_step(case: Case, visit: Visit, calendar: WorkingCalendar) -> Iterator[Limit]:
    term = step_term(case, visit, calendar)
    if term is None:
        return
    name = _name_of_step(case, visit)
    halts = procedure_halts(case, calendar) if term.stops else ()
    yield Limit(
        f"step.{visit.id}",
        name,
        term,
        _levels(case, name),
        visit.id,
        silence=_elapsing(case, visit),
        ended_at=visit.closed_at,
        halts=tuple(halts),
    )


def _name_of_step(case: Case, visit: Visit) -> str:
    step = case.step(visit)
    if step.language.actor in (APPLICANT, PARTIES):
        return levels.REPLY
    return levels.PUBLICITY if step.kind == "publicity" else levels.STEP


def _elapsing(case: Case, visit: Visit) -> str:
    step = case.step(visit)
    return ELAPSED if step.language.elapsed in step.outcomes else ""


# ---- the limits of the whole


def _of_procedures(case: Case, calendar: WorkingCalendar) -> Iterator[Limit]:
    for procedure in case.clocks.procedures:
        ended_at = calendar.start_of(procedure.ended_on) if procedure.ended_on else None
        yield Limit(
            f"procedure.{procedure.id}",
            levels.PROCEDURE,
            procedure_term(procedure),
            _levels(case, levels.PROCEDURE),
            ended_at=ended_at or case.clocks.ended_at,
        )


def _of_decision(case: Case, calendar: WorkingCalendar) -> Iterator[Limit]:
    if case.clocks.accepted_on is None:
        return
    ended_at = case.clocks.decided_at or case.clocks.ended_at
    terms = decision_terms(case, calendar)
    for name, term in zip((levels.PROMISED, levels.STATUTORY), terms, strict=True):
        yield Limit(
            "decision",
            name,
            term,
            _levels(case, name),
            ended_at=ended_at,
            is_extended=True,
            halts=tuple(decision_halts(case, calendar)),
        )
    if case.submission.owed or case.submission.owed_settled_at:
        yield Limit(
            "owed",
            levels.OWED,
            owed_term(case),
            _levels(case, levels.OWED),
            ended_at=case.submission.owed_settled_at or ended_at,
        )
    yield from _of_delivery(case)


def _is_delivered_in_steps(case: Case) -> bool:
    """Whether the flow went on after the decision to hand its result over."""
    visited = {case.step(visit).kind for visit in case.visits.values()}
    if not visited.isdisjoint(DELIVERING):
        return True
    ahead = {step.kind for step in case.flow.steps.values()}
    return case.clocks.ended_at is None and not ahead.isdisjoint(DELIVERING)


def _of_delivery(case: Case) -> Iterator[Limit]:
    term = delivery_term(case)
    if term is None or not _is_delivered_in_steps(case):
        return
    yield Limit(
        "delivery",
        levels.DELIVERY,
        term,
        _levels(case, levels.DELIVERY),
        ended_at=_delivered_at(case) or case.clocks.ended_at,
    )


def _delivered_at(case: Case) -> datetime | None:
    kinds = {step.kind for step in case.flow.steps.values()}
    last = next(kind for kind in DELIVERING if kind in kinds)
    for visit in case.visits.values():
        if case.step(visit).kind == last and visit.outcome not in ("", MOVE):
            return visit.closed_at
    return None
