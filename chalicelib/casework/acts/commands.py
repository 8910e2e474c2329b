"""What can be asked of a case."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from chalicelib.casework.acts.office_commands import (
    AnswerExtension,
    ApproveMove,
    AskExtension,
    BeginProcedure,
    Correct,
    EndProcedure,
    OrderRefund,
    ProposeMove,
    Recuse,
    Revoke,
)
from chalicelib.kernel.values import dataclass


@dataclass(frozen=True)
class Claim:
    """Take a task as one's own work. ``lapsed`` names a claimer who no longer holds the post, if
    that is so.
    """

    visit: str
    lapsed: str = ""


@dataclass(frozen=True)
class Release:
    """Give a claimed task back; the head frees it from its claimer, with reasons."""

    visit: str
    lapsed: str = ""
    reasons: Sequence[str] = ()
    by_head: bool = False


@dataclass(frozen=True)
class Assign:
    """Give a task to another holder of its post: handed over by its claimer, or reassigned by the
    head.
    """

    visit: str
    to: str
    reasons: Sequence[str] = ()
    by_head: bool = False


@dataclass(frozen=True)
class CompleteTask:
    """Complete an officer's task with one of its outcomes, and what that outcome puts on record.

    ``parties`` are persons with their relation; ``measure`` with ``amount_fen`` is what is ordered;
    ``way`` and ``tracking`` how the result was delivered; ``fee_fen`` what the item's rule makes of
    the form. ``delegation`` is the id of the one under which another post acts; ``substitute``: by
    who stands in for the holder of the post. ``colleagues`` are those of the ``parties`` who work
    at a post to which the case may still come.
    """

    visit: str
    outcome: str
    reasons: Sequence[str] = ()
    defects: Sequence[Mapping[str, str]] = ()
    opinion: str = ""
    parties: Sequence[Mapping[str, str]] = ()
    minutes: str = ""
    resolution: str = ""
    attendees: Sequence[str] = ()
    measure: str = ""
    amount_fen: int | None = None
    way: str = ""
    tracking: str = ""
    note: str = ""
    lapsed: str = ""
    fee_fen: int | None = None
    delegation: str = ""
    substitute: bool = False
    colleagues: Sequence[str] = ()


@dataclass(frozen=True)
class Convene:
    """The coordinator convenes the joint meeting: posts invited, and the day."""

    visit: str
    on: date
    invited: Sequence[str]
    lapsed: str = ""


@dataclass(frozen=True)
class Report:
    """A milestone of the work on a task, ``reached_at`` a moment that is not to come."""

    visit: str
    title: str
    reached_at: datetime
    lapsed: str = ""


@dataclass(frozen=True)
class Supplement:
    """The applicant's answer to the one supplement notice, or the materials owed since acceptance.

    ``owed`` are codes of the waivable materials that a changed form asks for and that are not there
    yet; None where the form stays.
    """

    materials: Sequence[Mapping[str, Any]]
    form: Mapping[str, Any] | None = None
    owed: Sequence[str] | None = None


@dataclass(frozen=True)
class Withdraw:
    """The applicant takes the application back."""

    reason: str = ""


@dataclass(frozen=True)
class StateViews:
    """A party that was told states its views, or that it has none; ``hearing`` asks for one.

    ``party`` is named where somebody else speaks for it.
    """

    text: str = ""
    hearing: bool = False
    party: str = ""


@dataclass(frozen=True)
class FileObjection:
    """Somebody objects during the public notice period."""

    text: str


@dataclass(frozen=True)
class Collect:
    """The party confirms that the result has reached it online."""


@dataclass(frozen=True)
class DeliverAtWindow:
    """The result is handed to the party, who is present at a window."""


@dataclass(frozen=True)
class ShowAtWindow:
    """The case is shown to the party, who is present at a window."""


@dataclass(frozen=True)
class AtWindow:
    """What a window officer does for the party who is present: ``evidence`` is how that is known,
    and the consent.
    """

    act: Supplement | DeliverAtWindow | ShowAtWindow
    service_point: str
    evidence: Mapping[str, Any]


@dataclass(frozen=True)
class Pay:
    """The payment provider reports what it did under an order: ``paid`` or ``refunded``."""

    order: str
    event: str
    amount_fen: int


@dataclass(frozen=True)
class LinkCase:
    """Another case, ``number``, is about this one."""

    relation: str
    number: str


@dataclass(frozen=True)
class RecordCertificate:
    """The machine reports the certificate that it signed."""

    certificate: str


@dataclass(frozen=True)
class RecordReplacement:
    """The machine reports the certificate that it signed in the place of a mistaken one."""

    certificate: str


@dataclass(frozen=True)
class RecordPartyEnd:
    """The applicant is no more: dead, or a company that was dissolved; ``cause`` says which."""

    cause: str


@dataclass(frozen=True)
class ApplyDeadlines:
    """Time has passed: whatever is due happens."""


@dataclass(frozen=True)
class RecountLimits:
    """The calendar has changed; ``before`` is its edition of the last time, where one is known."""

    before: str = ""


Command = (
    Claim
    | Release
    | Assign
    | CompleteTask
    | Convene
    | Report
    | Supplement
    | Withdraw
    | StateViews
    | FileObjection
    | Collect
    | AtWindow
    | Pay
    | BeginProcedure
    | EndProcedure
    | AskExtension
    | AnswerExtension
    | Correct
    | Recuse
    | Revoke
    | OrderRefund
    | ProposeMove
    | ApproveMove
    | LinkCase
    | RecordCertificate
    | RecordReplacement
    | RecordPartyEnd
    | ApplyDeadlines
    | RecountLimits
)
