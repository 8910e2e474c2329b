"""The rows of the counters: counts and the position up to which they are counted, in one
conditional put.

A row says until which moment of the feed it has counted (``until``, Unix seconds), and which
entries it has counted beyond that (``ahead``, their feed ids). So whoever adds the same entries
again adds nothing, wherever it was cut the first time.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chalicelib.kernel import ids, stores
from chalicelib.kernel.errors import Unavailable
from chalicelib.kernel.views import Row
from chalicelib.supervision.statistics import counts
from chalicelib.supervision.statistics.counts import Cell, Count

TRIES = 5
KEPT_DAYS = 60  # of inflow and completions, in the load of a post

Addition = tuple[str, Sequence[Count]]
"""The feed id of an entry, and what it adds to a cell."""


def partition(generation: int, list_name: str) -> str:
    """The partition of the views in which a list of cells stands."""
    return f"statistics#{generation}#{list_name}"


def counters(row: Row | None) -> Mapping[str, int]:
    """What a row has counted, by name."""
    return row.data["counted"] if row else {}


def add(
    generation: int,
    cell: Cell,
    additions: Sequence[Addition],
    closed: float,
) -> list[Addition]:
    """Add to a cell what it has not counted yet, and tell what that was. No entry is put any more
    into the feed before ``closed`` (Unix seconds), and all that are there are given. Raises
    Unavailable.
    """
    pk, sk = partition(generation, cell[0]), cell[1]
    for _ in range(TRIES):
        row = stores.views().get(pk, sk)
        before: Mapping[str, Any] = row.data if row else {}
        new = _uncounted(before, additions)
        if not new:
            return []
        version = row.version if row else 0
        data = _with(
            before,
            new,
            closed,
            cell,
        )
        if stores.views().put(Row(pk, sk, version + 1, data), expect=version):
            return new
    raise Unavailable


def _uncounted(before: Mapping[str, Any], additions: Iterable[Addition]) -> list[Addition]:
    until = before.get(
        "until",
        0.0,
    )
    ahead = set(before.get("ahead", ()))
    new = []
    for feed_id, added in additions:
        is_counted = ids.ulid_time(feed_id) < until or feed_id in ahead
        if not is_counted:
            new.append((feed_id, added))
    return new


def _with(
    before: Mapping[str, Any],
    new: Sequence[Addition],
    closed: float,
    cell: Cell,
) -> dict[str, Any]:
    counted = dict(before.get("counted", {}))
    for _, added in new:
        for count in added:
            counted[count.name] = (
                counted.get(
                    count.name,
                    0,
                )
                + count.amount
            )
    until = max(
        before.get("until", 0.0),
        closed,
    )
    known = [*before.get("ahead", ()), *(feed_id for feed_id, _ in new)]
    ahead = sorted(feed_id for feed_id in known if ids.ulid_time(feed_id) >= until)
    return {"until": until, "ahead": ahead, "counted": _kept(cell, counted)}


def _kept(cell: Cell, counted: Mapping[str, int]) -> dict[str, int]:
    """Without what is nothing any more, and in loads without days that are long gone."""
    kept = {name: amount for name, amount in counted.items() if amount}
    if cell[0] != counts.LOADS:
        return kept
    days = sorted({name.partition(":")[2] for name in kept} - {""})
    gone = set(days[:-KEPT_DAYS])
    return {name: amount for name, amount in kept.items() if name.partition(":")[2] not in gone}
