"""Cases over HTTP: one's own, the public record, following; statements, objections and what else
parties do.
"""

from collections.abc import Mapping
from typing import Any

from chalicelib.casework.acts import (
    Case,
    Collect,
    Command,
    FileObjection,
    StateViews,
    Withdraw,
)
from chalicelib.casework.execution import task_tokens
from chalicelib.casework.use_cases import case_commands, reads, refusals, repository
from chalicelib.casework.use_cases.case_commands import MakeCommand
from chalicelib.casework.use_cases.permissions import as_applicant, party_spoken_for
from chalicelib.casework.use_cases.tracking import follow
from chalicelib.casework.views import pages
from chalicelib.kernel import paging as cursors
from chalicelib.kernel import stores
from chalicelib.kernel.aggregates import Authorization
from chalicelib.kernel.authorization import Resource
from chalicelib.kernel.http import PARTY, PUBLIC, SIGNED_IN, Call, Door, Reply
from chalicelib.kernel.views import Key
from chalicelib.kernel.visibility import PARTY as PARTY_VIEW

door = Door()

READING = {
    "purpose": "why an office reads the case that has no task in it: " + ", ".join(reads.PURPOSES)
}
LOOK, MAX_LOOKS = (
    100,
    20,
)  # rows of a party that are looked at together, and how often for one page
PAGING = {
    "cursor": "where the next page starts",
    "limit": "rows of a page, 1 to 100",
}


def _execute(call: Call, number: str, command: Command | MakeCommand) -> Reply:
    """Do it as applicant or party, and answer with its receipt."""
    case_id = repository.find(number)
    result = case_commands.execute(case_id, command, as_applicant(call), call.request)
    return Reply(pages.receipt(result.state, result.entry), version=result.state.seq)


@door.on(
    "GET",
    "/cases",
    action="list_own_cases",
    audience=SIGNED_IN,
    reply="cases",
    query={
        "party": "whose cases, by a mandate of theirs; mine when absent",
        **PAGING,
    },
    summary="My cases, or those of a party for which I act, newest first",
)
def list_cases(call: Call) -> Reply:
    """Of a party those at whose items the caller may act for it."""
    party = call.query.get("party", call.principal.person)
    call.permit(Resource("Party", party or "none", {"party": party, "item": "*"}))
    parties = call.ids_of(party)
    binding = ("cases", call.principal.person, *parties)
    starts = cursors.take(call.query.get("cursor", ""), *binding)
    rows: list[Mapping[str, Any]] = []
    for _ in range(MAX_LOOKS):
        wanted = call.limit() - len(rows)
        keys, after = cursors.merged(
            parties,
            _cases_of,
            wanted if party in call.principal.identities else LOOK,
            starts,
        )
        found = stores.views().get_many(keys)
        # What is not for the caller is passed over, so that no page tells how much of it there is.
        for looked, key in enumerate(keys, start=1):
            if key in found and call.principal.may_act_for(party, found[key].data["item"]):
                rows.append(found[key].data)
            if len(rows) == call.limit() and looked < len(keys):
                after = cursors.merged(parties, _cases_of, looked, starts)[1]
                break
        starts = after
        if starts is None or len(rows) == call.limit():
            break
    shown = [{name: row[name] for name in ("number", "item", "status", "filed_at")} for row in rows]
    return Reply({"cases": shown, "next_cursor": cursors.give(starts, *binding)})


def _cases_of(party: str, limit: int, start: cursors.Start | None) -> cursors.Found[Key]:
    page = stores.views().index(
        "owner", f"person#{party}", limit=limit, start=start, newest_first=True
    )
    return [(sort, key) for key, sort in page.keys], page.next_start


@door.on(
    "GET",
    "/cases/{number}",
    action="view_case",
    audience=PARTY,
    reply="case",
    query=READING,
    summary="One case in full",
)
def show_case(call: Call, number: str) -> Reply:
    """For the applicant, in part for who was told of it, for an office by its task or for a purpose
    that it states.
    """
    case, _ = repository.load(repository.find(number))
    viewer = reads.permit(call, case, call.query.get("purpose", ""))
    shown = pages.party(case) if viewer == PARTY_VIEW else pages.full(case, viewer)
    return Reply({**shown, "remarks": pages.remarks(case)}, version=case.seq, viewer=viewer)


@door.on(
    "POST",
    "/cases/{number}/withdrawal",
    action="withdraw_case",
    audience=SIGNED_IN,
    body="withdrawal",
    reply="receipt",
    status=201,
    summary="Withdraw an application",
)
def withdraw(call: Call, number: str) -> Reply:
    """The applicant takes the application back, until it is decided."""
    return _execute(call, number, Withdraw(call.body.get("reason", "")))


@door.on(
    "POST",
    "/cases/{number}/follow",
    action="follow_case",
    audience=PUBLIC,
    repeatable=True,
    body="follow",
    reply="progress",
    summary="Follow a case by number and tracking code",
)
def follow_case(call: Call, number: str) -> Reply:
    """Without signing in: number, tracking code and the last four digits of the telephone
    number.
    """
    case = follow(number, call.body["tracking_code"], call.body["phone_last4"])
    return Reply(pages.progress(case), viewer=PARTY_VIEW)


@door.on(
    "GET",
    "/record/{number}",
    action="read_record",
    audience=PUBLIC,
    reply="record",
    summary="The public record of a case",
)
def show_record(call: Call, number: str) -> Reply:
    """Open to everybody, names masked."""
    case, _ = repository.load(repository.find(number))
    return Reply(pages.record(case))


@door.on(
    "POST",
    "/cases/{number}/statements",
    action="state_views",
    audience=SIGNED_IN,
    body="statement",
    reply="receipt",
    status=201,
    summary="State views in a case that concerns the caller",
)
def state_views(call: Call, number: str) -> Reply:
    """By a party while views are heard; who states none and asks for no hearing waives."""

    def make(case: Case, authorization: Authorization) -> StateViews:
        return StateViews(
            text=call.body.get("text", ""),
            hearing=call.body.get("hearing", False),
            party=party_spoken_for(call, case),
        )

    return _execute(call, number, make)


@door.on(
    "POST",
    "/cases/{number}/objections",
    action="oppose_case",
    audience=SIGNED_IN,
    body="objection",
    reply="receipt",
    status=201,
    summary="Object while a case is shown to the public",
)
def oppose(call: Call, number: str) -> Reply:
    """By anybody who is signed in, once in each public notice period."""
    return _execute(call, number, FileObjection(call.body["text"]))


@door.on(
    "POST",
    "/cases/{number}/collection",
    action="collect_result",
    audience=SIGNED_IN,
    reply="receipt",
    status=201,
    summary="Confirm that the result arrived online",
)
def collect(call: Call, number: str) -> Reply:
    """By the applicant: the delivery is done."""
    return _execute(call, number, Collect())


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
    start = cursors.take(call.query.get("cursor", ""), "notices")
    page = stores.views().index("inbox", task_tokens.IN_PUBLIC, limit=call.limit(), start=start)
    rows = stores.views().get_many(key for key, _ in page.keys)
    shown = [
        {name: rows[key].data[name] for name in ("number", "item", "opened_at", "due_at")}
        for key, _ in page.keys
        if key in rows
    ]
    return Reply({"notices": shown, "next_cursor": cursors.give(page.next_start, "notices")})


@door.on(
    "GET",
    "/record/{number}/refusals",
    action="read_refusals",
    audience=PUBLIC,
    reply="refusals",
    summary="What was tried on a case and refused",
)
def show_refusals(call: Call, number: str) -> Reply:
    """By which post, by which rule; persons are not named."""
    return Reply({"refusals": list(refusals.of_case(repository.find(number), call.now))})
