"""Careers: the posts that a person holds, by appointment or as a substitute, and the times of
absence from them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from chalicelib.authority.acts import periods
from chalicelib.authority.acts.periods import Span
from chalicelib.kernel.errors import Conflict, Fault, Invalid, NotFound
from chalicelib.kernel.journal import Act, Entry

APPOINTED, APPOINTMENT_ENDED = "Appointed", "AppointmentEnded"
ABSENT, ABSENCE_ENDED = "AbsenceGranted", "AbsenceEnded"
SUBSTITUTED, SUBSTITUTION_ENDED = "SubstituteNamed", "SubstitutionEnded"
HOLDER = "holder"  # the private group with the appointed person's name and mail


@dataclass(frozen=True)
class Appointment:
    """A post held by a person from ``starts`` until just before ``ends`` (None: until ended).

    A substitute holds it under the id of the absence.
    """

    id: str
    post: str
    starts: datetime
    ends: datetime | None = None
    is_substitute: bool = False

    @property
    def span(self) -> Span:
        """Its period."""
        return self.starts, self.ends


@dataclass(frozen=True)
class Absence:
    """A time in which an appointment rests and ``substitute`` holds its post."""

    id: str
    appointment: str
    post: str
    substitute: str
    starts: datetime
    ends: datetime

    @property
    def span(self) -> Span:
        """Its period."""
        return self.starts, self.ends


@dataclass(frozen=True)
class Holding:
    """One period in which a person holds a post, absences taken out."""

    appointment: Appointment
    span: Span


@dataclass(frozen=True)
class Career:
    """All appointments of one person, in the order in which they were made."""

    person: str
    name: str = field(default="", repr=False)
    mail: str = field(default="", repr=False)
    appointments: tuple[Appointment, ...] = ()
    absences: tuple[Absence, ...] = ()

    def holdings(self) -> Iterator[Holding]:
        """Every period in which a post is held, past, present and to come."""
        for appointment in self.appointments:
            spans = [appointment.span]
            for gap in (
                absence.span for absence in self.absences if absence.appointment == appointment.id
            ):
                spans = [part for span in spans for part in periods.without(span, gap)]
            yield from (Holding(appointment, span) for span in spans)

    def current(self, now: datetime) -> tuple[Holding, ...]:
        """Those in force or still to come."""
        return tuple(
            holding for holding in self.holdings() if not periods.is_over(holding.span, now)
        )

    def find(self, appointment: str) -> Appointment:
        """The appointment of that id. Raises NotFound."""
        for known in self.appointments:
            if known.id == appointment and not known.is_substitute:
                return known
        raise NotFound

    def absence(self, absence: str) -> Absence:
        """The absence of that id. Raises NotFound."""
        for known in self.absences:
            if known.id == absence:
                return known
        raise NotFound

    def holds(self, post: str, span: Span) -> bool:
        """Whether the post is theirs at some moment of a period, absent or not."""
        return any(
            known.post == post and periods.overlap(known.span, span) for known in self.appointments
        )


@dataclass(frozen=True)
class AppointmentRequest:
    """The wish to appoint ``person`` to ``post``; name and mail as far as they are known."""

    person: str
    post: str
    starts: datetime
    ends: datetime | None = None
    name: str = field(default="", repr=False)
    mail: str = field(default="", repr=False)


def appoint(
    career: Career, is_post: bool, order: AppointmentRequest, appointment: str, now: datetime
) -> tuple[Act, ...]:
    """Appoint under the id ``appointment``.

    Raises Invalid for an unknown post or a wrong period, Conflict when the person holds the post
    then.
    """
    span = (order.starts, order.ends)
    faults = [] if is_post else [Fault("/data/post", "post-unknown")]
    if faults := faults + periods.faults(span, now):
        raise Invalid(faults=faults)
    if career.holds(order.post, span):
        raise Conflict("post-held-already")
    data = {"appointment": appointment, "post": order.post, **periods.told(span)}
    return (Act(APPOINTED, data, holder(career, order.name, order.mail)),)


def end(career: Career, appointment: str, now: datetime) -> tuple[Act, ...]:
    """End an appointment now. Raises NotFound, or Conflict when it is over already."""
    if periods.is_over(career.find(appointment).span, now):
        raise Conflict("appointment-over")
    return (Act(APPOINTMENT_ENDED, {"appointment": appointment}),)


def holder(career: Career, name: str, mail: str) -> dict[str, dict[str, str]]:
    """The private group of who comes to a post: what is told, else what was known."""
    return {HOLDER: {"name": name or career.name, "mail": mail or career.mail}}


def evolve(career: Career, act: Act, at: datetime) -> Career:
    """The career after one act of ``at``."""
    data = act.data
    if act.type in (APPOINTED, SUBSTITUTED):
        name = data["appointment" if act.type == APPOINTED else "absence"]
        made = Appointment(name, data["post"], *periods.read(data, at), act.type == SUBSTITUTED)
        who = act.private.get(HOLDER, {})
        known = (*career.appointments, made)
        return replace(
            career, name=who.get("name", ""), mail=who.get("mail", ""), appointments=known
        )
    if act.type in (APPOINTMENT_ENDED, SUBSTITUTION_ENDED):
        ended = data["appointment" if act.type == APPOINTMENT_ENDED else "absence"]
        is_substitute = act.type == SUBSTITUTION_ENDED
        rest = (
            _ended(a, at) if (a.id, a.is_substitute) == (ended, is_substitute) else a
            for a in career.appointments
        )
        return replace(career, appointments=tuple(rest))
    if act.type == ABSENT:
        starts, ends = periods.read(data, at)
        substitute = act.private.get(HOLDER, {}).get("substitute", "")
        absence = Absence(
            data["absence"], data["appointment"], data["post"], substitute, starts, ends or starts
        )
        return replace(career, absences=(*career.absences, absence))
    if act.type == ABSENCE_ENDED:
        rested = (
            replace(a, ends=max(at, a.starts)) if a.id == data["absence"] else a
            for a in career.absences
        )
        return replace(career, absences=tuple(rested))
    return career


def _ended(appointment: Appointment, at: datetime) -> Appointment:
    """One that had not begun is never held."""
    return replace(appointment, ends=max(at, appointment.starts))


def fold(person: str, entries: Iterable[Entry]) -> Career:
    """The person's career as the journal tells it."""
    career = Career(person)
    for entry in entries:
        for act in entry.acts:
            career = evolve(career, act, entry.at)
    return career
