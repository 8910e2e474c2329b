"""What one entry of a supervision matter adds to the counters and to the board; pure."""

from collections.abc import Iterator
from datetime import date

from chalicelib.kernel.journal import Entry
from chalicelib.supervision.matters import acts
from chalicelib.supervision.matters.acts import (
    AnswerGiven,
    MatterClimbed,
    MatterOpened,
    MatterRuled,
)
from chalicelib.supervision.matters.values import Matter
from chalicelib.supervision.statistics import counts
from chalicelib.supervision.statistics.counts import Count, Subject

NONE = "-"  # a matter that is about no item, or has no level


def of_entry(matter: Matter, entry: Entry) -> list[Count]:
    """All that the entry adds; ``matter`` is as it was after it."""
    found: list[Count] = []
    for payload in acts.payloads_of(entry):
        found += _of_payload(
            matter,
            payload,
            entry.at.date(),
        )
    return found


def _of_payload(matter: Matter, payload: acts.Payload, day: date) -> Iterator[Count]:
    subject = Subject(
        day,
        matter.subject.department,
        matter.subject.item,
    )
    if isinstance(payload, MatterOpened):
        yield from subject.counted(f"{matter.kind}_opened")
        yield _on_board(matter, 1)
    elif isinstance(payload, AnswerGiven):
        yield from subject.counted(f"{matter.kind}_answered")
    elif isinstance(payload, MatterClimbed):
        yield from subject.counted(f"{matter.kind}_climbed")
    elif isinstance(payload, MatterRuled):
        yield from subject.counted(f"{matter.kind}_ruled")
        yield _on_board(matter, -1)


def _on_board(matter: Matter, amount: int) -> Count:
    where = counts.place(
        matter.subject.department,
        matter.kind,
        matter.level or NONE,
        matter.subject.item or NONE,
    )
    opened_on = matter.opened_at.date()
    return Count((counts.BOARD, where), opened_on.isoformat(), amount)
