"""What the bus is told of supervision matters: ids, dates and codes, no persons and no words of
theirs.
"""

from collections.abc import Iterator
from typing import Any

from chalicelib.kernel import clock
from chalicelib.kernel.bus import Event
from chalicelib.kernel.journal import Entry
from chalicelib.supervision.matters import acts
from chalicelib.supervision.matters.acts import AnswerGiven, MatterRuled, Payload
from chalicelib.supervision.matters.values import Matter

SOURCE = "sunlit.supervision"


def of_entry(matter: Matter, entry: Entry) -> Iterator[Event]:
    """The events of one entry, in the order of its acts."""
    common = {
        "matter": matter.id,
        "kind": matter.kind,
        "level": matter.level or None,
        "department": matter.subject.department,
        "number": matter.subject.number or None,
        "seq": entry.seq,
        "at": clock.stamp(entry.at),
    }
    for place, payload in enumerate(acts.payloads_of(entry)):
        detail = {**common, "act": place, **_said(payload)}
        yield Event(SOURCE, type(payload).__name__, detail)


def _said(payload: Payload) -> dict[str, Any]:
    """What an act says that is for everybody."""
    match payload:
        case AnswerGiven():
            return {"way": payload.way, "due": payload.due.isoformat()}
        case MatterRuled():
            return {"ruling": payload.ruling}
    due = payload.due.isoformat() if payload.due else None
    return {"rung": payload.rung, "due": due}
