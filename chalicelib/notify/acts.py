"""What a message is and how it reads in each language; pure."""

import base64
import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.kernel.texts import LANGUAGES, say
from chalicelib.kernel.values import dataclass

WARNING = ("clock", "due")
ACCEPTANCE = ("accepted_on", "decide_by")
MATTER = ("matter", "due")
COMPLAINT = ("complaint", "due")
OFFER = ("mandate", "party", "until")
MANDATE = (*OFFER, "grantee")
# Each kind of message, with the parameters that its sentence names beside the case number.
KINDS: Mapping[str, tuple[str, ...]] = {
    "warning.reminder": WARNING,
    "warning.yellow": WARNING,
    "warning.red": WARNING,
    "case.filed": (),
    "case.supplement_requested": (),
    "case.accepted": ACCEPTANCE,
    "case.accepted_by_default": ACCEPTANCE,
    "case.not_accepted": (),
    "case.granted": (),
    "case.refused": (),
    "case.decided": (),
    "case.withdrawn": (),
    "case.opened": (),
    "case.extension_granted": ("days",),
    "case.extension_granted_in_days": ("days",),
    "case.procedure_begun": ("procedure", "days"),
    "case.procedure_ended": ("procedure",),
    "case.informed": (),
    "case.fee_assessed": ("yuan",),
    "case.fee_paid": ("yuan",),
    "case.refund_ordered": ("yuan",),
    "case.refunded": ("yuan",),
    "case.delivered": ("way",),
    "case.revoked": (),
    "case.corrected": (),
    "case.ordered": (),
    "case.dropped": (),
    "case.lapsed": (),
    "case.granted_tacitly": (),
    "case.meeting_convened": ("on",),
    "case.moved": ("version",),
    "case.at_window": ("done", "point"),
    "certificate.issued": (),
    "certificate.replaced": (),
    "supervision.card": MATTER,
    "supervision.order": MATTER,
    "supervision.accountability": MATTER,
    "supervision.climbed": MATTER,
    "supervision.answered": MATTER,
    "supervision.returned": MATTER,
    "supervision.ruled": ("matter",),
    "complaint.filed": COMPLAINT,
    "complaint.climbed": COMPLAINT,
    "complaint.appealed": COMPLAINT,
    "complaint.accepted": COMPLAINT,
    "complaint.refused": COMPLAINT,
    "complaint.extended": COMPLAINT,
    "complaint.answered": COMPLAINT,
    "complaint.appeal_answered": ("complaint",),
    "mandate.offered": OFFER,
    "mandate.guardianship": OFFER,
    "mandate.granted": MANDATE,
    "mandate.accepted": MANDATE,
    "mandate.limited": MANDATE,
    "mandate.ended": ("mandate", "party", "grantee"),
}


@dataclass(frozen=True)
class Message:
    """Something that a person is told.

    ``source`` is the id of the event behind it, the same whenever it is told again; ``at`` its
    official time; ``case_number`` is empty where it is about no case. Params are text, or ``{zh,
    en}``. Raises ValueError for an unknown kind or a missing parameter.
    """

    source: str
    kind: str
    params: Mapping[str, Any]
    case_number: str
    at: datetime
    level: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no message of kind {self.kind!r}")
        if missing := [name for name in KINDS[self.kind] if name not in self.params]:
            raise ValueError(f"{self.kind} lacks {missing}")

    @property
    def id(self) -> str:
        """The same for the same event and kind: what makes telling twice one message."""
        digest = hashlib.sha256(f"{self.source}|{self.kind}".encode()).digest()
        return base64.b32encode(digest).decode().lower()[:26]


def sentence(kind: str, params: Mapping[str, Any], case_number: str, language: str) -> str:
    """What the person reads, in ``zh-CN`` or ``en``."""
    said = {name: _worded(value, language) for name, value in params.items()}
    return say(
        f"message.{kind}",
        language,
        **said | {"case_number": case_number},
    )


def mail(message: Message) -> tuple[str, str]:
    """Subject and text of the mail, in both languages: nobody knows which one a mailbox reads."""
    texts = [
        sentence(
            message.kind,
            message.params,
            message.case_number,
            language,
        )
        for language in LANGUAGES
    ]
    closings = [say("message.mail-closing", language) for language in LANGUAGES]
    about = _subject_of(message)
    subject = " / ".join(
        say(
            about,
            x,
            case_number=message.case_number,
        )
        for x in LANGUAGES
    )
    parts = [
        part
        for pair in zip(
            texts,
            closings,
            strict=True,
        )
        for part in pair
    ]
    return subject, "\n\n".join(parts) + "\n"


def _subject_of(message: Message) -> str:
    if message.case_number:
        return "message.mail-subject"
    if "complaint" in message.params:
        return "message.mail-subject-of-complaint"
    return "message.mail-subject-of-matter"


def text_message(message: Message) -> str:
    """What a mobile telephone shows: the sentence in Chinese alone, for it is paid by length."""
    return sentence(
        message.kind,
        message.params,
        message.case_number,
        LANGUAGES[0],
    )


def _worded(value: Any, language: str) -> str:
    if isinstance(value, Mapping):
        return str(value["zh" if language == LANGUAGES[0] else "en"])
    return str(value)
