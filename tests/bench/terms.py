"""``term.*``: what the account of a case's term costs, and the moments that the sweep waits for."""

from collections.abc import Callable
from time import process_time
from typing import Any

from chalicelib.casework import term_account
from chalicelib.casework.acts import AnswerExtension, AskExtension, BeginProcedure, EndProcedure
from chalicelib.casework.acts.deadlines import moments
from tests.bench.report import emit
from tests.support.builders.case_walks import HEAD, REASONS, led
from tests.support.builders.cases import CALENDAR, REVIEWER, Desk

ROUNDS = 2000


def measure() -> None:
    """Print microseconds of CPU for a plain case, and for one with three stops and an extension."""
    for name, desk in (("plain", led("licence", "accept")), ("stopped", stopped())):
        case, now = desk.case, desk.at
        account = _microseconds(lambda case=case, now=now: term_account(case, CALENDAR, now))
        emit(f"term.account_us.{name}", account, "us of CPU for an account")
        coming = _microseconds(lambda case=case: moments(case, CALENDAR))
        emit(f"term.moments_us.{name}", coming, "us of CPU for all that is to come")


def stopped() -> Desk:
    """Three expert reviews, one of them still running, and ten more days."""
    desk = led("licence", "accept", procedures=["expert_review"])
    for procedure in ("1", "2", "3"):
        desk.do(BeginProcedure("expert_review", 5, "a new kind"), REVIEWER)
        desk.wait(days=2)
        if procedure != "3":
            desk.do(EndProcedure(procedure, "it stands"), REVIEWER)
    desk.do(AskExtension(10, REASONS), REVIEWER)
    desk.do(AnswerExtension(True, REASONS), HEAD)
    return desk


def _microseconds(work: Callable[[], Any]) -> float:
    work()
    begun = process_time()
    for _ in range(ROUNDS):
        work()
    return (process_time() - begun) / ROUNDS * 1e6
