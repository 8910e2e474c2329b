"""Absences: an appointment rests for a while, and a substitute holds its post."""

from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.authority.acts import periods
from chalicelib.authority.acts.careers import (
    ABSENCE_ENDED,
    ABSENT,
    HOLDER,
    SUBSTITUTED,
    SUBSTITUTION_ENDED,
    Appointment,
    Career,
    holder,
)
from chalicelib.kernel.errors import Conflict, Fault, Invalid
from chalicelib.kernel.journal import Act


@dataclass(frozen=True)
class AbsenceRequest:
    """``person`` is away from ``post``, and ``substitute`` holds it; name and mail are the
    substitute's.
    """

    person: str
    post: str
    substitute: str
    starts: datetime
    ends: datetime
    name: str = field(default="", repr=False)
    mail: str = field(default="", repr=False)


def grant(
    away: Career, stand_in: Career, wish: AbsenceRequest, absence: str, now: datetime
) -> tuple[Act, Act]:
    """The act of who is away and that of the substitute.

    Raises Invalid for a wrong period, for who does not hold the post in all of it and for oneself
    as substitute; Conflict when the substitute holds the post then, or the other is away already.
    """
    span = (wish.starts, wish.ends)
    resting = _appointment(away, wish)
    faults = periods.faults(span, now)
    if not resting:
        faults.append(Fault("/data/post", "post-not-held-then"))
    if wish.person == wish.substitute:
        faults.append(Fault("/data/substitute", "substitute-is-oneself"))
    if faults or resting is None:
        raise Invalid(faults=faults)
    if stand_in.holds(wish.post, span):
        raise Conflict("post-held-already")
    if any(
        known.post == wish.post and periods.overlap(known.span, span) for known in away.absences
    ):
        raise Conflict("absent-already")
    data = {"absence": absence, "post": wish.post, **periods.told(span)}
    named = {HOLDER: {"substitute": wish.substitute}}
    return (
        Act(ABSENT, {**data, "appointment": resting.id}, named),
        Act(SUBSTITUTED, data, holder(stand_in, wish.name, wish.mail)),
    )


def _appointment(away: Career, wish: AbsenceRequest) -> Appointment | None:
    """The appointment that is to rest: it must last for the whole time."""
    for known in away.appointments:
        lasts = known.starts <= wish.starts and (known.ends is None or wish.ends <= known.ends)
        if known.post == wish.post and lasts and not known.is_substitute:
            return known
    return None


def end(away: Career, absence: str, now: datetime) -> tuple[Act, Act]:
    """Back at work: the post is the absent person's again, and no longer the substitute's.

    Raises NotFound, or Conflict when it is over already.
    """
    if periods.is_over(away.absence(absence).span, now):
        raise Conflict("absence-over")
    data = {"absence": absence}
    return Act(ABSENCE_ENDED, data), Act(SUBSTITUTION_ENDED, data)
