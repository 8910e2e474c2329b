"""Who is told of what becomes of a complaint: whose turn it is, and the complainant, where they
have an account. No message says what was complained of, or by whom.
"""

from collections.abc import Mapping
from typing import Any

from chalicelib import notify
from chalicelib.kernel import stores
from chalicelib.notify import Message, Recipient
from chalicelib.supervision.complaints import acts
from chalicelib.supervision.complaints.acts import (
    AnswerExtended,
    AppealAnswered,
    ComplaintAccepted,
    ComplaintAnswered,
    ComplaintAppealed,
    ComplaintClimbed,
    ComplaintFiled,
    ComplaintRefused,
    Payload,
)
from chalicelib.supervision.complaints.values import Complaint

TO_HANDLER: dict[type, str] = {
    ComplaintFiled: "complaint.filed",
    ComplaintClimbed: "complaint.climbed",
    ComplaintAppealed: "complaint.appealed",
}
TO_COMPLAINANT: dict[type, str] = {
    ComplaintAccepted: "complaint.accepted",
    ComplaintRefused: "complaint.refused",
    AnswerExtended: "complaint.extended",
    ComplaintAnswered: "complaint.answered",
    AppealAnswered: "complaint.appeal_answered",
}
KINDS = (*TO_HANDLER.values(), *TO_COMPLAINANT.values())


def tell(event: Mapping[str, Any], attempt: str = "") -> None:
    """One bus event; telling it twice is telling it once. ``attempt`` is the id of the queue's
    message, the same for each of its tries.
    """
    detail = event["detail"]
    stream = f"complaint#{detail['complaint']}"
    entries = stores.journal().read(stream)[: detail["seq"]]
    complaint = acts.fold(stream, entries)
    assert complaint is not None, "what is told of is on record"
    payload = acts.payloads_of(entries[-1])[detail["act"]]
    kind = TO_HANDLER.get(type(payload)) or TO_COMPLAINANT.get(type(payload))
    if kind is None:
        return
    message = Message(
        f"{stream}#{detail['seq']}.{detail['act']}",
        kind,
        _params(complaint),
        "",
        entries[-1].at,
    )
    notify.send_to_all(_told(complaint, payload), message, attempt)


def _params(complaint: Complaint) -> dict[str, str]:
    due = complaint.due.isoformat() if complaint.due else "-"
    return {"complaint": complaint.id, "due": due}


def _told(complaint: Complaint, payload: Payload) -> list[Recipient]:
    if type(payload) in TO_HANDLER:
        return notify.holders_of([complaint.handler])
    complainant = complaint.complainant
    if not complainant.person:
        return []
    contact = complainant.contact
    recipient = Recipient(
        complainant.person,
        contact.get("email", ""),
        contact.get("phone", ""),
    )
    return [recipient]
