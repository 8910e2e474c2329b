"""What can be on record of a complaint: each act with what it says and what follows from it.

Nobody acts as the complainant: who that is stands in the sealed group alone, beside what they
wrote. The number of a case is sealed too, since it often tells whose complaint it is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from chalicelib.kernel.acts import from_act, private
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.values import dataclass
from chalicelib.supervision.complaints.values import (
    ACCEPTED,
    ANSWERED,
    APPEALED,
    CLOSED,
    REFUSED,
    Complainant,
    Complaint,
    Decision,
    Subject,
)

SEALED = "sealed"  # the private group of who complained, and of what they wrote
PARTIES = "parties"  # of what the complainant is told


@dataclass(frozen=True)
class ComplaintFiled:
    """Somebody complains or reports; the first post of the ``ladder`` accepts it until ``due``."""

    kind: str
    scope: str
    ladder: tuple[str, ...]
    due: date
    department: str = ""
    text: str = private(SEALED, default="")
    person: str = private(SEALED, default="")
    name: str = private(SEALED, default="")
    contact: Mapping[str, str] = private(SEALED, default={})
    anonymous: bool = private(SEALED, default=False)
    number: str = private(SEALED, default="")
    posts: tuple[str, ...] = private(SEALED, default=())
    persons: tuple[str, ...] = private(SEALED, default=())

    def apply(self, complaint: Complaint | None, entry: Entry) -> Complaint:
        """The complaint as it begins."""
        subject = Subject(
            self.scope,
            self.department,
            self.number,
            self.posts,
            self.persons,
        )
        complainant = Complainant(
            self.person,
            self.name,
            self.contact,
            self.anonymous,
        )
        return Complaint(
            id=entry.stream.partition("#")[2],
            kind=self.kind,
            subject=subject,
            complainant=complainant,
            text=self.text,
            filed_at=entry.at,
            version=entry.seq,
            ladder=self.ladder,
            handlers=self.ladder[:1],
            due=self.due,
        )


@dataclass(frozen=True)
class ComplaintAccepted:
    """It will be answered until ``due``; ``by_default``: nobody had accepted or refused it in
    time.
    """

    due: date
    by_default: bool = False

    def apply(self, complaint: Complaint, entry: Entry) -> Complaint:
        """It waits for its answer."""
        return self.moved(_handled(complaint, entry))

    def moved(self, complaint: Complaint) -> Complaint:
        """The complaint when it is accepted; when that was put on record does not matter."""
        return replace(
            complaint,
            status=ACCEPTED,
            by_default=self.by_default,
            due=self.due,
        )


@dataclass(frozen=True)
class ComplaintRefused:
    """It is not taken up, for reasons; ``due`` is the last day to appeal."""

    due: date
    reasons: tuple[str, ...] = private(PARTIES, default=())

    def apply(self, complaint: Complaint, entry: Entry) -> Complaint:
        """It waits for an appeal."""
        return replace(
            _handled(complaint, entry),
            status=REFUSED,
            decision=Decision(REFUSED, self.reasons, entry.at),
            due=self.due,
        )


@dataclass(frozen=True)
class ComplaintClimbed:
    """Who had it let the time pass, so that it is the turn of the post ``handler``, until
    ``due``.
    """

    handler: str
    due: date

    def apply(self, complaint: Complaint, entry: Entry) -> Complaint:
        """The next one's turn."""
        return self.moved(complaint)

    def moved(self, complaint: Complaint) -> Complaint:
        """The complaint with the next one; when that was put on record does not matter."""
        return replace(
            complaint,
            handlers=(*complaint.handlers, self.handler),
            due=self.due,
        )


@dataclass(frozen=True)
class AnswerExtended:
    """The answer takes longer, until ``due``; the complainant is told why."""

    due: date
    reasons: tuple[str, ...] = private(PARTIES, default=())

    def apply(self, complaint: Complaint, entry: Entry) -> Complaint:
        """There is more time, once."""
        return replace(
            _handled(complaint, entry),
            is_extended=True,
            extension_reasons=self.reasons,
            due=self.due,
        )


@dataclass(frozen=True)
class OfficeAsked:
    """The office has to answer to supervision, in a ``matter`` of its own that holds what it is
    told of the complaint.
    """

    matter: str

    def apply(self, complaint: Complaint, entry: Entry) -> Complaint:
        """One more matter."""
        return replace(
            _handled(complaint, entry),
            matters=(*complaint.matters, self.matter),
        )


@dataclass(frozen=True)
class ComplaintAnswered:
    """What was found, and why; ``due`` is the last day to appeal."""

    findings: str
    due: date
    reasons: tuple[str, ...] = private(PARTIES, default=())

    def apply(self, complaint: Complaint, entry: Entry) -> Complaint:
        """It waits for an appeal."""
        return replace(
            _handled(complaint, entry),
            status=ANSWERED,
            decision=Decision(self.findings, self.reasons, entry.at),
            due=self.due,
        )


@dataclass(frozen=True)
class ComplaintAppealed:
    """The complainant does not agree: the post ``handler``, another one, looks at it anew until
    ``due``.
    """

    handler: str
    due: date
    text: str = private(SEALED, default="")

    def apply(self, complaint: Complaint, entry: Entry) -> Complaint:
        """Another one's turn."""
        return replace(
            complaint,
            status=APPEALED,
            handlers=(complaint.handler, self.handler),
            appealed_at=entry.at,
            appeal=self.text,
            due=self.due,
        )


@dataclass(frozen=True)
class AppealAnswered:
    """What was found on appeal, which is final."""

    findings: str
    reasons: tuple[str, ...] = private(PARTIES, default=())

    def apply(self, complaint: Complaint, entry: Entry) -> Complaint:
        """It is over."""
        return replace(
            complaint,
            status=CLOSED,
            review=Decision(self.findings, self.reasons, entry.at),
            due=None,
        )


@dataclass(frozen=True)
class ComplaintClosed:
    """Nobody has appealed in time."""

    def apply(self, complaint: Complaint, entry: Entry) -> Complaint:
        """It is over."""
        return self.moved(complaint)

    def moved(self, complaint: Complaint) -> Complaint:
        """The complaint when it is over; when that was put on record does not matter."""
        return replace(complaint, status=CLOSED, due=None)


def _handled(complaint: Complaint, entry: Entry) -> Complaint:
    """The complaint, handled by who made the entry; on appeal, who decided before still counts
    alone.
    """
    person = entry.actor.person
    if not person or complaint.appealed_at:
        return complaint
    return replace(complaint, acted=complaint.acted | {person})


ByTime = ComplaintAccepted | ComplaintClimbed | ComplaintClosed
"""What time brings, with nobody acting."""

Payload = (
    ComplaintFiled
    | ByTime
    | ComplaintRefused
    | AnswerExtended
    | OfficeAsked
    | ComplaintAnswered
    | ComplaintAppealed
    | AppealAnswered
)
ACTS: Mapping[str, type[Any]] = {
    payload.__name__: payload
    for payload in (
        ComplaintFiled,
        ComplaintAccepted,
        ComplaintRefused,
        ComplaintClimbed,
        AnswerExtended,
        OfficeAsked,
        ComplaintAnswered,
        ComplaintAppealed,
        AppealAnswered,
        ComplaintClosed,
    )
}


def fold(stream: str, entries: Iterable[Entry]) -> Complaint | None:
    """The complaint as its entries tell it; None before it is filed."""
    complaint: Complaint | None = None
    for entry in entries:
        for payload in payloads_of(entry):
            complaint = payload.apply(complaint, entry)  # type: ignore[arg-type]
        if complaint:
            complaint = replace(complaint, version=entry.seq)
    return complaint


def payloads_of(entry: Entry) -> Sequence[Payload]:
    """What an entry's acts say."""
    return [from_act(ACTS[act.type], act) for act in entry.acts]
