"""Under which ids one person is known: two accounts, or documents, that two persons have joined."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from chalicelib.authority.grants import Row, rows

JOINED = "joined"
MOST = 8  # ids of one person


class Identities:
    """The rows of all ids of a person, read when they are first asked for; ``row`` is the person's
    own where it was read already.
    """

    def __init__(self, ids: tuple[str, ...], row: Row | None = None) -> None:
        own = ids[0]
        self._ids = ids
        self._known = {own: row} if row else {}

    @cached_property
    def rows(self) -> Mapping[str, Row | None]:
        """By id: those that somebody vouches for, and whatever was joined with one of them."""
        found: dict[str, Row | None] = {}
        waiting = list(self._ids)
        while waiting and len(found) < MOST:
            party = waiting.pop(0)
            if party in found:
                continue
            found[party] = self._known.get(party) or rows.person_row(party)
            waiting += joined_with(found[party])
        return found

    def read(self) -> tuple[str, ...]:
        """All of the person's ids."""
        return tuple(self.rows)


def joined_with(row: Row | None) -> list[str]:
    """The ids that were joined with that of the row."""
    if row is None:
        return []
    joined = row.data.get(JOINED, ())
    return list(joined)


def of(party: str) -> tuple[str, ...]:
    """All ids of the person who is known under this one, read consistently."""
    known = Identities((party,))
    return known.read()


def with_other(row: Row | None, other: str, is_joined: bool) -> dict[str, Any]:
    """What the row says of its joined ids, once the other one is, or is no longer, among them."""
    ids = set(joined_with(row))
    ids.discard(other)
    if is_joined:
        ids.add(other)
    return {JOINED: sorted(ids)}
