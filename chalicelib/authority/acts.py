"""Acts on posts and appointments: what may be decided, and what follows from it; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from chalicelib.kernel.clock import parse, stamp
from chalicelib.kernel.errors import Conflict, Fault, Invalid, NotFound
from chalicelib.kernel.journal import Act, Entry

POST_DEFINED, APPOINTED, APPOINTMENT_ENDED = "PostDefined", "Appointed", "AppointmentEnded"
HOLDER = "holder"  # the private group with the appointed person's name and mail


@dataclass(frozen=True)
class Position:
    """A post as it is defined: bilingual title {zh, en}, department code, roles that it carries."""

    id: str
    title: Mapping[str, str]
    department: str
    roles: frozenset[str]


@dataclass(frozen=True)
class Appointment:
    """A post held by a person from ``starts`` until just before ``ends`` (None: until ended)."""

    id: str
    post: str
    starts: datetime
    ends: datetime | None = None

    def is_over(self, now: datetime) -> bool:
        """Whether it has ended by ``now``."""
        return self.ends is not None and self.ends <= now

    def overlaps(self, starts: datetime, ends: datetime | None) -> bool:
        """Whether some moment belongs to both."""
        return (ends is None or self.starts < ends) and (self.ends is None or starts < self.ends)


@dataclass(frozen=True)
class Career:
    """All appointments of one person, in the order in which they were made."""

    person: str
    name: str = field(default="", repr=False)
    mail: str = field(default="", repr=False)
    appointments: tuple[Appointment, ...] = ()

    def current(self, now: datetime) -> tuple[Appointment, ...]:
        """Those in force or still to come."""
        return tuple(appointment for appointment in self.appointments if not appointment.is_over(now))

    def find(self, appointment: str) -> Appointment:
        """The appointment of that id. Raises NotFound."""
        for known in self.appointments:
            if known.id == appointment:
                return known
        raise NotFound


@dataclass(frozen=True)
class Order:
    """The wish to appoint ``person`` to ``post``; name and mail as far as they are known."""

    person: str
    post: str
    starts: datetime
    ends: datetime | None = None
    name: str = field(default="", repr=False)
    mail: str = field(default="", repr=False)


def decide_definition(known: Position | None, wanted: Position) -> tuple[Act, ...]:
    """Define a post, or define it anew; no act when nothing changes."""
    if known == wanted:
        return ()
    data = {"title": dict(wanted.title), "department": wanted.department, "roles": sorted(wanted.roles)}
    return (Act(POST_DEFINED, {"post": wanted.id, **data}),)


def decide_appointment(
    career: Career, position: Position | None, order: Order, appointment: str, now: datetime
) -> tuple[Act, ...]:
    """Appoint under the id ``appointment``.

    Raises Invalid for an unknown post or a wrong period, Conflict when the person holds the post then.
    """
    faults = [Fault("/post", "post-unknown")] if position is None else []
    if order.starts < now:
        faults.append(Fault("/from", "from-in-the-past"))
    if order.ends is not None and order.ends <= order.starts:
        faults.append(Fault("/until", "until-not-after-from"))
    if faults:
        raise Invalid(faults=faults)
    if any(a.post == order.post and a.overlaps(order.starts, order.ends) for a in career.appointments):
        raise Conflict("post-held-already")
    data = {"appointment": appointment, "post": order.post, "from": stamp(order.starts)}
    data |= {"until": stamp(order.ends)} if order.ends else {}
    return (Act(APPOINTED, data, {HOLDER: {"name": order.name or career.name, "mail": order.mail or career.mail}}),)


def decide_end(career: Career, appointment: str, now: datetime) -> tuple[Act, ...]:
    """End an appointment now. Raises NotFound, or Conflict when it is over already."""
    if career.find(appointment).is_over(now):
        raise Conflict("appointment-over")
    return (Act(APPOINTMENT_ENDED, {"appointment": appointment}),)


def evolve(career: Career, act: Act, at: datetime) -> Career:
    """The career after one act of ``at``."""
    if act.type == APPOINTED:
        ends = parse(act.data["until"]) if "until" in act.data else None
        made = Appointment(act.data["appointment"], act.data["post"], parse(act.data["from"]), ends)
        who = act.private.get(HOLDER, {})
        return Career(career.person, who.get("name", ""), who.get("mail", ""), (*career.appointments, made))
    if act.type == APPOINTMENT_ENDED:
        ended = act.data["appointment"]
        rest = (replace(a, ends=at) if a.id == ended else a for a in career.appointments)
        return replace(career, appointments=tuple(rest))
    return career


def fold(person: str, entries: Iterable[Entry]) -> Career:
    """The person's career as the journal tells it."""
    career = Career(person)
    for entry in entries:
        for act in entry.acts:
            career = evolve(career, act, entry.at)
    return career
