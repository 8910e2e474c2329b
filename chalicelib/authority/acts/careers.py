"""Careers: the posts that a person holds, by appointment or as a substitute, and the times of
absence from them.
"""

from collections.abc import Iterator
from dataclasses import field
from datetime import datetime

from chalicelib.authority.acts import periods
from chalicelib.authority.acts.periods import Span
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.values import dataclass


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
            for span in self._spans_held(appointment):
                yield Holding(appointment, span)

    def _spans_held(self, appointment: Appointment) -> list[Span]:
        spans = [appointment.span]
        for absence in self.absences:
            if absence.appointment == appointment.id:
                spans = _without_each(spans, absence.span)
        return spans

    def current(self, now: datetime) -> tuple[Holding, ...]:
        """Those in force or still to come."""
        return tuple(
            holding for holding in self.holdings() if not periods.is_over(holding.span, now)
        )

    def find(self, appointment: str) -> Appointment:
        """The appointment of that id. Raises NotFound."""
        for each in self.appointments:
            if each.id == appointment and not each.is_substitute:
                return each
        raise NotFound

    def absence(self, absence: str) -> Absence:
        """The absence of that id. Raises NotFound."""
        for each in self.absences:
            if each.id == absence:
                return each
        raise NotFound

    def post_of(self, id: str) -> str:
        """The post of an appointment, held as a substitute or not, or of an absence.

        Raises NotFound.
        """
        posts = {each.id: each.post for each in self.appointments}
        posts |= {each.id: each.post for each in self.absences}
        if id not in posts:
            raise NotFound
        return posts[id]

    def holds(self, post: str, span: Span) -> bool:
        """Whether the post is theirs at some moment of a period, absent or not."""
        for appointment in self.appointments:
            if appointment.post == post and periods.overlap(appointment.span, span):
                return True
        return False


def _without_each(spans: list[Span], gap: Span) -> list[Span]:
    left = []
    for span in spans:
        left += periods.without(span, gap)
    return left
