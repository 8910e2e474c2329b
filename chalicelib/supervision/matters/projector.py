"""What follows from the entries of a supervision matter: the bus is told, the lists follow. A feed
handler.

The matter's row is the done-marker: it is written last, on condition of its version.
"""

from collections.abc import Sequence

from chalicelib.kernel import bus, log, stores
from chalicelib.kernel.journal import Entry
from chalicelib.supervision import turns
from chalicelib.supervision.matters import acts, events, lists, use_cases
from chalicelib.supervision.matters.acts import MatterClimbed, MatterOpened
from chalicelib.supervision.matters.values import Matter


def project(stream: str, age: float = 0.0) -> bool:
    """Bring a matter's consequences up to date; whether it was behind."""
    entries = stores.journal().read(stream)
    row = stores.views().get(stream, lists.ROW)
    shown = row.version if row else 0
    if len(entries) <= shown:
        return False
    for entry in entries[shown:]:
        _bring_about(stream, entries[: entry.seq])
    matter = acts.fold(stream, entries)
    assert matter is not None, "what has entries is there"
    if matter.subject.case:
        stores.views().put(lists.of_case_row(matter))
    return stores.views().put(lists.row_of(matter), expect=shown)


def _bring_about(stream: str, until: Sequence[Entry]) -> None:
    """What follows from the last of these entries; safe to repeat."""
    matter = acts.fold(stream, until)
    assert matter is not None, "what has entries is there"
    entry = until[-1]
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
    """Whether time has brought anything."""
    result = use_cases.apply_time(matter)
    if result.is_new:
        return True
    # Its row still stands at an earlier place: what the calendar moved, or what was not shown yet.
    if result.state and not project(result.entry.stream):
        stores.views().put(
            lists.row_of(result.state),
            expect=result.state.version,
        )
    return False
