"""Absences: an appointment rests for a while, and a substitute holds its post."""

from dataclasses import field
from datetime import datetime

from chalicelib.authority.acts import periods
from chalicelib.authority.acts.career_acts import (
    AbsenceEnded,
    AbsenceGranted,
    SubstituteNamed,
    SubstitutionEnded,
)
from chalicelib.authority.acts.careers import Appointment, Career
from chalicelib.authority.acts.periods import Span
from chalicelib.kernel.errors import Conflict, Fault, Invalid
from chalicelib.kernel.values import dataclass


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

    @property
    def span(self) -> Span:
        """For how long."""
        return self.starts, self.ends


@dataclass(frozen=True)
class NameSubstitute:
    """The substitute of ``request`` is to hold the post, under the id of the ``absence``."""

    request: AbsenceRequest
    absence: str


@dataclass(frozen=True)
class EndAbsence:
    """Who is away is to be back now."""

    absence: str


@dataclass(frozen=True)
class EndSubstitutions:
    """The substitute is to hold the posts of these absences no longer."""

    absences: tuple[str, ...]


def resting_appointment(away: Career, request: AbsenceRequest, now: datetime) -> Appointment:
    """The appointment that is to rest: it must last for the whole time.

    Raises Invalid for a wrong period, for who does not hold the post in all of it and for oneself
    as substitute.
    """
    faults = periods.faults(request.span, now)
    resting = _lasting_appointment(away, request)
    if resting is None:
        faults.append(Fault("/data/post", "post-not-held-then"))
    if request.person == request.substitute:
        faults.append(Fault("/data/substitute", "substitute-is-oneself"))
    if faults or resting is None:
        raise Invalid(faults=faults)
    return resting


def _lasting_appointment(away: Career, request: AbsenceRequest) -> Appointment | None:
    for each in away.appointments:
        is_long_enough = each.ends is None or request.ends <= each.ends
        lasts = each.starts <= request.starts and is_long_enough
        if each.post == request.post and lasts and not each.is_substitute:
            return each
    return None


def grant(
    away: Career,
    request: AbsenceRequest,
    absence: str,
    resting: Appointment,
) -> AbsenceGranted:
    """Let ``resting`` rest. Raises Conflict when the person is away from the post already."""
    for each in away.absences:
        if each.post == request.post and periods.overlap(each.span, request.span):
            raise Conflict("absent-already")
    return AbsenceGranted(
        absence,
        resting.id,
        request.post,
        request.ends,
        request.substitute,
        request.starts,
    )


def name_substitute(stand_in: Career, command: NameSubstitute) -> SubstituteNamed:
    """Let the substitute hold the post. Raises Conflict for who holds it then."""
    request = command.request
    if stand_in.holds(request.post, request.span):
        raise Conflict("post-held-already")
    return SubstituteNamed(
        command.absence,
        request.post,
        name=request.name or stand_in.name,
        mail=request.mail or stand_in.mail,
        starts=request.starts,
        ends=request.ends,
    )


def end(away: Career, absence: str, now: datetime) -> AbsenceEnded:
    """Back at work: the post is the absent person's again.

    Raises NotFound, or Conflict when it is over already.
    """
    if periods.is_over(away.absence(absence).span, now):
        raise Conflict("absence-over")
    return AbsenceEnded(absence)


def end_substitutions(command: EndSubstitutions) -> list[SubstitutionEnded]:
    """The substitute holds the posts no longer."""
    return list(map(SubstitutionEnded, command.absences))
