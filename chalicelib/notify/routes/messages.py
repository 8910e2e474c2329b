"""The inbox over HTTP."""

from typing import Any

from chalicelib.kernel import paging, stores
from chalicelib.kernel.authorization import Resource
from chalicelib.kernel.http import PAGING, SIGNED_IN, Call, Door, Parameter, Reply
from chalicelib.kernel.views import Row
from chalicelib.notify.acts import sentence
from chalicelib.notify.sending import inbox_of

door = Door()


@door.on(
    "GET",
    "/messages",
    action="list_messages",
    audience=SIGNED_IN,
    summary="My messages, or those of a party for which I act, newest first",
    reply="messages",
    query={
        "party": Parameter("whose messages, by a mandate of theirs; mine when absent"),
        **PAGING,
    },
)
def messages(call: Call) -> Reply:
    """An inbox, in the caller's language."""
    party = call.query.get("party", call.principal.person)
    call.permit(
        Resource(
            "Party",
            party or "none",
            {"party": party, "item": "*"},
        )
    )
    parties = call.ids_of(party)
    binding = ("messages", call.principal.person, *parties)
    starts = paging.take(call.query.get("cursor", ""), *binding)
    rows, more = paging.merged(
        parties,
        _messages_of,
        call.limit(),
        starts,
    )
    return Reply(
        {
            "messages": [_shown(row, call.language) for row in rows],
            "next_cursor": paging.give(more, *binding),
        }
    )


def _messages_of(party: str, limit: int, start: paging.Start | None) -> paging.Found[Row]:
    page = stores.views().newest(
        inbox_of(party),
        limit=limit,
        start=start,
    )
    return [(row.sk, row) for row in page.rows], page.next_start


def _shown(row: Row, language: str) -> dict[str, Any]:
    facts = {name: row.data[name] for name in ("kind", "level", "at")}
    about = {
        "case_number": row.data["case_number"] or None,
        "mandate": row.data["params"].get("mandate"),
    }
    return {
        "id": row.sk.partition("#")[2],
        **facts,
        **about,
        "text": sentence(row.data["kind"], row.data["params"], row.data["case_number"], language),
    }
