"""What can be on record in a career: each act with what it says and what follows from it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from chalicelib.authority.acts import declared
from chalicelib.authority.acts.careers import Absence, Appointment, Career
from chalicelib.kernel.acts import private, public
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.journal import Act, Entry
from chalicelib.kernel.values import dataclass

HOLDER = "holder"  # the private group with the appointed person's name and mail


@dataclass(frozen=True)
class Appointed:
    """Somebody is to hold a post, from the act on where no beginning is named."""

    appointment: str
    post: str
    name: str = private(HOLDER)
    mail: str = private(HOLDER)
    starts: datetime | None = public(default=None, key="from")
    ends: datetime | None = public(default=None, key="until")

    def apply(self, career: Career, entry: Entry) -> Career:
        """One appointment more."""
        starts = self.starts or entry.at
        appointment = Appointment(
            self.appointment,
            self.post,
            starts,
            self.ends,
        )
        return _appointed(career, appointment, self.name, self.mail)


@dataclass(frozen=True)
class SubstituteNamed:
    """Somebody is to hold a post for the time of its holder's absence."""

    absence: str
    post: str
    name: str = private(HOLDER)
    mail: str = private(HOLDER)
    starts: datetime | None = public(default=None, key="from")
    ends: datetime | None = public(default=None, key="until")

    def apply(self, career: Career, entry: Entry) -> Career:
        """One appointment more, under the id of the absence."""
        starts = self.starts or entry.at
        appointment = Appointment(
            self.absence,
            self.post,
            starts,
            self.ends,
            is_substitute=True,
        )
        return _appointed(career, appointment, self.name, self.mail)


@dataclass(frozen=True)
class AppointmentEnded:
    """An appointment ends with the act."""

    appointment: str

    def apply(self, career: Career, entry: Entry) -> Career:
        """It ends; one that had not begun is never held."""
        return _ended(
            career,
            self.appointment,
            entry.at,
            is_substitute=False,
        )


@dataclass(frozen=True)
class SubstitutionEnded:
    """A substitute holds the post no longer."""

    absence: str

    def apply(self, career: Career, entry: Entry) -> Career:
        """It ends; one that had not begun is never held."""
        return _ended(
            career,
            self.absence,
            entry.at,
            is_substitute=True,
        )


@dataclass(frozen=True)
class AbsenceGranted:
    """An appointment rests, and ``substitute`` holds its post."""

    absence: str
    appointment: str
    post: str
    ends: datetime = public(key="until")
    substitute: str = private(HOLDER)
    starts: datetime | None = public(default=None, key="from")

    def apply(self, career: Career, entry: Entry) -> Career:
        """One absence more."""
        absence = Absence(
            self.absence,
            self.appointment,
            self.post,
            self.substitute,
            self.starts or entry.at,
            self.ends,
        )
        return replace(career, absences=(*career.absences, absence))


@dataclass(frozen=True)
class AbsenceEnded:
    """Who was away is back at the post."""

    absence: str

    def apply(self, career: Career, entry: Entry) -> Career:
        """It ends; one that had not begun never is."""
        absences = []
        for absence in career.absences:
            if absence.id == self.absence:
                absence = replace(absence, ends=max(entry.at, absence.starts))
            absences.append(absence)
        return replace(career, absences=tuple(absences))


ACTS = declared.declared(
    Appointed,
    AppointmentEnded,
    AbsenceGranted,
    AbsenceEnded,
    SubstituteNamed,
    SubstitutionEnded,
)


def fold(stream: str, entries: Iterable[Entry]) -> Career:
    """The career of the person whose stream it is."""
    person = stream.partition("#")[2]
    return declared.fold(Career(person), entries, ACTS)


def post_of(act: Act, career: Career) -> str:
    """The post that an act of the career is about. Raises NotFound."""
    payload = declared.payload_of(act, ACTS)
    match payload:
        case AppointmentEnded():
            return career.post_of(payload.appointment)
        case AbsenceEnded() | SubstitutionEnded():
            return career.post_of(payload.absence)
        case Appointed() | AbsenceGranted() | SubstituteNamed():
            return payload.post
    raise NotFound


def _appointed(career: Career, appointment: Appointment, name: str, mail: str) -> Career:
    appointments = (*career.appointments, appointment)
    return replace(
        career,
        name=name,
        mail=mail,
        appointments=appointments,
    )


def _ended(career: Career, id: str, at: datetime, *, is_substitute: bool) -> Career:
    appointments = []
    for each in career.appointments:
        if (each.id, each.is_substitute) == (id, is_substitute):
            each = replace(each, ends=max(at, each.starts))
        appointments.append(each)
    return replace(career, appointments=tuple(appointments))
