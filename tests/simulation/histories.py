"""Cases by their history: folding is most of a simulation's time, and pure."""

from collections.abc import Sequence

from chalicelib.casework.acts import Case
from chalicelib.casework.acts.evolve import after, fold
from chalicelib.kernel.journal import Entry


class Histories:
    """Folds each history once, and a longer one from where the shorter one ended."""

    def __init__(self) -> None:
        self._cases: dict[tuple[str, ...], Case] = {}

    def fold(self, entries: Sequence[Entry]) -> Case:
        """What ``acts.fold`` makes of these entries."""
        history = tuple(entry.leaf for entry in entries)
        if history not in self._cases:
            self._cases[history] = self._folded(entries)
        return self._cases[history]

    def _folded(self, entries: Sequence[Entry]) -> Case:
        *before, entry = entries
        if not before:
            return fold(entries)
        return after(self.fold(before), entry)
