"""Rules as it happens: an event of the bus makes those run that its act triggers. A case is read
once for all events of a batch.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib import casework
from chalicelib.kernel.journal import Entry
from chalicelib.supervision.rules.city import settings
from chalicelib.supervision.rules.documents import CASE, of_stream
from chalicelib.supervision.rules.findings import use_cases
from chalicelib.supervision.rules.running import judging, neighbours
from chalicelib.supervision.rules.watched import Watched


def watched_types() -> frozenset[str]:
    """The act types of cases that make a rule run."""
    types: set[str] = set()
    for rule in of_stream(CASE):
        types |= rule.triggers
    return frozenset(types)


class Batch:
    """Events that came together."""

    def __init__(self) -> None:
        self._read: dict[str, Sequence[Entry]] = {}
        self._judged: set[tuple[str, int]] = set()

    def watch(self, event: Mapping[str, Any]) -> None:
        """Run the rules on the entry that an event (its detail) tells of; safe to repeat."""
        case, seq = event["case"], event["seq"]
        if (case, seq) in self._judged:
            return
        entries = self._entries(case, seq)[:seq]
        calendar = casework.read_calendar()
        neighbours.lay(Watched(entries), calendar)
        watch(entries)
        self._judged.add((case, seq))

    def _entries(self, case: str, seq: int) -> Sequence[Entry]:
        read = self._read.get(case, ())
        if len(read) < seq:
            read = casework.read(case)
            self._read[case] = read
        return read


def watch(entries: Sequence[Entry]) -> int:
    """Run the rules on the last of these entries of a case; how many findings were new."""
    last = entries[-1]
    running = settings.running(CASE, last.at.date())
    triggered = judging.triggered(last, running)
    new = 0
    for found in judging.judge(Watched(entries), triggered):
        new += use_cases.raise_once(found.id, found.raised())
    return new
