"""The journal: every act on record, appended once and never changed.

A stream's entries are numbered from 1 without gap. One entry holds all acts of one command. When
the time for which they are kept is over, private groups are forgotten; commitments stay in their
place, and the leaf still verifies.
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from datetime import UTC, datetime
from typing import Any, Protocol
from zlib import crc32

from chalicelib.kernel import canonical, clock, ids
from chalicelib.kernel.settings import settings
from chalicelib.kernel.values import dataclass

LEAF_PREFIX = b"\x00"  # RFC 9162, section 2.1.1
SALT_BYTES = 16
ACTOR = "actor"  # the private group of who acted
FORGOTTEN = "#forgotten."  # begins the stand-in for a person's id; no issuer gives such ids


@dataclass(frozen=True)
class Act:
    """One exercise of a power or a right.

    ``data`` is public. ``private`` maps a group (who may see it: ``applicant``, ``parties`` ...) to
    its data.
    """

    type: str
    data: Mapping[str, Any] = field(default_factory=dict)
    private: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Actor:
    """Who acted: a person, by a post where office is held; both empty for the machine's own
    acts.
    """

    person: str = ""
    post: str = ""


@dataclass(frozen=True)
class Request:
    """What makes a write safe to repeat: hash of the Idempotency-Key and keyed hash of the body."""

    key: str
    body: str


@dataclass(frozen=True)
class Entry:
    """One row of the journal, as it is stored; ``commitments`` stand for the private groups that
    are forgotten.
    """

    stream: str
    seq: int
    at: datetime
    acts: tuple[Act, ...]
    actor: Actor
    request: Request | None
    feed_id: str
    salts: Mapping[str, str]
    leaf: str
    commitments: Mapping[str, str] = field(default_factory=dict)

    @property
    def feed_slot(self) -> str:
        """The feed partition: the system's hour and the stream's shard."""
        return slot(ids.ulid_time(self.feed_id), shard_of(self.stream))


class AppendConflict(Exception):
    """Somebody else appended first: fold afresh and decide again.

    ``taken`` holds the streams whose number is given away for good; none, while others are only
    about to append. ``standing`` are the entries that stand under these numbers, by stream, where
    the store tells them: who lost need not read them. ``free`` are the streams whose number nobody
    had taken, as the store says.
    """

    def __init__(
        self,
        *taken: str,
        standing: Mapping[str, Entry] | None = None,
        free: Iterable[str] = (),
    ) -> None:
        super().__init__(*taken)
        self.taken = frozenset(taken)
        self.standing: Mapping[str, Entry] = standing or {}
        self.free = frozenset(free)


class TransactionalWrite(Protocol):
    """A row of another store that is written with the entries or not at all, on a condition of its
    own.
    """

    def join(self, transaction: Any) -> None:
        """Add the write to the transaction of the journal's store, which is of the same kind as
        this row's.
        """


class Journal(Protocol):
    """The store of entries; DynamoDB and the in-memory fake pass the same contract tests."""

    def read(self, stream: str, after: int = 0) -> list[Entry]:
        """Entries of ``stream`` with seq > ``after``, in order, read consistently."""

    def get(self, stream: str, seq: int) -> Entry | None:
        """One entry, read consistently."""

    def last(self, stream: str) -> Entry | None:
        """The newest entry, read consistently."""

    def append(self, *entries: Entry, writes: Sequence[TransactionalWrite] = ()) -> None:
        """Append all or nothing, with the ``writes`` to other tables (at most 100 rows in all).

        Raises AppendConflict when one of the numbers is taken or a row is not as its
        condition says.
        """

    def forget(self, entry: Entry) -> None:
        """Put the forgotten form of an entry (of ``forgotten``) in its place.

        Raises AppendConflict when there is none with its leaf.
        """

    def feed(self, slot: str, after: str, until: str) -> list[tuple[str, int, str]]:
        """(stream, seq, feed id) of a slot with after <= feed id < until, in order, eventually
        consistent.
        """


def shard_of(stream: str) -> int:
    """The feed shard in which a stream's entries stand."""
    return crc32(stream.encode()) % settings().feed_shards


def slot(unix_seconds: float, shard: int) -> str:
    """The feed partition of a moment of system time, e.g. ``2026112309#2`` (UTC hour)."""
    return datetime.fromtimestamp(unix_seconds, UTC).strftime("%Y%m%d%H") + f"#{shard}"


def new_entry(
    stream: str,
    seq: int,
    acts: Sequence[Act],
    *,
    at: datetime,
    actor: Actor,
    request: Request | None = None,
) -> Entry:
    """An entry ready to append: ULID minted now, private groups salted, leaf hash computed."""
    groups = sorted(private_groups(acts, actor))
    salts = {group: secrets.token_hex(SALT_BYTES) for group in groups}
    unsigned = Entry(
        stream,
        seq,
        at,
        tuple(acts),
        actor,
        request,
        ids.ulid(),
        salts,
        "",
    )
    return Entry(**{**unsigned.__dict__, "leaf": leaf_hash(unsigned)})


def private_groups(acts: Iterable[Act], actor: Actor) -> dict[str, dict[str, Any]]:
    """Private data of an entry by group, then by the act's index; the acting person is a group
    too.
    """
    groups: dict[str, dict[str, Any]] = {}
    for i, act in enumerate(acts):
        for group, data in act.private.items():
            groups.setdefault(group, {})[str(i)] = dict(data)
    if actor.person and not actor.person.startswith(FORGOTTEN):
        groups[ACTOR] = {"person": actor.person}
    return groups


def forgotten(entry: Entry) -> Entry:
    """The entry without its private groups, commitments in their place. Raises ValueError if its
    leaf is wrong.
    """
    if leaf_hash(entry) != entry.leaf:
        raise ValueError(
            f"{entry.stream} {entry.seq} does not verify: it is evidence, not to be touched"
        )
    left = commitments(entry)
    acts = tuple(Act(act.type, act.data) for act in entry.acts)
    return replace(
        entry,
        acts=acts,
        actor=stand_in(entry.actor.post, entry.seq, left),
        salts={},
        commitments=left,
    )


def stand_in(post: str, seq: int, left: Mapping[str, str]) -> Actor:
    """Who acted in an entry of which only commitments are ``left``: nobody in one another's
    stead.
    """
    return Actor(f"{FORGOTTEN}{seq}" if ACTOR in left else "", post)


def commitments(entry: Entry) -> dict[str, str]:
    """A salted hash of each private group, also of those that are forgotten."""
    return dict(entry.commitments) | {
        group: hashlib.sha256(bytes.fromhex(entry.salts[group]) + canonical.dumps(data)).hexdigest()
        for group, data in private_groups(entry.acts, entry.actor).items()
    }


def leaf_hash(entry: Entry) -> str:
    """Hex SHA-256 leaf (RFC 9162) over the canonical JSON (RFC 8785) of the public part and the
    commitments.
    """
    public: dict[str, Any] = {
        "stream": entry.stream,
        "seq": entry.seq,
        "at": clock.stamp(entry.at),
        "post": entry.actor.post,
        "acts": [[act.type, dict(act.data)] for act in entry.acts],
        "commitments": commitments(entry),
    }
    return hashlib.sha256(LEAF_PREFIX + canonical.dumps(public)).hexdigest()


def answered(entries: Iterable[Entry], key: str) -> Entry | None:
    """The entry that a request with this key hash has already made, if any."""
    return next((e for e in entries if e.request and e.request.key == key), None)
