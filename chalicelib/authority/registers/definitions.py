"""Defining organizations, posts and service points: the act, and the rows in which everybody reads
it.
"""

from datetime import datetime

from chalicelib.authority import grants
from chalicelib.authority.acts import Definition, Position, definitions
from chalicelib.authority.grants import Row, rows
from chalicelib.authority.registers.writing import By, Prepared, commit, entry_of, moved_on, retried
from chalicelib.kernel import stores
from chalicelib.kernel.errors import Fault, Invalid
from chalicelib.kernel.journal import Entry, TransactionalWrite

ORGANIZATION, POST, SERVICE_POINT = "organization", "post", "service_point"
LEVELS = ("city", "district", "street", "community")  # from the top down
_LISTS = {ORGANIZATION: grants.ORGANIZATIONS, SERVICE_POINT: grants.SERVICE_POINTS}
_MAX_ABOVE = 20


def define(register: str, thing: str, wanted: Definition, by: By) -> bool:
    """Define a thing, or anew, if the register says otherwise; whether it did. Raises Conflict."""

    def attempt() -> bool:
        prepared = prepare(register, thing, wanted, by)
        if prepared.entries:
            commit(prepared)
        return bool(prepared.entries)

    return retried(attempt)


def prepare(register: str, thing: str, wanted: Definition, by: By) -> Prepared:
    """The definition, ready to be written; nothing to write where the register says so already."""
    stream = stream_of(register, thing)
    entries = stores.journal().read(stream)
    # Where the rows are of an earlier release, the register does not yet say what its stream does.
    known = definitions.fold(register, entries) if _has_rows(register, thing) else ()
    made = definitions.decide(register, thing, known, wanted)
    if not made:
        return Prepared(thing, (), ())
    entry = entry_of(stream, entries, made, by)
    known = definitions.fold(register, [*entries, entry])
    writes = (
        _of_post(thing, known, by.now)
        if register == POST
        else _of_list(register, thing, known, by.now)
    )
    return Prepared(thing, (entry,), tuple(writes))


def _has_rows(register: str, thing: str) -> bool:
    place = (
        (grants.post_key(thing), grants.OF_POST) if register == POST else (_LISTS[register], thing)
    )
    return rows.is_known(grants.store().get(*place))


def history(register: str, thing: str) -> tuple[Definition, ...]:
    """All that was ever said of a thing, from its stream."""
    return definitions.fold(register, stores.journal().read(stream_of(register, thing)))


def last_entry(register: str, thing: str) -> Entry | None:
    """The newest entry about a thing."""
    return stores.journal().last(stream_of(register, thing))


def stream_of(register: str, thing: str) -> str:
    """The stream of a thing of a register."""
    return f"{definitions.REGISTERS[register][1]}#{thing}"


def faults(register: str, thing: str, wanted: Definition) -> list[Fault]:
    """What the other registers say against it: an unknown organization or service point, a tree
    that is none.
    """
    facts, at = wanted.facts, wanted.starts
    if register == ORGANIZATION:
        return _misplaced(thing, str(facts.get("parent", "")), str(facts["level"]), at)
    field = "department" if register == POST else "organization"
    found = (
        []
        if is_defined(ORGANIZATION, facts[field], at)
        else [Fault(f"/data/{field}", "organization-unknown")]
    )
    if "service_point" in facts and not is_defined(SERVICE_POINT, facts["service_point"], at):
        found.append(Fault("/data/service_point", "service-point-unknown"))
    return found


def _misplaced(code: str, parent: str, level: str, at: datetime) -> list[Fault]:
    above = parent
    for _ in range(_MAX_ABOVE):
        if not above:
            return []
        facts = facts_of(ORGANIZATION, above, at)
        if facts is None:
            return [Fault("/data/parent", "organization-unknown")]
        if above == code or LEVELS.index(str(facts["level"])) > LEVELS.index(level):
            break
        above, level = str(facts.get("parent", "")), str(facts["level"])
    return [Fault("/data/parent", "organization-misplaced")]


def facts_of(register: str, thing: str, at: datetime) -> rows.Data | None:
    """What the register says of an organization or service point at a moment, read consistently."""
    row = grants.store().get(_LISTS[register], thing)
    return rows.facts_at(row.data, at) if row else None


def is_defined(register: str, thing: str, at: datetime) -> bool:
    """Whether the register has it at a moment."""
    return facts_of(register, thing, at) is not None


def check(register: str, thing: str, wanted: Definition, more: list[Fault]) -> None:
    """Raise Invalid with what stands against a definition, besides what was found already."""
    if found := [*more, *faults(register, thing, wanted)]:
        raise Invalid(faults=found)


def define_post(position: Position, *, now: datetime) -> bool:
    """Define a post from ``now`` on, or anew with effect on all who hold it; whether anything
    changed.

    Raises Conflict with more than 90 holders, past and present.
    """
    return define(POST, position.id, Definition(position.facts, now), By(now))


def _of_list(
    register: str, thing: str, known: tuple[Definition, ...], now: datetime
) -> list[TransactionalWrite]:
    place = _LISTS[register]
    kept = rows.definition_data(definitions.still_needed(known, now))
    return [
        moved_on(
            Row(place, thing, data={"id": thing, "definitions": kept}),
            grants.store().get(place, thing),
        )
    ]


def _of_post(post: str, known: tuple[Definition, ...], now: datetime) -> list[TransactionalWrite]:
    store = grants.store()
    row = store.get(grants.post_key(post), grants.OF_POST)
    data = rows.post_data(post, known, rows.delegated_to(row), now)
    public = {"post": post, "definitions": data["definitions"]}
    before = {d.facts["department"] for d in rows.defined(row.data)} if row else set()
    departments = before | {told["department"] for told in data["definitions"]}
    listed = [
        Row(grants.POSTS, f"{department}/{post}", data=public) for department in sorted(departments)
    ]
    return [
        moved_on(Row(grants.post_key(post), grants.OF_POST, data=data), row),
        *map(store.write, listed),
        *(rows.of_holders(post, data) if row else ()),
    ]
