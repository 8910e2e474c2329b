"""Effective grants: who holds which post, in rows that move in one transaction with the acts behind
them.
"""

from collections.abc import Mapping
from dataclasses import field, replace
from typing import Any, Protocol

from chalicelib.kernel.journal import TransactionalWrite
from chalicelib.kernel.values import dataclass

OF_PERSON, OF_POST = "grants", "post"  # sort keys of the one row of a person and of a post
HOLDER = "holder#"  # prefix of a post's rows about who holds it
POSTS, ORGANIZATIONS, SERVICE_POINTS, DELEGATIONS = (
    f"register#{name}" for name in ("posts", "organizations", "service-points", "delegations")
)
"""Partitions of what everybody may read; a post stands in its own as ``<department>/<post>``."""


@dataclass(frozen=True)
class Row:
    """A row of the table; ``version`` counts its writes."""

    pk: str
    sk: str
    version: int = 0
    data: Mapping[str, Any] = field(default_factory=dict, repr=False)


class Grants(Protocol):
    """The store of grants; DynamoDB and the in-memory fake pass the same contract tests."""

    def get(self, pk: str, sk: str) -> Row | None:
        """One row, read consistently."""

    def partition(self, pk: str, prefix: str = "") -> list[Row]:
        """The rows of ``pk`` whose sk begins with ``prefix``, in order, read consistently."""

    def write(self, row: Row, expect: int | None = None) -> TransactionalWrite:
        """The whole row, written with journal entries if its stored version is ``expect`` (0:
        absent).
        """

    def unchanged(self, row: Row) -> TransactionalWrite:
        """Writes nothing: a condition of the entries beside it, that the stored version is still
        ``row``'s (0: absent).
        """


def person_key(person: str) -> str:
    """Partition of a person's grants."""
    return f"person#{person}"


def post_key(post: str) -> str:
    """Partition of a post and its holders."""
    return f"post#{post}"


def moved_on(row: Row, stored: Row | None) -> TransactionalWrite:
    """The row as it is to be, if nobody has written it since it was read as ``stored`` (None: not
    there).
    """
    version = stored.version if stored else 0
    return store().write(replace(row, version=version + 1), expect=version)


_store: Grants | None = None


def store() -> Grants:
    """The grants of this process: DynamoDB, unless a test puts a fake here."""
    global _store
    if _store is None:
        from chalicelib.authority.grants.dynamodb import DynamoGrants

        _store = DynamoGrants()
    return _store


def use(grants: Grants | None) -> None:
    """Replace the store (tests); None for DynamoDB."""
    global _store
    _store = grants
