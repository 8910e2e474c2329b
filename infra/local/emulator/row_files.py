"""The rows of all tables on disk, as files of what has changed since the file before.

A snapshot writes the rows that have moved, not those that there are: what it costs grows with the
load alone. A generation of the emulator's state lists the files that it is made of, in order; a
later line of a row takes the place of an earlier one. Many files are merged into one by a process
of its own, while snapshots go on.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from ministack.services import dynamodb

from infra.local.emulator.patches import require

LISTED = "rows.json"  # in a generation: the names of its files
_MANY = 100  # files that are merged into one
# A table's ARN, and the two halves of a row's key.
Place = tuple[str, str, str]
Tables = dict[str, dict[str, Any]]
Filling = tuple[str, int]


@dataclass
class Change:
    """What one snapshot writes, and as which file: the rows that moved, or all of them."""

    name: str
    places: set[Place] = field(default_factory=set)
    is_whole: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether no file is needed."""
        return not self.places and not self.is_whole


class RowFiles:
    """Files of rows in ``folder``; ``files`` are the names of those that make up the tables."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files: list[str] = []
        self._moved: set[Place] = set()
        self._filled: dict[str, Filling] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def watch(self) -> None:
        """Notes each row that is written from now on."""
        require(dynamodb, "_set_item", "_remove_item", "_tables")
        dynamodb._set_item = partial(self._noted, dynamodb._set_item)
        dynamodb._remove_item = partial(self._noted, dynamodb._remove_item)

    def _noted(self, original: Any, table: dict[str, Any], pk: str, sk: str, *item: Any) -> Any:
        self._moved.add((table["TableArn"], pk, sk))
        return original(table, pk, sk, *item)

    def load(self, generation: Path) -> None:
        """Puts the rows that a generation lists into the tables, which are loaded already."""
        self.files = listed(generation)
        tables = _tables()
        for arn, pk, sk, item in _lines(self._paths(self.files)):
            if arn in tables:
                _put(tables[arn]["items"], pk, sk, item)
        self._filled = _filled(tables)

    def begin(self) -> Change:
        """What the snapshot that begins now is to write: all rows, where a table came, went or was
        filled anew.
        """
        filled = _filled(_tables())
        is_whole = not self.files or filled != self._filled
        self._filled = filled
        change = Change(f"rows-{time.time_ns()}", self._moved, is_whole)
        self._moved = set()
        return change

    def write(self, change: Change, generation: Path) -> None:
        """Writes the rows as they are now, and lists all files in the generation."""
        tables = _tables()
        places = _places(tables) if change.is_whole else change.places
        if not change.is_empty:
            _write(self.folder / change.name, _current(places, tables))
        names = self._with(change)
        (generation / LISTED).write_text(json.dumps(names))

    def end(self, change: Change, is_written: bool) -> None:
        """The change is on disk; or it is not, and the next snapshot writes it."""
        if is_written:
            self.files = self._with(change)
            return
        self._moved |= change.places
        if change.is_whole:
            self._filled = {}

    def _with(self, change: Change) -> list[str]:
        if change.is_empty:
            return self.files
        return [change.name] if change.is_whole else [*self.files, change.name]

    def to_merge(self) -> list[str]:
        """The files that are worth one; none while they are few."""
        return list(self.files) if len(self.files) > _MANY else []

    def merge(self, names: Sequence[str], merged: str) -> None:
        """Writes one file that says what these say together."""
        newest: dict[Place, Any] = {}
        for arn, pk, sk, item in _lines(self._paths(names)):
            newest[arn, pk, sk] = item
        lines = ((*place, item) for place, item in newest.items() if item is not None)
        _write(self.folder / merged, lines)

    def take_up(self, names: Sequence[str], merged: str) -> None:
        """The merged file takes the place of those, where they have not been written anew."""
        if self.files[: len(names)] == names:
            self.files = [merged, *self.files[len(names) :]]

    def remove_others(self, kept: Iterable[str]) -> None:
        """Removes all files but these."""
        for path in self.folder.iterdir():
            if path.name not in kept:
                path.unlink(missing_ok=True)

    def _paths(self, names: Iterable[str]) -> list[Path]:
        return [self.folder / name for name in names]


def listed(generation: Path) -> list[str]:
    """The files of a generation; none of one whose rows stand with their tables."""
    path = generation / LISTED
    names: list[str] = json.loads(path.read_text()) if path.exists() else []
    return names


def without_rows(state: dict[str, Any]) -> dict[str, Any]:
    """The state of all tables as a snapshot writes it: their rows stand in files of their own."""
    for table in state["tables"].all_values():
        table["items"] = {}
    return state


def _tables() -> Tables:
    return {table["TableArn"]: table for table in dynamodb._tables.all_values()}


def _filled(tables: Tables) -> dict[str, Filling]:
    """What tells whether a table holds the rows that it held: they are never put elsewhere. A table
    that is made again has an id of its own, where its rows may lie where the old ones lay.
    """
    filled = {}
    for arn, table in tables.items():
        rows = table["items"]
        filled[arn] = (table["TableId"], id(rows))
    return filled


def _places(tables: Tables) -> Iterator[Place]:
    for arn, table in tables.items():
        for pk, rows in table["items"].items():
            for sk in rows:
                yield arn, pk, sk


def _current(places: Iterable[Place], tables: Tables) -> Iterator[tuple[str, str, str, Any]]:
    """Rows as they are now; None of those that are gone."""
    for arn, pk, sk in places:
        if arn in tables:
            yield arn, pk, sk, tables[arn]["items"].get(pk, {}).get(sk)


def _put(rows: dict[str, dict[str, Any]], pk: str, sk: str, item: Any) -> None:
    if item is not None:
        rows[pk][sk] = item
    elif pk in rows:
        rows[pk].pop(sk, None)
        if not rows[pk]:
            del rows[pk]


def _write(path: Path, lines: Iterable[tuple[str, str, str, Any]]) -> None:
    with path.open("w") as file:
        for line in lines:
            file.write(json.dumps(line) + "\n")


def _lines(paths: Iterable[Path]) -> Iterator[tuple[str, str, str, Any]]:
    for path in paths:
        with path.open() as file:
            yield from map(json.loads, file)
