"""What a supervision matter is: something that obliges an office to answer, and supervision to
rule.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from chalicelib.kernel.values import dataclass

CARD, ORDER, ACCOUNTABILITY = "card", "order", "accountability"
KINDS = (CARD, ORDER, ACCOUNTABILITY)

# What waits for whom.
OPEN, ANSWERED, UNANSWERED, RULED = "open", "answered", "unanswered", "ruled"
STATUSES = (OPEN, ANSWERED, UNANSWERED, RULED)

EXPLAINED, CORRECTED = "explained", "corrected"
WAYS = (EXPLAINED, CORRECTED)

UPHELD, WITHDRAWN, SETTLED, HELD_TO_ACCOUNT, CARRIED_OUT, RETURNED = (
    "upheld",
    "withdrawn",
    "settled",
    "accountability",
    "carried_out",
    "returned",
)
# What supervision may say of each kind of matter.
RULINGS: Mapping[str, tuple[str, ...]] = {
    CARD: (UPHELD, WITHDRAWN, HELD_TO_ACCOUNT, RETURNED),
    ORDER: (SETTLED, WITHDRAWN, HELD_TO_ACCOUNT, RETURNED),
    ACCOUNTABILITY: (CARRIED_OUT, WITHDRAWN, RETURNED),
}
MEASURES = ("talk", "criticism", "correction", "referral")

# The ladder: who is to act, from the officers upward.
OFFICERS, HEAD, SUPERVISOR, GOVERNMENT = "officers", "head", "supervisor", "government"


@dataclass(frozen=True)
class Subject:
    """What a matter is about: an authority, and where there is one a case (id, public number,
    item).
    """

    department: str
    case: str = ""
    number: str = ""
    item: str = ""


@dataclass(frozen=True)
class Answerable:
    """By which posts a matter is answered, first ``officers``, then ``heads``; ``supervisor`` is the
    post that rules, empty where nobody knows it.
    """

    officers: tuple[str, ...]
    heads: tuple[str, ...]
    supervisor: str


@dataclass(frozen=True)
class Answer:
    """What the office said to a matter: that it explains or has corrected; ``summary`` is what the
    public reads of it.
    """

    way: str
    text: str
    summary: str
    at: datetime
    person: str
    post: str


@dataclass(frozen=True)
class Ruling:
    """What supervision made of it; ``measure`` where somebody is held to account, in the matter
    ``opened`` for it.
    """

    ruling: str
    summary: str
    reasons: tuple[str, ...]
    measure: str
    opened: str
    at: datetime


@dataclass(frozen=True)
class Matter:
    """A matter as its entries tell it.

    ``rung`` is who is to act now; ``due`` the last day for it, None once it is ruled. ``cause``
    says what led to it: a warning (clock, level, due, entry), a finding, a complaint or a matter.
    """

    id: str
    kind: str
    level: str
    subject: Subject
    answerable: Answerable
    cause: Mapping[str, Any]
    text: str
    measure: str
    opened_at: datetime
    version: int
    rung: str
    due: date | None
    status: str = OPEN
    answers: tuple[Answer, ...] = ()
    returned: int = 0
    ruling: Ruling | None = None

    @property
    def answering_posts(self) -> tuple[str, ...]:
        """The posts by which it may be answered: at any time also the head's."""
        posts = (*self.answerable.officers, *self.answerable.heads)
        return tuple(dict.fromkeys(posts))

    @property
    def waits_for_office(self) -> bool:
        """Whether the office's answer is still taken."""
        return self.status in (OPEN, UNANSWERED)
