"""How a supervision matter is shown: to offices in full, to the public without what was written for
the office.
"""

from collections.abc import Mapping
from typing import Any

from chalicelib.kernel import clock
from chalicelib.supervision.matters.values import Answer, Matter, Ruling


def full(matter: Matter) -> dict[str, Any]:
    """The whole page; the schema says of each field who sees it."""
    return {
        **summary(matter),
        "id": matter.id,
        "cause": dict(matter.cause),
        "text": matter.text or None,
        "officers": list(matter.answerable.officers),
        "heads": list(matter.answerable.heads),
        "answers": [_answer(answer) for answer in matter.answers],
        "ruling": _ruling(matter.ruling),
    }


def summary(matter: Matter) -> dict[str, Any]:
    """A matter in a list."""
    return {
        "kind": matter.kind,
        "level": matter.level or None,
        "department": matter.subject.department,
        "number": matter.subject.number or None,
        "item": matter.subject.item or None,
        "measure": matter.measure or None,
        "opened_at": clock.stamp(matter.opened_at),
        "status": matter.status,
        "rung": matter.rung,
        "due": matter.due.isoformat() if matter.due else None,
    }


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "way": answer.way,
        "post": answer.post,
        "at": clock.stamp(answer.at),
        "summary": answer.summary,
        "text": answer.text,
    }


def _ruling(ruling: Ruling | None) -> Mapping[str, Any] | None:
    if ruling is None:
        return None
    return {
        "ruling": ruling.ruling,
        "measure": ruling.measure or None,
        "opened": ruling.opened or None,
        "at": clock.stamp(ruling.at),
        "summary": ruling.summary,
        "reasons": list(ruling.reasons),
    }
