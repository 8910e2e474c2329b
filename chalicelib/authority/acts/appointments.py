"""Appointments: somebody comes to hold a post, and holds it no longer."""

from dataclasses import field
from datetime import datetime

from chalicelib.authority.acts import periods
from chalicelib.authority.acts.career_acts import Appointed, AppointmentEnded
from chalicelib.authority.acts.careers import Career
from chalicelib.authority.acts.periods import Span
from chalicelib.kernel.errors import Conflict, Fault, Invalid
from chalicelib.kernel.values import dataclass


@dataclass(frozen=True)
class AppointmentRequest:
    """``person`` is to hold ``post``; name and mail as far as they are known."""

    person: str
    post: str
    starts: datetime
    ends: datetime | None = None
    name: str = field(default="", repr=False)
    mail: str = field(default="", repr=False)

    @property
    def span(self) -> Span:
        """For how long."""
        return self.starts, self.ends


@dataclass(frozen=True)
class EndAppointment:
    """An appointment of the person is to end now."""

    appointment: str


def appoint(
    career: Career,
    request: AppointmentRequest,
    appointment: str,
    *,
    is_post: bool,
    is_closed: bool,
    now: datetime,
) -> Appointed:
    """Appoint under the id ``appointment``.

    Raises Invalid for an unknown or closed post or a wrong period, Conflict when the person holds
    the post then.
    """
    faults = []
    if not is_post:
        faults.append(Fault("/data/post", "post-unknown"))
    elif is_closed:
        faults.append(Fault("/data/post", "post-closed"))
    faults += periods.faults(request.span, now)
    if faults:
        raise Invalid(faults=faults)
    if career.holds(request.post, request.span):
        raise Conflict("post-held-already")
    return Appointed(
        appointment,
        request.post,
        name=request.name or career.name,
        mail=request.mail or career.mail,
        starts=request.starts,
        ends=request.ends,
    )


def end(career: Career, appointment: str, now: datetime) -> AppointmentEnded:
    """End an appointment now. Raises NotFound, or Conflict when it is over already."""
    if periods.is_over(career.find(appointment).span, now):
        raise Conflict("appointment-over")
    return AppointmentEnded(appointment)
