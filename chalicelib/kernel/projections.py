"""Projections: how a stream is shown in the views, brought up to date by whoever reads the feed.

One row stands for one stream, under a fixed key. Its version is the number of the newest entry that
it shows: that is the done-marker, so a projection can be asked for again at any time.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Generic, TypeVar

from chalicelib.kernel import stores
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.values import dataclass
from chalicelib.kernel.views import Row

S = TypeVar("S")


@dataclass(frozen=True)
class Projection(Generic[S]):
    """``fold`` makes the state of a stream's entries, ``row`` what the views show of it.

    ``place`` is the sort key under which the row stands; its partition is the stream's name.
    ``row`` need not set the key nor the version.
    """

    place: str
    fold: Callable[[str, Sequence[Entry]], S]
    row: Callable[[S, Sequence[Entry]], Row]

    def __call__(self, stream: str, age: float = 0.0) -> bool:
        """Bring the stream's row up to date; whether it was behind. A handler of the feed."""
        entries = stores.journal().read(stream)
        shown = stores.views().get(stream, self.place)
        version = shown.version if shown else 0
        if not entries or version >= entries[-1].seq:
            return False
        state = self.fold(stream, entries)
        row = replace(
            self.row(state, entries),
            pk=stream,
            sk=self.place,
            version=entries[-1].seq,
        )
        return stores.views().put(row, expect=version)


def shown_row(
    data: Mapping[str, Any],
    *,
    inbox: str = "",
    inbox_at: str = "",
    owner: str = "",
    owner_at: str = "",
) -> Row:
    """What a projection shows, and where the row stands in the indexes of inboxes and owners."""
    return Row(
        "",
        "",
        data=data,
        inbox=inbox,
        inbox_at=inbox_at,
        owner=owner,
        owner_at=owner_at,
    )
