"""Ends of parties: a stream for each party that is no more, and its row, which moves with it."""

from collections.abc import Iterable, Sequence
from functools import partial

from chalicelib.authority.acts import party_ends
from chalicelib.authority.acts.party_ends import PREFIX, PartyEnd, PartyEndRecorded
from chalicelib.authority.grants import persons, rows
from chalicelib.authority.mandates.parties import COMPANY
from chalicelib.kernel import ids
from chalicelib.kernel.acts import to_act
from chalicelib.kernel.aggregates import ActOrigin, Aggregate, Decision, Prepared
from chalicelib.kernel.commands import prepare
from chalicelib.kernel.journal import Entry, TransactionalWrite


def of_entries(entries: Iterable[Entry]) -> PartyEnd:
    """What the stream of a party's end tells; None where nothing is on record."""
    return party_ends.fold("", entries)


def id_of(party: str) -> str:
    """How the record names a party's end without telling whose it is."""
    return ids.keyed_hash(PREFIX, party)


def prepare_end(wanted: PartyEndRecorded, origin: ActOrigin) -> Prepared[PartyEnd] | None:
    """The act, ready to be written; None where it is on record. Raises Invalid."""
    stream = f"{PREFIX}#{id_of(wanted.parties[0])}"
    return prepare(
        ENDS,
        stream,
        wanted,
        partial(origin.in_stream, stream),
    )


def _decide(end: PartyEnd, wanted: PartyEndRecorded, origin: ActOrigin) -> Decision:
    is_company = wanted.parties[0].startswith(COMPANY)
    today = origin.now.date()
    payload = party_ends.decide(
        end,
        wanted,
        is_company,
        today,
    )
    if payload is None:
        return Decision([])
    act = to_act(payload)
    return Decision([act])


def _rows_after(end: PartyEnd, entry: Entry) -> Sequence[TransactionalWrite]:
    assert end is not None, "the act has just recorded it"
    told = {"cause": end.cause, "on": end.ended_on.isoformat()}
    writes = []
    for party in end.parties:
        stored = rows.person_row(party)
        write = persons.with_data(party, stored, ended=told)
        writes.append(write)
    return writes


ENDS: Aggregate[PartyEnd, PartyEndRecorded] = Aggregate(party_ends.fold, _decide, _rows_after)
"""The end of one party."""
