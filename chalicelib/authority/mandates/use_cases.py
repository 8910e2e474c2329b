"""Use cases on mandates: an act and what the grantee may do from then on, in one transaction."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from chalicelib.authority import grants
from chalicelib.authority.grants import Row
from chalicelib.authority.mandates import acts, rules
from chalicelib.authority.mandates import rows as mandate_rows
from chalicelib.authority.mandates.rules import (
    AcceptMandate,
    EndMandate,
    LimitMandate,
    MandateCommand,
    MandateRequest,
)
from chalicelib.authority.mandates.values import GUARDIANSHIP, Granted, Mandate
from chalicelib.kernel import authorization, clock, ids, requests, stores
from chalicelib.kernel.acts import to_act
from chalicelib.kernel.aggregates import (
    ActOrigin,
    Aggregate,
    Authorization,
    Authorize,
    Decision,
    by_machine,
)
from chalicelib.kernel.commands import execute
from chalicelib.kernel.errors import Conflict, NotFound
from chalicelib.kernel.journal import Entry, Request, TransactionalWrite

MAX_CHARACTERS = 40


def grant(wanted: MandateRequest, authorize: Authorize[Granted], request: Request) -> Mandate:
    """Offer a mandate; repeating the request returns the same. Raises as ``rules.grant`` does, and
    KeyReused, also where the key has offered one of another party.
    """
    requests.check(request)
    stream = _stream(wanted.party)
    offered = _execute(stream, wanted, authorize, request)
    requests.claim(request)
    return offered


def establish(wanted: MandateRequest, authorization: Authorization, request: Request) -> Mandate:
    """Put on record that the grantee is the guardian of ``party``, by an office that may; it holds
    once the guardian accepts it.
    """
    guardianship = replace(wanted, kind=GUARDIANSHIP)
    return grant(
        guardianship,
        partial(_authorized, authorization),
        request,
    )


def _authorized(authorization: Authorization, granted: Granted) -> Authorization:
    return authorization


def accept(mandate: str, name: str, authorize: Authorize[Granted], request: Request) -> Mandate:
    """Accept a mandate under the grantee's legal name. Raises NotFound, Conflict."""
    command = AcceptMandate(mandate, name)
    return _execute(
        _stream_of(mandate),
        command,
        authorize,
        request,
    )


def limit(command: LimitMandate, authorize: Authorize[Granted], request: Request) -> Mandate:
    """Narrow a mandate at once. Raises NotFound, Invalid, Conflict."""
    stream = _stream_of(command.mandate)
    return _execute(stream, command, authorize, request)


def end(
    mandate: str,
    reason: str,
    authorize: Authorize[Granted],
    request: Request | None,
) -> Mandate:
    """End a mandate at once. Raises NotFound, Conflict."""
    command = EndMandate(mandate, reason)
    return _execute(
        _stream_of(mandate),
        command,
        authorize,
        request,
    )


def end_all(party: str, reason: str) -> None:
    """End whatever the party has granted and whatever was granted to it, by the machine: who is no
    more neither acts nor lets anybody act. Safe to repeat.
    """
    now = clock.now()
    for mandate in (*granted_by(party), *offered_to(party)):
        if mandate.is_over(now):
            continue
        try:
            end(mandate.id, reason, by_machine, None)
        except Conflict:  # somebody has ended it just now
            continue


def granted_by(party: str) -> list[Mandate]:
    """All mandates to act for a party, the newest first."""
    stream = _stream(party)
    granted = acts.fold(stream, stores.journal().read(stream))
    # Of one whose time is over nothing is left to tell.
    known = [mandate for mandate in granted.mandates.values() if mandate.party]
    return known[::-1]


def offered_to(person: str) -> list[Mandate]:
    """All mandates that were ever offered to somebody, the newest first."""
    mandates = [mandate_rows.from_data(row.data) for row in _rows_about(person)]
    return sorted(mandates, key=_granted_at, reverse=True)


def _rows_about(person: str) -> list[Row]:
    key = grants.person_key(person)
    return grants.store().partition(key, mandate_rows.HELD)


def _granted_at(mandate: Mandate) -> datetime:
    return mandate.granted_at


def moves(entries: Iterable[Entry]) -> Iterator[tuple[Entry, Mandate]]:
    """Each of a party's entries, and the mandate that it is about as it was then."""
    granted = Granted()
    for entry in entries:
        granted = acts.after(granted, [entry])
        yield entry, _subject(granted, entry)


def held_on(person: str, moment: datetime) -> tuple[authorization.Mandate, ...]:
    """The mandates that a person held at a moment gone by, or had held, as the journals tell
    them.
    """
    held = []
    for row in _rows_about(person):
        mandate = _at(row.data["mandate"], moment)
        if mandate and mandate.accepted_at:
            held.append(_as_right(mandate, moment))
    return tuple(held)


def _at(mandate: str, moment: datetime) -> Mandate | None:
    stream = _stream_of(mandate)
    entries = stores.journal().read(stream)
    then = acts.fold(stream, [entry for entry in entries if entry.at <= moment])
    return then.mandates.get(mandate)


def _as_right(mandate: Mandate, moment: datetime) -> authorization.Mandate:
    return authorization.Mandate(
        mandate.party,
        mandate.party_name,
        mandate.scope.items,
        mandate.scope.acts,
        mandate.end if mandate.is_over(moment) else None,
    )


def _stream(party: str) -> str:
    # The id of a mandate stands in addresses, and its beginning here: neither tells whose it is.
    return f"mandates#{ids.keyed_hash('mandates', party)}"


def _stream_of(mandate: str) -> str:
    """The stream of a mandate's id ``<26 characters>.<n>``. Raises NotFound."""
    beginning, _, number = mandate.partition(".")
    is_id = beginning.isalnum() and number.isdecimal()
    if len(mandate) > MAX_CHARACTERS or not is_id:
        raise NotFound
    return f"mandates#{beginning}"


def _execute(
    stream: str,
    command: MandateCommand,
    authorize: Authorize[Granted],
    request: Request | None,
) -> Mandate:
    """The mandate that the entry is about, as it was then."""
    result = execute(
        MANDATES,
        stream,
        command,
        authorize,
        request,
    )
    return _subject(result.state, result.entry)


def _subject(granted: Granted, entry: Entry) -> Mandate:
    mandate = acts.mandate_of(entry.acts[0])
    return granted.find(mandate)


def _decide(granted: Granted, command: MandateCommand, origin: ActOrigin) -> Decision:
    payload = rules.decide(granted, command, origin)
    return Decision([to_act(payload)])


def _rows_after(granted: Granted, entry: Entry) -> Sequence[TransactionalWrite]:
    mandate = _subject(granted, entry)
    return mandate_rows.grants_after(mandate, entry.at)


MANDATES: Aggregate[Granted, MandateCommand] = Aggregate(acts.fold, _decide, _rows_after)
"""The mandates to act for one party."""
