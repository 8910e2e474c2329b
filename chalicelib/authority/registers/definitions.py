"""Defining organizations, posts and service points: the act, and the rows in which everybody reads
it.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from chalicelib.authority import grants
from chalicelib.authority.acts import Definition, Position, definitions
from chalicelib.authority.acts.definitions import (
    ORGANIZATION,
    POST,
    SERVICE_POINT,
    Define,
    Thing,
    stream_of,
)
from chalicelib.authority.grants import Row, after, moved_on, rows
from chalicelib.kernel import stores
from chalicelib.kernel.acts import to_act
from chalicelib.kernel.aggregates import (
    ActOrigin,
    Aggregate,
    Authorization,
    Decision,
    Prepared,
    by_machine,
)
from chalicelib.kernel.commands import execute, prepare
from chalicelib.kernel.errors import Fault, Invalid
from chalicelib.kernel.journal import Entry, TransactionalWrite

LEVELS = ("city", "district", "street", "community")  # from the top down
_LISTS = {ORGANIZATION: grants.ORGANIZATIONS, SERVICE_POINT: grants.SERVICE_POINTS}
_MAX_ABOVE = 20


def define(register: str, thing: str, wanted: Definition, now: datetime) -> bool:
    """Define a thing, or anew, if the register says otherwise; whether it did. Raises Conflict."""
    stream = stream_of(register, thing)
    result = execute(
        THINGS,
        stream,
        partial(_define, wanted),
        by_machine,
        now=now,
    )
    return result.is_new


def define_post(position: Position, *, now: datetime) -> bool:
    """Define a post from ``now`` on, or anew with effect on all who hold it; whether anything
    changed.

    Raises Conflict with more than 90 holders, past and present.
    """
    definition = Definition(position.facts, now)
    return define(POST, position.id, definition, now)


def prepare_definition(
    register: str, thing: str, wanted: Definition, origin: ActOrigin
) -> Prepared[Thing] | None:
    """The definition, ready to be written; None where the register says so already."""
    stream = stream_of(register, thing)
    command = Define(wanted, _is_listed(register, thing))
    return prepare(
        THINGS,
        stream,
        command,
        partial(origin.in_stream, stream),
    )


def history(register: str, thing: str) -> tuple[Definition, ...]:
    """All that was ever said of a thing, from its stream."""
    stream = stream_of(register, thing)
    thing_on_record = definitions.fold(stream, stores.journal().read(stream))
    return thing_on_record.definitions


def organization_name_on(code: str, moment: datetime) -> dict[str, str] | None:
    """What an organization is called at a moment, ``{zh, en}``; None where the register has none of
    that code.
    """
    definition = definitions.in_force(history(ORGANIZATION, code), moment)
    return dict(definition.facts["name"]) if definition else None


def last_entry(register: str, thing: str) -> Entry | None:
    """The newest entry about a thing."""
    stream = stream_of(register, thing)
    return stores.journal().last(stream)


def check(register: str, thing: str, wanted: Definition, faults: Sequence[Fault]) -> None:
    """Raise Invalid with what stands against a definition, besides ``faults``: an unknown
    organization or service point, a tree that is none.
    """
    all_faults = [*faults, *_faults(register, thing, wanted)]
    if all_faults:
        raise Invalid(faults=all_faults)


def _faults(register: str, thing: str, wanted: Definition) -> list[Fault]:
    facts, at = wanted.facts, wanted.starts
    if register == ORGANIZATION:
        return _misplaced(
            thing,
            str(facts.get("parent", "")),
            str(facts["level"]),
            at,
        )
    faults = []
    field = "department" if register == POST else "organization"
    if not _is_defined(ORGANIZATION, facts[field], at):
        faults.append(Fault(f"/data/{field}", "organization-unknown"))
    point = facts.get("service_point")
    if point is not None and not _is_defined(SERVICE_POINT, point, at):
        faults.append(Fault("/data/service_point", "service-point-unknown"))
    return faults


def _misplaced(code: str, parent: str, level: str, at: datetime) -> list[Fault]:
    above = parent
    for _ in range(_MAX_ABOVE):
        if not above:
            return []
        facts = _facts(ORGANIZATION, above, at)
        if facts is None:
            return [Fault("/data/parent", "organization-unknown")]
        is_lower = LEVELS.index(str(facts["level"])) > LEVELS.index(level)
        if above == code or is_lower:
            break
        above = str(facts.get("parent", ""))
        level = str(facts["level"])
    return [Fault("/data/parent", "organization-misplaced")]


def _facts(register: str, thing: str, at: datetime) -> rows.Data | None:
    """What the register says of an organization or service point at a moment, read consistently."""
    row = grants.store().get(_LISTS[register], thing)
    return rows.facts_of(row, at)


def _is_defined(register: str, thing: str, at: datetime) -> bool:
    return _facts(register, thing, at) is not None


def _is_listed(register: str, thing: str) -> bool:
    """Where the rows are of an earlier release, the register does not yet say what its stream
    does.
    """
    row = rows.post_row(thing) if register == POST else None
    if register != POST:
        row = grants.store().get(_LISTS[register], thing)
    return rows.is_known(row)


def _define(wanted: Definition, thing: Thing, authorization: Authorization) -> Define:
    is_listed = _is_listed(thing.register, thing.id)
    return Define(wanted, is_listed)


def _decide(thing: Thing, command: Define, origin: ActOrigin) -> Decision:
    payload = definitions.decide(thing, command)
    return Decision([to_act(payload)] if payload else [])


def _rows_after(thing: Thing, entry: Entry) -> Sequence[TransactionalWrite]:
    if thing.register == POST:
        return _rows_of_post(thing, entry.at)
    place = _LISTS[thing.register]
    current = definitions.still_needed(thing.definitions, entry.at)
    data = {"id": thing.id, "definitions": rows.definition_data(current)}
    stored = grants.store().get(place, thing.id)
    return [
        moved_on(
            Row(
                place,
                thing.id,
                data=data,
            ),
            stored,
        )
    ]


def _rows_of_post(post: Thing, now: datetime) -> list[TransactionalWrite]:
    """Its own row, those of its holders, and the public one in each department's list."""
    stored = rows.post_row(post.id)
    data = rows.post_data(
        post.id,
        post.definitions,
        rows.delegated_to(stored),
        now,
    )
    said = (*rows.definitions_of(stored), *rows.defined(data))
    departments = {definition.facts["department"] for definition in said}
    public = {"post": post.id, "definitions": data["definitions"]}
    own = Row(
        grants.post_key(post.id),
        grants.OF_POST,
        data=data,
    )
    writes = [moved_on(own, stored)]
    for department in sorted(departments):
        row = Row(
            grants.POSTS,
            f"{department}/{post.id}",
            data=public,
        )
        writes.append(grants.store().write(row))
    if stored:
        writes += after.of_holders(post.id, data)
    return writes


THINGS: Aggregate[Thing, Define] = Aggregate(definitions.fold, _decide, _rows_after)
"""The organizations, posts and service points."""
