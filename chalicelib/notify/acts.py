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
DIGEST = ("day", "messages", "collected")
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
    "case.accepted_by_silence": ACCEPTANCE,
    "case.not_accepted": (),
    "case.granted": (),
    "case.refused": (),
    "case.decided": (),
    "case.withdrawn": (),
    "case.opened": (),
    "case.extension_granted": ("days",),
    "case.extension_granted_in_days": ("days",),
    "case.limits_recounted": ("cause", "moved"),
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
    "case.party_ended": (),
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
    "supervision.finding": ("finding", "rule"),
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
    "settings.mail_returned": (),
    "digest.person": DIGEST,
    "digest.office": (*DIGEST, "open", "new", "overdue", "warnings"),
}
# What the law has delivered in time, or what obliges an office by a day: its mail waits for no
# digest.
BINDING = frozenset(
    {
        "case.supplement_requested",
        "case.accepted",
        "case.accepted_by_default",
        "case.not_accepted",
        "case.granted",
        "case.granted_tacitly",
        "case.refused",
        "case.decided",
        "case.ordered",
        "case.revoked",
        "case.corrected",
        "case.informed",
        "case.extension_granted",
        "case.extension_granted_in_days",
        "case.procedure_begun",
        "case.fee_assessed",
        "case.opened",
        "case.dropped",
        "case.lapsed",
        "case.at_window",
        "case.meeting_convened",
        "supervision.card",
        "supervision.order",
        "supervision.accountability",
        "supervision.climbed",
        "supervision.returned",
    }
)
# What the sentences of these kinds do not name: it is told in mail, line by line.
UNSPOKEN = frozenset({"collected"})
MAIL = "mail"
BOTH = ""  # no language chosen: nobody knows which one a mailbox reads
# Characters of a text message, alone or as part of a longer one.
UCS2, PLAIN = (70, 67), (160, 153)
NOT_PLAIN = frozenset("`^{}[]~|\\")  # of ASCII, not in the alphabet of GSM or two of its characters


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

    @property
    def is_digest(self) -> bool:
        """Whether it sums up others."""
        return self.kind.startswith("digest.")

    @property
    def is_urgent(self) -> bool:
        """Whether its mail waits for no digest: what the law has delivered, red warnings, digests
        themselves.
        """
        if self.kind in BINDING or self.is_digest:
            return True
        return self.level == "red"

    def goes_by(self, channel: str) -> bool:
        """Whether it is sent by a channel at all: a digest is mail, and word of mail that came back
        is none.
        """
        if channel == MAIL:
            return self.kind != "settings.mail_returned"
        return not self.is_digest


def sentence(kind: str, params: Mapping[str, Any], case_number: str, language: str) -> str:
    """What the person reads, in ``zh-CN`` or ``en``."""
    said = {
        name: _worded(value, language) for name, value in params.items() if name not in UNSPOKEN
    }
    return say(
        f"message.{kind}",
        language,
        **said | {"case_number": case_number},
    )


def mail(message: Message, language: str = BOTH) -> tuple[str, str]:
    """Subject and text of the mail, in ``language`` or in both."""
    spoken = (language,) if language else LANGUAGES
    subjects = [_subject(message, each) for each in spoken]
    paragraphs: list[str] = []
    for each in spoken:
        paragraphs += _paragraphs(message, each)
    return " / ".join(subjects), "\n\n".join(paragraphs) + "\n"


def _subject(message: Message, language: str) -> str:
    if message.is_digest:
        return say("message.mail-subject-digest", language, day=message.params["day"])
    if not message.case_number:
        return say(_subject_without_case(message), language)
    return say(
        "message.mail-subject",
        language,
        case_number=message.case_number,
    )


def _subject_without_case(message: Message) -> str:
    if message.kind.startswith("supervision."):
        return "message.mail-subject-of-matter"
    if message.kind.startswith("complaint."):
        return "message.mail-subject-of-complaint"
    return "message.mail-subject-plain"


def _paragraphs(message: Message, language: str) -> list[str]:
    told = sentence(
        message.kind,
        message.params,
        message.case_number,
        language,
    )
    lines = [_line(each, language) for each in message.params.get("collected", ())]
    closing = say("message.mail-closing", language)
    return [told, *lines, closing]


def _line(collected: Mapping[str, Any], language: str) -> str:
    """One message of those that a digest sums up: ``{kind, params, case_number}``."""
    told = sentence(
        collected["kind"],
        collected["params"],
        collected["case_number"],
        language,
    )
    return f"- {told}"


def text_message(message: Message, language: str = BOTH) -> str:
    """What a mobile telephone shows: one sentence, in Chinese unless another language is chosen,
    for it is paid by length.
    """
    return sentence(
        message.kind,
        message.params,
        message.case_number,
        language or LANGUAGES[0],
    )


def parts_of(text: str) -> int:
    """As how many text messages a text is counted (3GPP TS 23.038, 23.040): 70 characters of UCS-2,
    or 160 where plain letters and figures are all there is; fewer of each where it takes several.
    """
    if text.isascii() and NOT_PLAIN.isdisjoint(text):
        characters, alone, of_several = len(text), *PLAIN
    else:
        characters, alone, of_several = len(text.encode("utf-16-be")) // 2, *UCS2
    return 1 if characters <= alone else -(-characters // of_several)


def _worded(value: Any, language: str) -> str:
    if isinstance(value, Mapping):
        return str(value["zh" if language == LANGUAGES[0] else "en"])
    return str(value)
