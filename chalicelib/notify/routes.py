"""The inbox over HTTP."""

from typing import Any

from chalicelib.kernel import pages, stores
from chalicelib.kernel.door import SIGNED_IN, Call, Door, Reply
from chalicelib.kernel.guard import Resource
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
        "party": "whose messages, by a mandate of theirs; mine when absent",
        "cursor": "where the next page starts",
        "limit": "rows of a page, 1 to 100",
    },
)
def messages(call: Call) -> Reply:
    """An inbox, in the caller's language."""
    party = call.query.get("party", call.principal.person)
    call.permit(Resource("Party", party or "none", {"party": party, "item": "*"}))
    inbox = inbox_of(party)
    start = pages.take(call.query.get("cursor", ""), inbox)
    page = stores.views().newest(inbox, limit=call.limit(), start=start)
    shown = [_shown(row, call.language) for row in page.rows]
    return Reply({"messages": shown, "next_cursor": pages.give(page.next_start, inbox)})


def _shown(row: Row, language: str) -> dict[str, Any]:
    facts = {name: row.data[name] for name in ("kind", "level", "case_number", "at")}
    return {
        "id": row.sk.partition("#")[2],
        **facts,
        "text": sentence(row.data["kind"], row.data["params"], row.data["case_number"], language),
    }
