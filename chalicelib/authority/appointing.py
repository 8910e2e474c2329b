"""Use cases on posts and appointments: an act and the grants that follow from it, in one transaction."""

import random
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from chalicelib.authority import acts, grants, views
from chalicelib.authority.acts import Appointment, Career, Order, Position
from chalicelib.authority.grants import Row
from chalicelib.kernel import journal, stores
from chalicelib.kernel.errors import Conflict, KeyReused, Unavailable
from chalicelib.kernel.journal import Act, Actor, AppendConflict, Beside, Entry, Request

TRIES = 5
MOST_CHARACTERS = 140
MOST_HOLDERS = 90  # a DynamoDB transaction takes 100 rows
MACHINE = Actor()
T = TypeVar("T")


def define_post(position: Position, *, now: datetime, actor: Actor = MACHINE) -> bool:
    """Define a post, or anew with effect on all who hold it; whether anything changed.

    Raises Conflict with more than 90 holders, past and present.
    """
    return _retried(lambda: _define(position, now, actor))


def appoint(order: Order, *, now: datetime, actor: Actor = MACHINE, request: Request | None = None) -> Appointment:
    """Appoint a person; repeating the request returns the same. Raises as ``decide_appointment`` does."""

    def decide(career: Career, number: int) -> tuple[Act, ...]:
        position = views.position_of(grants.store().get(grants.post_key(order.post), grants.OF_POST))
        return acts.decide_appointment(career, position, order, f"{order.person}.{number}", now)

    return _retried(lambda: _move(order.person, decide, now, actor, request))


def end_appointment(
    appointment: str, *, now: datetime, actor: Actor = MACHINE, request: Request | None = None
) -> Appointment:
    """End an appointment at ``now``; repeating the request returns the same. Raises NotFound, Conflict."""
    return _retried(
        lambda: _move(person_of(appointment), lambda c, _: acts.decide_end(c, appointment, now), now, actor, request)
    )


def person_of(appointment: str) -> str:
    """Who is appointed by that id: ``<person>.<n>``."""
    return appointment.rpartition(".")[0] if len(appointment) <= MOST_CHARACTERS else ""


def career_of(person: str) -> Career:
    """The person's appointments, read consistently."""
    return acts.fold(person, stores.journal().read(_stream(person)))


def _stream(person: str) -> str:
    return f"appointments#{person}"


def _retried(attempt: Callable[[], T]) -> T:
    for _ in range(TRIES):
        try:
            return attempt()
        except AppendConflict:
            time.sleep(random.random() * 0.05)
    raise Unavailable


def _move(
    person: str,
    decide: Callable[[Career, int], tuple[Act, ...]],
    now: datetime,
    actor: Actor,
    request: Request | None,
) -> Appointment:
    """Fold, decide, append; the appointment that the entry is about, as it was then."""
    stream = _stream(person)
    entries = stores.journal().read(stream)
    if request and (done := journal.answered(entries, request.key)):
        if done.request != request:
            raise KeyReused
        return _subject(acts.fold(person, entries[: done.seq]), done)
    made = decide(acts.fold(person, entries), len(entries) + 1)
    entry = journal.new_entry(stream, len(entries) + 1, made, at=now, actor=actor, request=request)
    career = acts.fold(person, [*entries, entry])
    subject = _subject(career, entry)
    stores.journal().append(entry, beside=_grants_after(career, subject.post, now, made[0].type == acts.APPOINTED))
    return subject


def _subject(career: Career, entry: Entry) -> Appointment:
    return career.find(entry.acts[0].data["appointment"])


def _grants_after(career: Career, post: str, now: datetime, is_new: bool) -> list[Beside]:
    """The person's row and the post's row about the person.

    A new holder also moves the post's own row on, so that defining the post anew just then sees the holder.
    """
    store = grants.store()
    known = store.get(grants.person_key(career.person), grants.OF_PERSON)
    rows = {a.post: store.get(grants.post_key(a.post), grants.OF_POST) for a in career.current(now)}
    positions = {name: position for name, row in rows.items() if (position := views.position_of(row))}
    person = Row(grants.person_key(career.person), grants.OF_PERSON, data=views.person_data(career, positions, now))
    holder = Row(grants.post_key(post), f"holder#{career.person}", data=views.holder_data(career, post, now))
    moved = [_next(person, known), store.beside(holder)]
    if is_new and (row := rows.get(post)):
        moved.append(_next(row, row))
    return moved


def _next(row: Row, known: Row | None) -> Beside:
    version = known.version if known else 0
    return grants.store().beside(replace(row, version=version + 1), expect=version)


def _define(position: Position, now: datetime, actor: Actor) -> bool:
    store, key = grants.store(), grants.post_key(position.id)
    known = store.get(key, grants.OF_POST)
    before = views.position_of(known)
    made = acts.decide_definition(before, position)
    if not made:
        return False
    stream = f"post#{position.id}"
    last = stores.journal().last(stream)
    entry = journal.new_entry(stream, last.seq + 1 if last else 1, made, at=now, actor=actor)
    row = Row(key, grants.OF_POST, data=views.post_data(position))
    beside = [
        _next(row, known),
        *_department_rows(before, position),
        *(_held_anew(position) if known else ()),
    ]
    stores.journal().append(entry, beside=beside)
    return True


def _department_rows(before: Position | None, after: Position) -> list[Beside]:
    rows = [Row(grants.department_key(after.department), after.id, data=views.post_data(after))]
    if before and before.department != after.department:  # rows are never deleted: no roles there any more
        gone = views.post_data(replace(before, roles=frozenset()))
        rows.append(Row(grants.department_key(before.department), before.id, data=gone))
    return [grants.store().beside(row) for row in rows]


def _held_anew(position: Position) -> list[Beside]:
    """The rows of all who hold the post, with its new facts."""
    store = grants.store()
    holders = store.partition(grants.post_key(position.id), "holder#")
    if len(holders) > MOST_HOLDERS:
        raise Conflict("post-has-too-many-holders", limit=MOST_HOLDERS)
    rows = [store.get(grants.person_key(h.data["person"]), grants.OF_PERSON) for h in holders if h.data["periods"]]
    facts = views.post_data(position)
    moved = []
    for row in filter(None, rows):
        posts = [held | facts if held["post"] == position.id else held for held in row.data["posts"]]
        moved.append(_next(replace(row, data={**row.data, "posts": posts}), row))
    return moved
