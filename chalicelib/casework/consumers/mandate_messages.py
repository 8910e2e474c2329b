"""Both sides of a mandate hear of what becomes of it: the party and who is to act for it. A feed
handler.

No event goes on the bus: a mandate is a matter between two, so it is told in their inboxes alone.
"""

from collections.abc import Iterator
from datetime import timedelta

from chalicelib import notify
from chalicelib.authority import mandates
from chalicelib.authority.mandates import Mandate
from chalicelib.kernel import clock, stores
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.views import Row
from chalicelib.notify import Message

SINCE = {
    mandates.ACCEPTED: "mandate.accepted",
    mandates.LIMITED: "mandate.limited",
    mandates.ENDED: "mandate.ended",
}
KINDS = ("mandate.offered", "mandate.guardianship", "mandate.granted", *SINCE.values())
FRESH = timedelta(days=1)
TOLD = "told"  # the row that says how far a party's mandates have been told


def project(stream: str, age: float = 0.0) -> bool:
    """Tell what has not been told of the mandates of one party; whether there was anything."""
    views, entries = stores.views(), stores.journal().read(stream)
    row, old = views.get(stream, TOLD), clock.now() - FRESH
    known = row.version if row else 0
    for entry, mandate in mandates.moves(entries):
        # Without a row all of it came before there was any news of mandates, or just now.
        if entry.seq > known and (row or entry.at > old):
            for person, message in _news(entry, mandate):
                notify.send(person, message)
    return len(entries) > known and views.put(
        Row(
            stream,
            TOLD,
            version=len(entries),
        ),
        expect=known,
    )


def _news(entry: Entry, mandate: Mandate) -> Iterator[tuple[str, Message]]:
    """(person, message) for each side but the one that has acted."""
    params = {
        "mandate": mandate.id,
        "party": mandate.party_name,
        "grantee": mandate.grantee_name or mandate.grantee,
        "until": clock.last_day(mandate.scope.ends).isoformat(),
    }
    for person in (mandate.party, mandate.grantee):
        if person != entry.actor.person:
            kind = _kind(entry.acts[0].type, mandate, person)
            yield (
                person,
                Message(
                    f"{entry.stream}#{entry.seq}.0",
                    kind,
                    params,
                    "",
                    entry.at,
                ),
            )


def _kind(act: str, mandate: Mandate, person: str) -> str:
    if act != mandates.GRANTED:
        return SINCE[act]
    if person == mandate.party:
        return "mandate.granted"
    return "mandate.guardianship" if mandate.kind == mandates.GUARDIANSHIP else "mandate.offered"
