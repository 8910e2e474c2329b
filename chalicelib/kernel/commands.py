"""The one way of a command: from what is on record, over the question who may, to the next entry.

The order is the same for every aggregate, and stands here alone:

1. read the stream's entries, consistently;
2. the same request again is answered by its entry, for ever; another body under its key is refused;
3. fold the entries to the state as it is;
4. authorize: whether the caller may, and as whom they act;
5. decide: which acts follow, and what else is written with them;
6. fold the new entry too: what cannot be folded must not get on record;
7. append, all or nothing; who lost a race begins again at 1, after a moment.
"""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from chalicelib.kernel import clock, journal, stores
from chalicelib.kernel.errors import KeyReused, Problem, Unavailable
from chalicelib.kernel.journal import (
    Act,
    Actor,
    AppendConflict,
    Entry,
    Request,
    TransactionalWrite,
)

MAX_TRIES = 8
MAX_PAUSE_SECONDS = 0.1
FIRST_PAUSE_SECONDS = 0.01
MACHINE = Actor()

S = TypeVar("S")
C = TypeVar("C")


@dataclass(frozen=True)
class Authorization:
    """As whom somebody may act: by which post, and under which delegation or as whose substitute."""

    actor: Actor = MACHINE
    delegation: str = ""
    is_substitute: bool = False


BY_MACHINE = Authorization()


@dataclass(frozen=True)
class ActOrigin:
    """Where new acts come from: ``seq`` is the number of the entry that will hold them.

    ``lost`` are the streams whose number somebody else took in an earlier try of this command.
    """

    stream: str
    seq: int
    now: datetime
    authorization: Authorization = BY_MACHINE
    lost: frozenset[str] = frozenset()

    @property
    def actor(self) -> Actor:
        """Who acts."""
        return self.authorization.actor


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


class CommandFactory(Protocol[S, C]):  # type: ignore[misc]
    """Makes a command from the state as it is; may look at other streams, and may refuse."""

    def __call__(self, state: S, authorization: Authorization) -> C:
        """The command. Raises Problem."""


Authorize = Callable[[S], Authorization]
"""Asks the policies about the state as it is. Raises Forbidden, NotFound and the like."""


def by_machine(state: Any) -> Authorization:
    """What time, signatures or another stream bring about: nobody has to be asked."""
    return BY_MACHINE


def execute(
    aggregate: Aggregate[S, C],
    stream: str,
    command: C | CommandFactory[S, C],
    authorize: Authorize[S],
    request: Request | None = None,
    *,
    also: Sequence[TransactionalWrite] = (),
    known: Sequence[Entry] | None = None,
) -> CommandResult[S]:
    """Do ``command`` once, however often it is asked for under the same ``request``.

    ``also`` are writes of the same transaction. ``known`` are the stream's entries where the caller
    has just read them, or none where the stream is expected to be new: the first try reads nothing,
    since the condition of the write would tell. Raises Problem, and Unavailable when every try lost.
    """
    lost: frozenset[str] = frozenset()
    for attempt in range(aggregate.max_tries):
        entries = stores.journal().read(stream) if known is None else known
        if request and (done := journal.answered(entries, request.key)):
            return _answered(aggregate, entries, done, authorize, request)
        state = aggregate.fold(stream, entries)
        authorization = authorize(state)
        origin = ActOrigin(stream, len(entries) + 1, clock.now(), authorization, lost)
        prepared = _decided(aggregate, entries, state, command, origin, request)
        if prepared is None:
            return CommandResult(state, entries[-1])
        try:
            commit(prepared, also=also)
            return CommandResult(prepared.state, prepared.entry, is_new=True)
        except AppendConflict as conflict:
            lost, known = conflict.taken, None
            _pause(attempt)
    raise Unavailable


def prepare(
    aggregate: Aggregate[S, C],
    stream: str,
    command: C,
    origin_of: Callable[[int], ActOrigin],
) -> Prepared[S] | None:
    """One try without its append, for a command that is part of another one's transaction.

    ``origin_of`` is told the number of the entry. None where nothing is to be put on record.
    """
    entries = stores.journal().read(stream)
    state = aggregate.fold(stream, entries)
    return _decided(aggregate, entries, state, command, origin_of(len(entries) + 1), None)


def commit(
    prepared: Prepared[Any],
    *first: Entry,
    also: Sequence[TransactionalWrite] = (),
) -> None:
    """Append it, all or nothing. Raises AppendConflict."""
    entries = (*first, prepared.entry, *prepared.entries)
    stores.journal().append(*entries, writes=(*prepared.writes, *also))


def _decided(
    aggregate: Aggregate[S, C],
    entries: Sequence[Entry],
    state: S,
    command: C | CommandFactory[S, C],
    origin: ActOrigin,
    request: Request | None,
) -> Prepared[S] | None:
    try:
        made: Any = command
        if callable(command):
            made = command(state, origin.authorization)
        decision = aggregate.decide(state, made, origin)
    except Problem as problem:
        aggregate.on_refusal(state, problem, origin)
        raise
    if not decision.acts:
        return None
    entry = journal.new_entry(
        origin.stream,
        origin.seq,
        decision.acts,
        at=origin.now,
        actor=origin.actor,
        request=request,
    )
    after = aggregate.fold(origin.stream, [*entries, entry])
    writes = (*decision.writes, *aggregate.writes(after, entry))
    return Prepared(after, entry, decision.entries, writes)


def _answered(
    aggregate: Aggregate[S, C],
    entries: Sequence[Entry],
    done: Entry,
    authorize: Authorize[S],
    request: Request,
) -> CommandResult[S]:
    """The reply that the request got when its entry was made, to who may still have it."""
    if done.request != request:
        raise KeyReused
    before = entries[: max(done.seq - 1, 1)]
    authorize(aggregate.fold(done.stream, before))
    state = aggregate.fold(done.stream, entries[: done.seq])
    return CommandResult(state, done)


def _pause(attempt: int) -> None:
    """Longer after each lost race, and for nobody the same: who lost together does not meet again."""
    longest = min(MAX_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2**attempt)
    time.sleep(random.random() * longest)
