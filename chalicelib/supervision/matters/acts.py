"""What can be on record of a supervision matter: each act with what it says and what follows from
it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from chalicelib.kernel.acts import from_act, private, public
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.values import dataclass
from chalicelib.supervision.matters.values import (
    ANSWERED,
    OPEN,
    RULED,
    SUPERVISOR,
    UNANSWERED,
    Answer,
    Answerable,
    Matter,
    Ruling,
    Subject,
)

OFFICE = "office"  # the private group: what was written, which may name persons


@dataclass(frozen=True)
class MatterOpened:
    """An office has to answer: to a card, a supervision order, or for a measure to be carried
    out.
    """

    kind: str
    department: str
    officers: tuple[str, ...]
    heads: tuple[str, ...]
    supervisor: str
    rung: str
    due: date
    level: str = ""
    case: str = ""
    number: str = ""
    item: str = ""
    measure: str = ""
    cause: Mapping[str, Any] = public(default={})
    text: str = private(OFFICE, default="")

    def apply(self, matter: Matter | None, entry: Entry) -> Matter:
        """The matter as it begins."""
        return Matter(
            id=entry.stream.partition("#")[2],
            kind=self.kind,
            level=self.level,
            subject=Subject(self.department, self.case, self.number, self.item),
            answerable=Answerable(self.officers, self.heads, self.supervisor),
            cause=self.cause,
            text=self.text,
            measure=self.measure,
            opened_at=entry.at,
            version=entry.seq,
            rung=self.rung,
            due=self.due,
        )


@dataclass(frozen=True)
class AnswerGiven:
    """The office explains itself, or says what it has put right; ``due`` is the last day for
    supervision to rule. ``summary`` is for the public, ``text`` for supervision.
    """

    way: str
    due: date
    summary: str
    text: str = private(OFFICE, default="")

    def apply(self, matter: Matter, entry: Entry) -> Matter:
        """It waits for supervision now."""
        answer = Answer(
            self.way,
            self.text,
            self.summary,
            entry.at,
            entry.actor.person,
            entry.actor.post,
        )
        return replace(
            matter,
            status=ANSWERED,
            answers=(*matter.answers, answer),
            rung=SUPERVISOR,
            due=self.due,
        )


@dataclass(frozen=True)
class MatterClimbed:
    """Nobody acted in time, so it is the turn of the next ``rung``, until ``due``."""

    rung: str
    due: date | None = None

    def apply(self, matter: Matter, entry: Entry) -> Matter:
        """The next rung's turn."""
        return self.moved(matter)

    def moved(self, matter: Matter) -> Matter:
        """The matter with the next rung; when that was put on record does not matter."""
        status = matter.status
        if self.rung == SUPERVISOR:
            status = UNANSWERED
        return replace(
            matter,
            rung=self.rung,
            due=self.due or matter.due,
            status=status,
        )


@dataclass(frozen=True)
class AnswerReturned:
    """What the office said does not do: it answers once more, until ``due``."""

    rung: str
    due: date
    summary: str
    reasons: tuple[str, ...] = private(OFFICE, default=())

    def apply(self, matter: Matter, entry: Entry) -> Matter:
        """The office's turn again."""
        return replace(
            matter,
            status=OPEN,
            rung=self.rung,
            due=self.due,
            returned=matter.returned + 1,
        )


@dataclass(frozen=True)
class MatterRuled:
    """Supervision has ruled; where somebody is held to account, by ``measure``, which is a matter
    of its own (``opened``).
    """

    ruling: str
    summary: str
    measure: str = ""
    opened: str = ""
    reasons: tuple[str, ...] = private(OFFICE, default=())

    def apply(self, matter: Matter, entry: Entry) -> Matter:
        """It is over."""
        ruling = Ruling(
            self.ruling,
            self.summary,
            self.reasons,
            self.measure,
            self.opened,
            entry.at,
        )
        return replace(
            matter,
            status=RULED,
            due=None,
            ruling=ruling,
        )


Payload = MatterOpened | AnswerGiven | MatterClimbed | AnswerReturned | MatterRuled
ACTS: Mapping[str, type[Any]] = {
    payload.__name__: payload
    for payload in (MatterOpened, AnswerGiven, MatterClimbed, AnswerReturned, MatterRuled)
}


def fold(stream: str, entries: Iterable[Entry]) -> Matter | None:
    """The matter as its entries tell it; None before it is opened."""
    matter: Matter | None = None
    for entry in entries:
        matter = after(matter, entry, payloads_of(entry))
    return matter


def payloads_of(entry: Entry) -> Sequence[Payload]:
    """What an entry's acts say."""
    return [from_act(ACTS[act.type], act) for act in entry.acts]


def after(matter: Matter | None, entry: Entry, payloads: Iterable[Any]) -> Matter | None:
    """The matter after further acts of an entry."""
    for payload in payloads:
        matter = payload.apply(matter, entry)
    return replace(matter, version=entry.seq) if matter else None
