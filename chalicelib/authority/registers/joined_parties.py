"""Ids that are one person: a stream for each pair, and the rows of both, which move with it."""

from collections.abc import Sequence
from functools import partial

from chalicelib.authority.acts import joined_parties
from chalicelib.authority.acts.joined_parties import PREFIX, Joined, PartiesJoined
from chalicelib.authority.grants import identities, persons, rows
from chalicelib.authority.mandates.parties import COMPANY
from chalicelib.kernel import ids
from chalicelib.kernel.acts import to_act
from chalicelib.kernel.aggregates import ActOrigin, Aggregate, Decision, Prepared
from chalicelib.kernel.commands import prepare
from chalicelib.kernel.errors import Conflict, Fault, Invalid
from chalicelib.kernel.journal import Entry, TransactionalWrite


def id_of(parties: Sequence[str]) -> str:
    """How the record names two ids, in whichever order, without telling whose they are."""
    in_order = sorted(parties)
    return ids.keyed_hash(PREFIX, *in_order)


def prepare_joining(wanted: PartiesJoined, origin: ActOrigin) -> Prepared[Joined] | None:
    """The act, ready to be written; None where it is so already. Raises Invalid and Conflict."""
    _check(wanted)
    stream = f"{PREFIX}#{id_of(wanted.parties)}"
    return prepare(
        PAIR,
        stream,
        wanted,
        partial(origin.in_stream, stream),
    )


def _check(wanted: PartiesJoined) -> None:
    """Raise Invalid for what are no two ids of a person, Conflict where one is no more, or where a
    person would have more ids than anybody has.
    """
    first, second = wanted.parties
    if first == second:
        raise Invalid(faults=[Fault("/data/parties", "joined-to-itself")])
    for number, party in enumerate(wanted.parties):
        if party.startswith(COMPANY):
            raise Invalid(faults=[Fault(f"/data/parties/{number}", "company-not-joined")])
    if not wanted.is_joined:
        return
    persons.check_goes_on(first)
    persons.check_goes_on(second)
    together = {*identities.of(first), *identities.of(second)}
    if len(together) > identities.MOST:
        raise Conflict("identities-too-many", limit=identities.MOST)


def _decide(last: Joined, wanted: PartiesJoined, origin: ActOrigin) -> Decision:
    payload = joined_parties.decide(last, wanted)
    if payload is None:
        return Decision([])
    act = to_act(payload)
    return Decision([act])


def _rows_after(joined: Joined, entry: Entry) -> Sequence[TransactionalWrite]:
    assert joined is not None, "the act has just said so"
    first, second = joined.parties
    return [
        _row(first, second, joined.is_joined),
        _row(second, first, joined.is_joined),
    ]


def _row(party: str, other: str, is_joined: bool) -> TransactionalWrite:
    stored = rows.person_row(party)
    told = identities.with_other(
        stored,
        other,
        is_joined,
    )
    return persons.with_data(
        party,
        stored,
        **told,
    )


PAIR: Aggregate[Joined, PartiesJoined] = Aggregate(joined_parties.fold, _decide, _rows_after)
"""Two ids."""
