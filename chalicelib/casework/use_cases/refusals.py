"""Refused transitions, on record: who tried by which post what the flow or the law does not allow.

They stand in streams of their own, so that no refused attempt moves the case; one entry per
person, rule and step and day. Those of officers are never dropped; whoever acts by no post has
another stream, where a crowd neither takes their room nor gets in their way.
"""

import hashlib
import heapq
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from chalicelib.casework.acts import Case
from chalicelib.kernel import clock, commands, log, stores
from chalicelib.kernel.acts import from_act, private, to_act
from chalicelib.kernel.aggregates import (
    ActOrigin,
    Aggregate,
    Authorization,
    Decision,
)
from chalicelib.kernel.errors import Problem, Unavailable
from chalicelib.kernel.journal import Actor, Entry
from chalicelib.kernel.values import dataclass

MAX_VISITORS = 200  # of one case: more than anybody would read, fewer than anybody could flood
VISITOR_TRIES = 8  # a crowd that is refused at the same moment waits no longer than that
ON_RECORD = (403, 409, 422)  # statuses of what somebody was not allowed to do


@dataclass(frozen=True)
class TransitionRefused:
    """By which ``rule``, while the case stood at these steps; who tried stays with the office."""

    rule: str
    at_steps: tuple[str, ...]
    person: str = private("office")
    sealed_until: datetime | None = None


def put_on_record(
    case: Case,
    problem: Problem,
    actor: Actor,
    now: datetime,
    held_back: timedelta = timedelta(),
) -> None:
    """Append the refusal, unless the same one stands there from today. Never in the answer's way.

    The public learns of it when it is no longer ``held_back``. Of a redacted case nobody is put on
    record.
    """
    if not actor.person or case.is_forgotten or problem.status not in ON_RECORD:
        return
    refused = TransitionRefused(
        rule=problem.type,
        at_steps=tuple(sorted(visit.id for visit in case.open_visits)),
        sealed_until=now + held_back if held_back else None,
        person=actor.person,
    )

    def authorize(entries: Sequence[Entry]) -> Authorization:
        return Authorization(Actor("", actor.post))

    office, visitors = streams_of(case.id)
    stream, refusals = (office, OFFICE) if actor.post else (visitors, VISITORS)
    try:
        commands.execute(refusals, stream, refused, authorize)
    except Unavailable as error:
        log.failure("refusal not on record", error, case=case.id)


def of_case(case_id: str, now: datetime) -> Iterator[dict[str, Any]]:
    """The refused transitions of a case as the public sees them.

    Each is ``{at, post, rule, at_steps}``; no persons.
    """
    streams = [stores.journal().read(stream) for stream in streams_of(case_id)]
    for entry in heapq.merge(*streams, key=lambda entry: entry.at):
        refused = _refused(entry)
        if refused.sealed_until and now < refused.sealed_until:
            continue
        yield {
            "at": clock.stamp(entry.at),
            "post": entry.actor.post or None,
            "rule": refused.rule,
            "at_steps": list(refused.at_steps),
        }


def streams_of(case_id: str) -> tuple[str, str]:
    """The streams of a case's refused transitions: of its officers, and of everybody else."""
    office = f"refusals#{case_id}"
    return office, f"{office}#visitors"


def _fold(stream: str, entries: Sequence[Entry]) -> Sequence[Entry]:
    return entries


def _decide_visitor(
    entries: Sequence[Entry],
    refused: TransitionRefused,
    origin: ActOrigin,
) -> Decision:
    """Nothing new where too many stand there."""
    if len(entries) >= MAX_VISITORS:
        return Decision([])
    return _decide(entries, refused, origin)


def _decide(
    entries: Sequence[Entry],
    refused: TransitionRefused,
    origin: ActOrigin,
) -> Decision:
    """Nothing new where the same stands there from today."""
    mark = _mark(refused, origin.actor.post, origin.now)
    for entry in entries:
        if (
            _mark(
                _refused(entry),
                entry.actor.post,
                entry.at,
            )
            == mark
        ):
            return Decision([])
    return Decision([to_act(refused)])


OFFICE: Aggregate[Sequence[Entry], TransitionRefused] = Aggregate(_fold, _decide)
VISITORS: Aggregate[Sequence[Entry], TransitionRefused]
VISITORS = Aggregate(_fold, _decide_visitor, max_tries=VISITOR_TRIES)


def _refused(entry: Entry) -> TransitionRefused:
    refused: TransitionRefused = from_act(TransitionRefused, entry.acts[0])
    return refused


def _mark(refused: TransitionRefused, post: str, at: datetime) -> str:
    """What makes two refusals the same."""
    day = at.date().isoformat()
    parts = (refused.person, post, refused.rule, *refused.at_steps, day)
    mark = "|".join(parts)
    digest = hashlib.sha256(mark.encode())
    return digest.hexdigest()
