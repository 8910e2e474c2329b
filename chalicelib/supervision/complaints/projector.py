"""What follows from the entries of a complaint: the bus is told, the lists follow. A feed handler.

The complaint's row is the done-marker: it is written last, on condition of its version.
"""

from collections.abc import Sequence

from chalicelib.kernel import bus, log, stores
from chalicelib.kernel.journal import Entry
from chalicelib.supervision import turns
from chalicelib.supervision.complaints import acts, events, lists, use_cases
from chalicelib.supervision.complaints.acts import ComplaintClimbed, ComplaintFiled
from chalicelib.supervision.complaints.values import Complaint


def project(stream: str, age: float = 0.0) -> bool:
    """Bring a complaint's consequences up to date; whether it was behind."""
    entries = stores.journal().read(stream)
    row = stores.views().get(stream, lists.ROW)
    shown = row.version if row else 0
    if len(entries) <= shown:
        return False
    for entry in entries[shown:]:
        _bring_about(stream, entries[: entry.seq])
    complaint = acts.fold(stream, entries)
    assert complaint is not None, "what has entries is there"
    _show_in_month(complaint)
    return stores.views().put(lists.row_of(complaint), expect=shown)


def _show_in_month(complaint: Complaint) -> None:
    """Whoever is late does not put an earlier state in the place of a later one."""
    row = lists.of_month_row(complaint)
    before = stores.views().get(*row.key)
    shown = before.version if before else 0
    if shown < complaint.version:
        stores.views().put(row, expect=shown)


def _bring_about(stream: str, until: Sequence[Entry]) -> None:
    """What follows from the last of these entries; safe to repeat."""
    complaint = acts.fold(stream, until)
    assert complaint is not None, "what has entries is there"
    entry = until[-1]
    bus.publish(events.of_entry(complaint, entry))
    _count(complaint, entry)


def _count(complaint: Complaint, entry: Entry) -> None:
    for payload in acts.payloads_of(entry):
        if isinstance(payload, ComplaintFiled):
            log.line(
                "complaint filed",
                counts={"ComplaintsFiled": 1},
                dimensions={"kind": complaint.kind},
                complaint=complaint.id,
            )
        if isinstance(payload, ComplaintClimbed):
            log.line(
                "complaint climbed",
                counts={"ComplaintsClimbed": 1},
                complaint=complaint.id,
            )


def sweep() -> dict[str, int]:
    """Every complaint whose turn is over moves on, once."""
    return turns.sweep(lists.ROW, _move_on, "ComplaintFailures")


def _move_on(complaint: str) -> bool:
    """Whether time has brought anything."""
    result = use_cases.apply_time(complaint)
    if result.is_new:
        return True
    # Its row still stands at an earlier place: what the calendar moved, or what was not shown yet.
    if result.state and not project(result.entry.stream):
        stores.views().put(
            lists.row_of(result.state),
            expect=result.state.version,
        )
    return False
