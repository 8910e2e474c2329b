"""The inbox over HTTP."""

from typing import Any

from chalicelib.kernel import clock, paging, stores
from chalicelib.kernel.authorization import Resource
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.http import PAGING, SIGNED_IN, Call, Door, Parameter, Reply
from chalicelib.kernel.views import Row
from chalicelib.notify import deliveries, inbox
from chalicelib.notify.acts import sentence

door = Door()
PARTY = Parameter("whose messages, by a mandate of theirs; mine when absent")


@door.on(
    "GET",
    "/messages",
    action="list_messages",
    audience=SIGNED_IN,
    summary="My messages, or those of a party for which I act, newest first",
    reply="messages",
    query={"party": PARTY, **PAGING},
)
def messages(call: Call) -> Reply:
    """An inbox, in the caller's language: what was sent of each message by mail and text message,
    and how many messages nobody has read.
    """
    parties = _parties(call)
    binding = ("messages", call.principal.person, *parties)
    starts = paging.take(call.query.get("cursor", ""), *binding)
    rows, more = paging.merged(
        parties,
        _messages_of,
        call.limit(),
        starts,
    )
    unread = inbox.unread(parties)
    return Reply(
        {
            "messages": [_shown(row, call.language) for row in rows],
            "unread": {"count": unread.count, "more": unread.more},
            "next_cursor": paging.give(more, *binding),
        }
    )


@door.on(
    "POST",
    "/messages/{message}/read",
    action="mark_message_read",
    audience=SIGNED_IN,
    summary="Say that a message was read",
    reply="message_read",
    query={"party": PARTY},
)
def read(call: Call, message: str) -> Reply:
    """Once read, it stays so: the first time counts, however often it is said."""
    row = _find(_parties(call), message)
    marked = inbox.mark_read(row)
    return Reply({"id": message, "read_at": marked.data[inbox.READ_AT]})


def _parties(call: Call) -> tuple[str, ...]:
    """The inboxes that are asked for. Raises Forbidden."""
    party = call.query.get("party", call.principal.person)
    call.permit(
        Resource(
            "Party",
            party or "none",
            {"party": party, "item": "*"},
        )
    )
    return call.ids_of(party)


def _find(parties: tuple[str, ...], message: str) -> Row:
    for party in parties:
        row = inbox.find(party, message)
        if row:
            return row
    raise NotFound


def _messages_of(party: str, limit: int, start: paging.Start | None) -> paging.Found[Row]:
    page = stores.views().newest(
        inbox.inbox_of(party),
        limit=limit,
        start=start,
    )
    return [(row.sk, row) for row in page.rows], page.next_start


def _shown(row: Row, language: str) -> dict[str, Any]:
    data = row.data
    facts = {name: data[name] for name in ("kind", "level", "at")}
    now = clock.now()
    sent = {
        channel: deliveries.shown(delivery, now)
        for channel, delivery in deliveries.recorded(data).items()
    }
    return {
        "id": inbox.id_of(row),
        **facts,
        "case_number": data["case_number"] or None,
        "mandate": data["params"].get("mandate"),
        "text": sentence(data["kind"], data["params"], data["case_number"], language),
        "read_at": data.get(inbox.READ_AT),
        "delivery": sent,
    }
