"""What follows from the entries of a complaint: the bus is told, the lists follow. A feed handler.

The complaint's row is the done-marker: it is written last, on condition of its version.
"""

from chalicelib.kernel import bus, log, stores
from chalicelib.kernel.journal import Entry
from chalicelib.supervision import records, turns
from chalicelib.supervision.complaints import acts, events, lists, use_cases
from chalicelib.supervision.complaints.acts import ComplaintClimbed, ComplaintFiled
from chalicelib.supervision.complaints.values import Complaint


def project(stream: str, age: float = 0.0) -> bool:
    """Bring a complaint's consequences up to date; whether it was behind."""
    return records.follow(
        stream,
        lists.ROW,
        acts.fold,
        _bring_about,
        _show,
    )


def _show(complaint: Complaint, shown: int) -> bool:
    _show_in_month(complaint)
    return stores.views().put(lists.row_of(complaint), expect=shown)


def _show_in_month(complaint: Complaint) -> None:
    """Whoever is late does not put an earlier state in the place of a later one."""
    row = lists.of_month_row(complaint)
    before = stores.views().get(*row.key)
    shown = before.version if before else 0
    if shown < complaint.version:
        stores.views().put(row, expect=shown)


def _bring_about(complaint: Complaint, entry: Entry) -> None:
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
    return records.has_moved(
        use_cases.apply_time(complaint),
        project,
        lists.row_of,
    )
