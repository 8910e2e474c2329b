"""Appeals: against a decision or against silence, and until when (Administrative Reconsideration
Law, Art. 20 and 21).
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from chalicelib import casework
from chalicelib.casework import APPEALABLE, Case
from chalicelib.catalog import requirements
from chalicelib.deadlines import NATURAL, Term, WorkingCalendar
from chalicelib.kernel.errors import Fault
from chalicelib.kernel.values import dataclass

Follows = Mapping[str, Any]
Form = Mapping[str, Any]
LEAP_DAY = (2, 29)


@dataclass(frozen=True)
class Appeal:
    """What is filed: by the item's rules ``follows``, with the answers of its form, and when."""

    follows: Follows
    form: Form
    now: datetime
    calendar: WorkingCalendar

    @property
    def is_against_silence(self) -> bool:
        """Whether it says that an office has not acted."""
        condition = self.follows.get("inaction")
        return condition is not None and requirements.meets(self.form, condition)

    @property
    def learned_on(self) -> date | None:
        """The day on which the appellant learned of the act; None where that is not asked, or is no
        day.
        """
        answer = self.form.get(self.follows.get("learned_with", ""), "")
        try:
            return date.fromisoformat(answer)
        except (TypeError, ValueError):  # the form's own check says so
            return None

    @property
    def has_reason(self) -> bool:
        """Whether good reason for being late is given; the office judges it."""
        return bool(self.form.get(self.follows.get("late_with", "")))


def faults(case: Case | None, appeal: Appeal) -> Iterator[Fault]:
    """What is wrong with an appeal about a case, or about an act that no case here holds."""
    if case is None:
        if appeal.learned_on and not appeal.is_against_silence:
            yield from _too_late(
                appeal, appeal.learned_on, "/form/" + appeal.follows["learned_with"]
            )
        return
    if appeal.is_against_silence:
        yield from _silent(case, appeal)
        return
    # From the day of the act that is appealed against: a revocation is one of its own.
    decided_at = case.clocks.revoked_at or case.clocks.decided_at
    if case.status not in APPEALABLE or decided_at is None:
        yield Fault("/about", "not-decided-yet")
        return
    acted_on = decided_at.date()
    # Nobody can have learned of it before; who names a later day is taken at their word until the
    # office has examined it.
    runs_from = max(appeal.learned_on or acted_on, acted_on)
    yield from _too_late(appeal, runs_from, "/about", acted_on)


def _silent(case: Case, appeal: Appeal) -> Iterator[Fault]:
    silent_since = casework.silent_since(case, appeal.now, appeal.calendar)
    if silent_since is None:
        yield Fault("/about", "not-overdue")
        return
    yield from _too_late(appeal, silent_since, "/about")


def _too_late(
    appeal: Appeal, runs_from: date, at: str, acted_on: date | None = None
) -> Iterator[Fault]:
    """The days run from knowing; some years after the act nobody may appeal any more."""
    today = appeal.now.date()
    years = appeal.follows.get("outer_years")
    if years and acted_on and today > _years_after(acted_on, years):
        yield Fault(at, "appeal-barred", {"years": years})
        return
    days = appeal.follows["within_days"]
    last_day = Term(days, runs_from, unit=NATURAL).last_day(appeal.calendar)
    if today > last_day and not appeal.has_reason:
        yield Fault(at, "appeal-too-late", {"days": days})


def _years_after(day: date, years: int) -> date:
    if (day.month, day.day) == LEAP_DAY:
        day = day.replace(day=28)
    return day.replace(year=day.year + years)
