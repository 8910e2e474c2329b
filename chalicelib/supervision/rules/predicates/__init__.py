"""Predicates by their names: pure functions over a case and a few facts from outside it."""

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.kernel.values import dataclass
from chalicelib.supervision.rules.documents import Rule, Thresholds
from chalicelib.supervision.rules.predicates import (
    across,
    duties,
    limits,
    money,
    pace,
    reads,
    reasons,
)
from chalicelib.supervision.rules.watched import Facts, Hit

Judge = Callable[[Any, Facts, Thresholds], Hit | None]


@dataclass(frozen=True)
class Predicate:
    """What judges, by which ``thresholds``; ``needs`` are the facts that it looks at.

    ``waits``: the threshold that says how many days after the act it is judged.
    """

    judge: Judge
    thresholds: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    waits: str = ""


PREDICATES: Mapping[str, Predicate] = {
    "accepted_after_refusal": Predicate(across.accepted_after_refusal, ("days",), ("alike",)),
    "accepted_twice": Predicate(across.accepted_twice, ("days",), ("alike",)),
    "bulk_closed": Predicate(across.bulk_closed, ("cases", "days", "minutes"), ("closed",)),
    "certificate_first": Predicate(across.certificate_first, ("minutes",), ("certified_at",)),
    "certificate_unfounded": Predicate(across.certificate_unfounded),
    "delegation_exceeded": Predicate(duties.delegation_exceeded),
    "delivered_late": Predicate(limits.delivered_late, ("days",)),
    "ended_before_red": Predicate(limits.ended_before_red, ("minutes",)),
    "entered_together": Predicate(pace.entered_together, ("seconds", "steps")),
    "fee_differs": Predicate(money.differs, ("fen",), ("fee_fen",)),
    "nonconforming": Predicate(duties.nonconforming, ("breaches",)),
    "own_matter": Predicate(duties.own_matter, needs=("tied",)),
    "procedure_overrun": Predicate(limits.procedure_overrun, ("days",)),
    "read_in_bulk": Predicate(reads.in_bulk, ("cases",)),
    "read_without_need": Predicate(reads.without_need, ("days",), waits="days"),
    "reasons_missing": Predicate(reasons.missing, ("characters",)),
    "serial_broken": Predicate(across.serial_broken, needs=("serial",)),
    "step_late": Predicate(limits.step_late, ("days",)),
    "stopped_late": Predicate(limits.stopped_late, ("days",)),
    "supplements_asked": Predicate(reasons.supplements, ("times",)),
    "window_never_reviews": Predicate(
        across.window_never_reviews,
        ("cases", "days"),
        ("accepted",),
    ),
}


def of(rule: Rule) -> Predicate:
    """The predicate that a rule names."""
    return PREDICATES[rule.predicate]
