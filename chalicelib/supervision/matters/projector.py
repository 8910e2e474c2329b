"""What follows from the entries of a supervision matter: the bus is told, the lists follow. A feed
handler.

The matter's row is the done-marker: it is written last, on condition of its version.
"""

from chalicelib.kernel import bus, log, stores
from chalicelib.kernel.journal import Entry
from chalicelib.supervision import records, turns
from chalicelib.supervision.matters import acts, events, lists, use_cases
from chalicelib.supervision.matters.acts import MatterClimbed, MatterOpened
from chalicelib.supervision.matters.values import Matter


def project(stream: str, age: float = 0.0) -> bool:
    """Bring a matter's consequences up to date; whether it was behind."""
    return records.follow(
        stream,
        lists.ROW,
        acts.fold,
        _bring_about,
        _show,
    )


def _show(matter: Matter, shown: int) -> bool:
    if matter.subject.case:
        stores.views().put(lists.of_case_row(matter))
    return stores.views().put(lists.row_of(matter), expect=shown)


def _bring_about(matter: Matter, entry: Entry) -> None:
    bus.publish(events.of_entry(matter, entry))
    _count(matter, entry)


def _count(matter: Matter, entry: Entry) -> None:
    for payload in acts.payloads_of(entry):
        if isinstance(payload, MatterOpened):
            log.line(
                "matter opened",
                counts={"MattersOpened": 1},
                dimensions={"kind": matter.kind},
                matter=matter.id,
            )
        if isinstance(payload, MatterClimbed):
            log.line(
                "matter climbed",
                counts={"MattersClimbed": 1},
                dimensions={"rung": payload.rung},
                matter=matter.id,
            )


def sweep() -> dict[str, int]:
    """Every matter whose turn is over climbs, once."""
    return turns.sweep(lists.ROW, _climb, "MatterFailures")


def _climb(matter: str) -> bool:
    return records.has_moved(
        use_cases.apply_time(matter),
        project,
        lists.row_of,
    )
