"""Lists of cases over HTTP: one's own and those of a party, and the public notices."""

from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.casework.execution import task_tokens
from chalicelib.kernel import paging as cursors
from chalicelib.kernel import stores
from chalicelib.kernel.authorization import Resource
from chalicelib.kernel.http import PAGING, PUBLIC, SIGNED_IN, Call, Door, Parameter, Reply
from chalicelib.kernel.views import Key

door = Door()

Starts = Mapping[str, cursors.Start | None] | None
LOOK = 100  # rows of a party that are looked at together
MAX_LOOKS = 20  # how often for one page
CASE_FIELDS = ("number", "item", "status", "filed_at")
NOTICE_FIELDS = ("number", "item", "opened_at", "due_at")


@door.on(
    "GET",
    "/cases",
    action="list_own_cases",
    audience=SIGNED_IN,
    reply="cases",
    query={
        "party": Parameter("whose cases, by a mandate of theirs; mine when absent"),
        **PAGING,
    },
    summary="My cases, or those of a party for which I act, newest first",
)
def list_cases(call: Call) -> Reply:
    """Of a party those at whose items the caller may act for it."""
    party = call.query.get("party", call.principal.person)
    facts = {"party": party, "item": "*"}
    resource = Resource("Party", party or "none", facts)
    call.permit(resource)
    binding = ("cases", call.principal.person, *call.ids_of(party))
    cursor = call.query.get("cursor", "")
    starts = cursors.take(cursor, *binding)
    rows: list[Mapping[str, Any]] = []
    for _ in range(MAX_LOOKS):
        space = call.limit() - len(rows)
        visible, starts = _look(call, party, space, starts)
        rows += visible
        if starts is None or len(rows) == call.limit():
            break
    page = {
        "cases": [_fields(row, CASE_FIELDS) for row in rows],
        "next_cursor": cursors.give(starts, *binding),
    }
    return Reply(page)


def _look(
    call: Call,
    party: str,
    space: int,
    starts: Starts,
) -> tuple[list[Mapping[str, Any]], Starts]:
    """The next cases of a party that the caller may know of, at most ``space``, and where to go
    on.

    What is not for the caller is passed over, so that no page tells how much of it there is.
    """
    principal = call.principal
    parties = call.ids_of(party)
    is_own = party in principal.identities
    limit = space if is_own else LOOK
    keys, after = cursors.merged(parties, _cases_of, limit, starts)
    cases = stores.views().get_many(keys)
    visible: list[Mapping[str, Any]] = []
    for looked, key in enumerate(keys, start=1):
        row = cases.get(key)
        if row and principal.may_act_for(party, row.data["item"]):
            visible.append(row.data)
        if len(visible) == space and looked < len(keys):
            _, after = cursors.merged(
                parties,
                _cases_of,
                looked,
                starts,
            )
            break
    return visible, after


def _cases_of(party: str, limit: int, start: cursors.Start | None) -> cursors.Found[Key]:
    page = stores.views().index(
        "owner",
        f"person#{party}",
        limit=limit,
        start=start,
        newest_first=True,
    )
    newest_first = [(sort, key) for key, sort in page.keys]
    return newest_first, page.next_start


@door.on(
    "GET",
    "/public-notices",
    action="list_notices",
    audience=PUBLIC,
    reply="public_notices",
    query=PAGING,
    summary="Cases that are shown to the public, for objections",
)
def list_notices(call: Call) -> Reply:
    """Those whose notice period ends first come first."""
    views = stores.views()
    cursor = call.query.get("cursor", "")
    start = cursors.take(cursor, "notices")
    page = views.index(
        "inbox",
        task_tokens.IN_PUBLIC,
        limit=call.limit(),
        start=start,
    )
    keys = [key for key, _ in page.keys]
    rows = views.get_many(keys)
    notices = [_fields(rows[key].data, NOTICE_FIELDS) for key in keys if key in rows]
    next_cursor = cursors.give(page.next_start, "notices")
    return Reply({"notices": notices, "next_cursor": next_cursor})


def _fields(row: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: row[name] for name in names}
