"""Views: everything that can be rebuilt from the journal, one row per object under a fixed key."""

from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Any, Protocol

from chalicelib.kernel.values import dataclass

Key = tuple[str, str]


@dataclass(frozen=True)
class Row:
    """A view row. ``version`` counts the journal entries it shows; index attributes are absent when
    empty.
    """

    pk: str
    sk: str
    version: int = 0
    data: Mapping[str, Any] = field(default_factory=dict)
    inbox: str = ""
    inbox_at: str = ""
    due_shard: str = ""
    due_at: str = ""
    owner: str = ""
    owner_at: str = ""
    tokens: frozenset[str] = frozenset()
    closed: bool = False
    expires_at: int = 0

    @property
    def key(self) -> Key:
        """(pk, sk)."""
        return self.pk, self.sk


@dataclass(frozen=True)
class Page:
    """Some rows' keys of an index in order, with the index's sort value, and where the next page
    starts.
    """

    keys: tuple[tuple[Key, str], ...]
    next_start: Mapping[str, Any] | None


@dataclass(frozen=True)
class RowPage:
    """Some rows of a partition, and where the next page starts."""

    rows: tuple[Row, ...]
    next_start: Mapping[str, Any] | None


class Views(Protocol):
    """The store of views; DynamoDB and the in-memory fake pass the same contract tests."""

    def get(self, pk: str, sk: str) -> Row | None:
        """One row, read consistently."""

    def partition(self, pk: str, prefix: str = "") -> list[Row]:
        """The rows of ``pk`` whose sk begins with ``prefix``, in order, read consistently."""

    def newest(
        self,
        pk: str,
        *,
        prefix: str = "",
        limit: int = 100,
        start: Mapping[str, Any] | None = None,
    ) -> RowPage:
        """The rows of ``pk`` whose sk begins with ``prefix`` by falling sk, some at a time, read
        eventually consistently.
        """

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Row]:
        """Those of the rows that exist."""

    def put(self, row: Row, expect: int | None = None) -> bool:
        """Write the whole row if its stored version is ``expect`` (0: absent; None: whatever it
        is).
        """

    def update(self, row: Row, expect: int) -> bool:
        """Set those parts of the row that are not empty if its stored version is ``expect`` (not
        0); the others stay as they are.
        """

    def add_token(self, row: Row, token: str) -> bool:
        """Add ``token`` to the row's set and lay out the row's other parts, unless it is closed:
        then False.
        """

    def update_open(self, row: Row) -> bool:
        """Lay out anew all parts of a row that stands open but its tokens; False where it is absent
        or closed.
        """

    def close(self, pk: str, sk: str) -> Row:
        """Mark closed, take it out of the inbox; the row as it is then (its tokens among it)."""

    def count(self, pk: str, sk: str, expires_at: int) -> int:
        """Add one to the row's version and return it: a counter that ends at ``expires_at`` (Unix
        seconds).
        """

    def index(
        self,
        name: str,
        partition: str,
        *,
        until: str = "",
        limit: int = 100,
        start: Mapping[str, Any] | None = None,
        newest_first: bool = False,
    ) -> Page:
        """Keys in index ``inbox``, ``due`` or ``owner``, sort value <= ``until`` when given."""
