"""What the bus is told of complaints: ids, dates, codes and posts; nothing of who complains of
what.
"""

from collections.abc import Iterator
from typing import Any

from chalicelib.kernel import clock
from chalicelib.kernel.bus import Event
from chalicelib.kernel.journal import Entry
from chalicelib.supervision.complaints import acts
from chalicelib.supervision.complaints.acts import (
    AppealAnswered,
    ComplaintAccepted,
    ComplaintAnswered,
    ComplaintAppealed,
    ComplaintClimbed,
    OfficeAsked,
    Payload,
)
from chalicelib.supervision.complaints.values import Complaint
from chalicelib.supervision.matters.events import SOURCE


def of_entry(complaint: Complaint, entry: Entry) -> Iterator[Event]:
    """The events of one entry, in the order of its acts."""
    common = {
        "complaint": complaint.id,
        "kind": complaint.kind,
        "department": complaint.subject.department or None,
        "seq": entry.seq,
        "at": clock.stamp(entry.at),
    }
    for place, payload in enumerate(acts.payloads_of(entry)):
        due = getattr(payload, "due", None)
        detail = {
            **common,
            "act": place,
            "due": due.isoformat() if due else None,
            **_said(payload),
        }
        yield Event(SOURCE, type(payload).__name__, detail)


def _said(payload: Payload) -> dict[str, Any]:
    """What an act says besides its last day that is for everybody."""
    match payload:
        case ComplaintAccepted():
            return {"by_default": payload.by_default}
        case ComplaintClimbed() | ComplaintAppealed():
            return {"handler": payload.handler}
        case OfficeAsked():
            return {"matter": payload.matter}
        case ComplaintAnswered() | AppealAnswered():
            return {"findings": payload.findings}
    return {}
