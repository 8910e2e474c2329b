"""Use cases on mandates: an act and what the grantee may do from then on, in one transaction."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.authority import grants
from chalicelib.authority.grants import Row
from chalicelib.authority.mandates import acts
from chalicelib.authority.mandates.acts import GUARDIANSHIP, Granted, Mandate, MandateRequest, Scope
from chalicelib.authority.registers import writing
from chalicelib.authority.registers.writing import By, Prepared
from chalicelib.kernel import authorization, clock, ids, stores
from chalicelib.kernel.errors import Conflict, NotFound
from chalicelib.kernel.journal import Act, Entry, TransactionalWrite

HELD = "mandate#"  # sort keys of the rows that tell a person of each mandate offered to them
MAX_CHARACTERS = 40
Decide = Callable[[Granted, str], tuple[Act, ...]]


def grant(wish: MandateRequest, by: By) -> Mandate:
    """Offer a mandate; repeating the request returns the same. Raises as ``acts.grant`` does."""
    return _moved(
        _stream(wish.party),
        lambda known, fresh: acts.grant(known, wish, fresh, by.actor.person, by.now),
        by,
    )


def establish(wish: MandateRequest, by: By) -> Mandate:
    """Put on record that the grantee is the guardian of ``party``; it holds once the guardian
    accepts it.
    """
    return grant(replace(wish, kind=GUARDIANSHIP), by)


def accept(mandate: str, name: str, by: By) -> Mandate:
    """Accept a mandate under the grantee's legal name. Raises NotFound, Conflict."""
    return _changed(mandate, lambda known: acts.accept(known, name, by.now), by)


def limit(mandate: str, narrower: Callable[[Scope], Scope], by: By) -> Mandate:
    """Narrow a mandate at once. Raises NotFound, Invalid, Conflict."""
    return _changed(mandate, lambda known: acts.limit(known, narrower(known.scope), by.now), by)


def end(mandate: str, reason: str, by: By) -> Mandate:
    """End a mandate at once. Raises NotFound, Conflict."""
    return _changed(mandate, lambda known: acts.end(known, reason, by.now), by)


def find(mandate: str) -> Mandate:
    """A mandate, read consistently. Raises NotFound."""
    return acts.fold(stores.journal().read(_stream_of(mandate))).find(mandate)


def granted_by(party: str) -> list[Mandate]:
    """All mandates to act for a party, the newest first."""
    return [*acts.fold(stores.journal().read(_stream(party))).mandates.values()][::-1]


def moves(entries: Iterable[Entry]) -> Iterator[tuple[Entry, Mandate]]:
    """Each of a party's entries, and the mandate that it is about as it was then."""
    known = Granted()
    for entry in entries:
        for act in entry.acts:
            known = acts.evolve(known, act, entry.at)
        yield entry, known.find(entry.acts[0].data["mandate"])


def last_moved(entries: Sequence[Entry]) -> Mandate:
    """The mandate that the last of a party's entries is about."""
    return acts.fold(entries).find(entries[-1].acts[0].data["mandate"])


def held_on(person: str, moment: datetime) -> tuple[authorization.Mandate, ...]:
    """The mandates that a person held at a moment gone by, or had held, as the journals tell
    them.
    """
    found = []
    for row in grants.store().partition(grants.person_key(person), HELD):
        known = stores.journal().read(_stream_of(row.data["mandate"]))
        then = acts.fold(entry for entry in known if entry.at <= moment).mandates.get(
            row.data["mandate"]
        )
        if then and then.accepted_at:
            ended = (then.ended_at or then.scope.ends) if then.is_over(moment) else None
            found.append(
                authorization.Mandate(
                    then.party, then.party_name, then.scope.items, then.scope.acts, ended
                )
            )
    return tuple(found)


def _stream(party: str) -> str:
    # The id of a mandate stands in addresses, and its beginning here: neither tells whose it is.
    return f"mandates#{ids.keyed_hash('mandates', party)}"


def _stream_of(mandate: str) -> str:
    """The stream of a mandate's id ``<26 characters>.<n>``. Raises NotFound."""
    beginning, _, number = mandate.partition(".")
    if len(mandate) > MAX_CHARACTERS or not (beginning.isalnum() and number.isdecimal()):
        raise NotFound
    return f"mandates#{beginning}"


def _changed(mandate: str, decide: Callable[[Mandate], tuple[Act, ...]], by: By) -> Mandate:
    return _moved(_stream_of(mandate), lambda known, _: decide(known.find(mandate)), by)


def _moved(stream: str, decide: Decide, by: By) -> Mandate:
    return writing.retried(lambda: _move(stream, decide, by))


def _move(stream: str, decide: Decide, by: By) -> Mandate:
    """Fold, decide, append; the mandate that the entry is about, as it was then."""
    entries = stores.journal().read(stream)
    if done := writing.answered(entries, by.request):
        return last_moved(entries[: done.seq])
    made = decide(acts.fold(entries), f"{stream.partition('#')[2]}.{len(entries) + 1}")
    entry = writing.entry_of(stream, entries, made, by)
    subject = last_moved([*entries, entry])
    writing.commit(Prepared(subject.id, (entry,), tuple(_grants_after(subject, by))))
    return subject


def _grants_after(mandate: Mandate, by: By) -> list[TransactionalWrite]:
    """The row that tells the grantee of it and, once it is accepted, what the grantee may do."""
    store, key = grants.store(), grants.person_key(mandate.grantee)
    told = store.write(Row(key, f"{HELD}{mandate.id}", data=row_data(mandate)))
    if not mandate.accepted_at:
        return [told]
    known = store.get(key, grants.OF_PERSON)
    data = {
        "person": mandate.grantee,
        "name": mandate.grantee_name,
        "mail": "",
        "posts": [],
        **_data(known),
    }
    others = [m for m in data.get("mandates", ()) if m["mandate"] != mandate.id]
    ended = [
        {"party": m["party"], "ended_at": m["until"]}
        for m in others
        if clock.parse(m["until"]) <= by.now
    ]
    held = [m for m in others if clock.parse(m["until"]) > by.now]
    if mandate.is_over(by.now):
        ended.append(
            {
                "party": mandate.party,
                "ended_at": clock.stamp(mandate.ended_at or mandate.scope.ends),
            }
        )
    else:
        held.append(
            {
                "mandate": mandate.id,
                "party": mandate.party,
                "name": mandate.party_name,
                **mandate.scope.data,
            }
        )
    if len(held) > acts.MAX_MANDATES:
        raise Conflict("mandates-too-many", limit=acts.MAX_MANDATES)
    former = _latest([*data.get("former_mandates", ()), *ended])
    data |= {"mandates": held} | ({"former_mandates": former} if former else {})
    return [told, writing.moved_on(Row(key, grants.OF_PERSON, data=data), known)]


def _latest(former: Iterable[Mapping[str, str]]) -> list[Mapping[str, str]]:
    """Of each party the mandate that ended last, the latest of them first, as many as a row
    takes.
    """
    latest = {m["party"]: m for m in sorted(former, key=lambda m: clock.parse(m["ended_at"]))}
    return [*latest.values()][::-1][: acts.MAX_MANDATES]


def _data(row: Row | None) -> dict[str, Any]:
    return dict(row.data) if row else {}


def row_data(mandate: Mandate) -> dict[str, Any]:
    """What the row says that tells the grantee of a mandate."""
    moments = {
        "granted_at": mandate.granted_at,
        "accepted_at": mandate.accepted_at,
        "ended_at": mandate.ended_at,
    }
    return {
        "mandate": mandate.id,
        "kind": mandate.kind,
        "party": mandate.party,
        "party_name": mandate.party_name,
        "grantee": mandate.grantee,
        "grantee_name": mandate.grantee_name,
        **mandate.scope.data,
        **{name: clock.stamp(at) if at else None for name, at in moments.items()},
    }


def of_row(data: Mapping[str, Any]) -> Mandate:
    """The mandate that ``row_data`` told of."""
    granted, accepted, ended = (
        clock.parse(data[name]) if data[name] else None
        for name in ("granted_at", "accepted_at", "ended_at")
    )
    assert granted is not None, "what is told has been granted"
    return Mandate(
        id=data["mandate"],
        kind=data["kind"],
        party=data["party"],
        party_name=data["party_name"],
        grantee=data["grantee"],
        scope=acts.scope_of(data),
        granted_at=granted,
        grantee_name=data["grantee_name"],
        accepted_at=accepted,
        ended_at=ended,
    )
