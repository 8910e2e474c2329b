"""Who read my cases, over HTTP."""

from chalicelib.casework.views import access_log
from chalicelib.kernel import paging as cursors
from chalicelib.kernel.authorization import Resource
from chalicelib.kernel.http import PAGING, SIGNED_IN, Call, Door, Parameter, Reply

door = Door()


@door.on(
    "GET",
    "/me/access-log",
    action="read_access_log",
    audience=SIGNED_IN,
    reply="access_log",
    query={
        "party": Parameter("whose log, by a mandate of theirs for all items; mine when absent"),
        **PAGING,
    },
    summary="Which office read my cases, when and for what, newest first",
)
def show_access_log(call: Call) -> Reply:
    """The office and its post, not the reader's name; what is sealed for a time is listed when that
    is over.
    """
    party = call.query.get("party", call.principal.person)
    facts = {"party": party, "item": "*"}
    resource = Resource("Party", party or "none", facts)
    call.permit(resource)
    parties = call.ids_of(party)
    binding = ("access-log", call.principal.person, *parties)
    cursor = call.query.get("cursor", "")
    starts = cursors.take(cursor, *binding)
    reads, next_starts = access_log.listed(
        parties,
        call.now.date(),
        call.limit(),
        starts,
    )
    page = {
        "reads": reads,
        "next_cursor": cursors.give(next_starts, *binding),
    }
    return Reply(page)
