"""What a command is made of: an aggregate with its rules, who acts by which right, and what comes
of it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime
from typing import Any, Generic, Protocol, Self, TypeVar

from chalicelib.kernel.errors import Problem
from chalicelib.kernel.journal import Act, Actor, Entry, TransactionalWrite
from chalicelib.kernel.values import dataclass

MAX_TRIES = 60  # some eight seconds of lost races: nobody is sent away for others' haste
MACHINE = Actor()

S = TypeVar("S")
C = TypeVar("C")


@dataclass(frozen=True)
class Authorization:
    """As whom somebody may act: by which post, and under which delegation or as whose substitute.

    ``conditions`` join the transaction: what must still be so when the entry is appended.
    """

    actor: Actor = MACHINE
    delegation: str = ""
    is_substitute: bool = False
    conditions: tuple[TransactionalWrite, ...] = ()


BY_MACHINE = Authorization()


@dataclass(frozen=True)
class ActOrigin:
    """Where new acts come from: ``seq`` is the number of the entry that will hold them.

    ``lost`` are the streams whose number somebody else took at the last try of this command, each
    with the entry that stands there, where the store told it.
    """

    stream: str
    seq: int
    now: datetime
    authorization: Authorization = BY_MACHINE
    lost: Mapping[str, Entry | None] = field(default_factory=dict)

    @property
    def actor(self) -> Actor:
        """Who acts."""
        return self.authorization.actor

    def in_stream(self, stream: str, seq: int) -> Self:
        """The same moment and authorization, for an entry of another stream."""
        return replace(self, stream=stream, seq=seq)


@dataclass(frozen=True)
class Decision:
    """What a command comes to: acts of the stream's next entry, and what is written with it.

    No acts: nothing is to be put on record.
    """

    acts: Sequence[Act]
    entries: Sequence[Entry] = ()
    writes: Sequence[TransactionalWrite] = ()


class Writes(Protocol[S]):  # type: ignore[misc]  # a state is only handed in
    """Rows that change in the same transaction as an entry."""

    def __call__(self, state: S, entry: Entry) -> Sequence[TransactionalWrite]:
        """The rows after ``entry``, which has led to ``state``."""


def no_writes(state: Any, entry: Entry) -> Sequence[TransactionalWrite]:
    """Most aggregates have no rows beside their entries."""
    return ()


def not_recorded(state: Any, problem: Problem, origin: ActOrigin) -> None:
    """Most refusals are told to the caller alone."""


@dataclass(frozen=True)
class Aggregate(Generic[S, C]):
    """One kind of stream: how its entries become a state, and a command the next acts.

    ``fold`` is given the stream's name and its entries; of no entries it makes the state of what
    does not exist yet, or raises NotFound. ``on_refusal`` puts a refused command on record.
    """

    fold: Callable[[str, Sequence[Entry]], S]
    decide: Callable[[S, C, ActOrigin], Decision]
    writes: Callable[[S, Entry], Sequence[TransactionalWrite]] = no_writes
    on_refusal: Callable[[S, Problem, ActOrigin], None] = not_recorded
    max_tries: int = MAX_TRIES


@dataclass(frozen=True)
class CommandResult(Generic[S]):
    """An act on record: the state right after it, the entry, and whether this call appended it."""

    state: S
    entry: Entry
    is_new: bool = False


@dataclass(frozen=True)
class Prepared(Generic[S]):
    """An entry that is ready to be appended, with all that is written with it."""

    state: S
    entry: Entry
    entries: Sequence[Entry] = ()
    writes: Sequence[TransactionalWrite] = ()


CommandFactory = Callable[[S, Authorization], C]
"""Makes a command from the state as it is; may look at other streams. Raises Problem."""

Authorize = Callable[[S], Authorization]
"""Asks the policies about the state as it is. Raises Forbidden, NotFound and the like."""


def by_machine(state: Any) -> Authorization:
    """What time, signatures or another stream bring about: nobody has to be asked."""
    return BY_MACHINE


def _entries(stream: str, entries: Sequence[Entry]) -> Sequence[Entry]:
    return entries


def _once(entries: Sequence[Entry], act: Act, origin: ActOrigin) -> Decision:
    return Decision([] if entries else [act])


ONE_ENTRY: Aggregate[Sequence[Entry], Act] = Aggregate(_entries, _once)
"""A stream whose name is what makes its one entry unique: the same act again changes nothing."""
