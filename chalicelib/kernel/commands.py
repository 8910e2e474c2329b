"""The one way of a command: from what is on record, over the question who may, to the next entry.

The order is the same for every aggregate, and stands here alone:

1. read the stream's entries, consistently;
2. the same request again is answered by its entry, for ever; another body under its key is refused;
3. fold the entries to the state as it is;
4. authorize: whether the caller may, and as whom they act;
5. decide: which acts follow, and what else is written with them;
6. fold the new entry too: what cannot be folded must not get on record;
7. append, all or nothing; who lost a race begins again at 1, after a moment; what the caller knew
   of the stream stays known where the refusal says that nobody has taken its number.
"""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.kernel import clock, journal, stores
from chalicelib.kernel.aggregates import (
    ActOrigin,
    Aggregate,
    Authorize,
    C,
    CommandFactory,
    CommandResult,
    Prepared,
    S,
)
from chalicelib.kernel.errors import KeyReused, Problem, Unavailable
from chalicelib.kernel.journal import (
    AppendConflict,
    Entry,
    Request,
    TransactionalWrite,
)

MAX_PAUSE_SECONDS = 0.25
FIRST_PAUSE_SECONDS = 0.01


def execute(
    aggregate: Aggregate[S, C],
    stream: str,
    command: C | CommandFactory[S, C],
    authorize: Authorize[S],
    request: Request | None = None,
    *,
    also: Sequence[TransactionalWrite] = (),
    known: Sequence[Entry] | None = None,
    now: datetime | None = None,
) -> CommandResult[S]:
    """Do ``command`` once, however often it is asked for under the same ``request``.

    ``also`` are writes of the same transaction. ``known`` are the stream's entries where the caller
    has just read them, or none where the stream is expected to be new: the first try reads nothing,
    since the condition of the write would tell. ``now`` is the moment of the act where it is not
    the present one: a city is loaded as of one moment. Raises Problem; and Unavailable when every
    try lost, which no number of people who act at once brings about.
    """
    lost: Mapping[str, Entry | None] = {}
    for attempt in range(aggregate.max_tries):
        entries = stores.journal().read(stream) if known is None else known
        if request and (done := journal.answered(entries, request.key)):
            return _answered(
                aggregate,
                entries,
                done,
                authorize,
                request,
            )
        state = aggregate.fold(stream, entries)
        origin = ActOrigin(
            stream,
            len(entries) + 1,
            now or clock.now(),
            lost=lost,
        )
        try:
            origin = replace(origin, authorization=authorize(state))
            prepared = _decided(
                aggregate,
                entries,
                state,
                command,
                origin,
                request,
            )
        except Problem as problem:
            if known is not None:  # what is on record may answer the request, or say otherwise
                known = None
                continue
            aggregate.on_refusal(state, problem, origin)
            raise
        if prepared is None:
            return CommandResult(state, entries[-1])
        try:
            commit(prepared, also=(*also, *origin.authorization.conditions))
            return CommandResult(
                prepared.state,
                prepared.entry,
                is_new=True,
            )
        except AppendConflict as conflict:
            lost = {taken: conflict.standing.get(taken) for taken in conflict.taken}
            if stream not in conflict.free:
                known = None
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
    return _decided(
        aggregate,
        entries,
        state,
        command,
        origin_of(len(entries) + 1),
        None,
    )


def commit(
    prepared: Prepared[Any],
    *first: Entry,
    also: Sequence[TransactionalWrite] = (),
) -> None:
    """Append it, all or nothing. Raises AppendConflict."""
    entries = (*first, prepared.entry, *prepared.entries)
    writes = (*prepared.writes, *also)
    stores.journal().append(*entries, writes=writes)


def _decided(
    aggregate: Aggregate[S, C],
    entries: Sequence[Entry],
    state: S,
    command: C | CommandFactory[S, C],
    origin: ActOrigin,
    request: Request | None,
) -> Prepared[S] | None:
    made: Any = command
    if callable(command):
        made = command(state, origin.authorization)
    decision = aggregate.decide(state, made, origin)
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
    """Longer after each lost race, and for nobody the same: who lost together does not meet
    again.
    """
    longest = FIRST_PAUSE_SECONDS * 2**attempt
    longest = min(longest, MAX_PAUSE_SECONDS)
    time.sleep(random.random() * longest)
