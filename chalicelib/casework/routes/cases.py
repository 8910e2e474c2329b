"""One case over HTTP: in full, the public record, following; statements, objections and what else
parties do.
"""

from chalicelib.casework.acts import (
    Case,
    Collect,
    Command,
    FileObjection,
    StateViews,
    Withdraw,
)
from chalicelib.casework.use_cases import case_commands, reads, refusals, repository
from chalicelib.casework.use_cases.case_commands import MakeCommand
from chalicelib.casework.use_cases.permissions import as_applicant, party_spoken_for
from chalicelib.casework.use_cases.tracking import follow
from chalicelib.casework.views import pages, term_page
from chalicelib.kernel.aggregates import Authorization
from chalicelib.kernel.http import PARTY, PUBLIC, SIGNED_IN, Call, Door, Parameter, Reply
from chalicelib.kernel.visibility import PARTY as PARTY_VIEW

door = Door()

READING = {
    "purpose": Parameter(
        "why an office reads the case that has no task in it",
        tuple(reads.PURPOSES),
    )
}


def _execute(call: Call, number: str, command: Command | MakeCommand) -> Reply:
    """Do it as applicant or party, and answer with its receipt."""
    case_id = repository.find(number)
    result = case_commands.execute(
        case_id,
        command,
        as_applicant(call),
        call.request,
    )
    case = result.state
    receipt = pages.receipt(case, result.entry)
    return Reply(receipt, version=case.seq)


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
    case_id = repository.find(number)
    case, _ = repository.load(case_id)
    purpose = call.query.get("purpose", "")
    viewer = reads.permit(call, case, purpose)
    shown = pages.party(case) if viewer == PARTY_VIEW else pages.full(case, viewer)
    shown["remarks"] = pages.remarks(case)
    return Reply(shown, version=case.seq, viewer=viewer)


@door.on(
    "GET",
    "/cases/{number}/term",
    action="view_case",
    audience=PARTY,
    reply="term",
    query=READING,
    summary="The term of a case as an account",
)
def show_term(call: Call, number: str) -> Reply:
    """Every limit with the days counted, the stops and the extension; for who may read the case."""
    case, _ = repository.load(repository.find(number))
    purpose = call.query.get("purpose", "")
    viewer = reads.permit(call, case, purpose)
    shown = term_page.term(case, call.now)
    return Reply(shown, version=case.seq, viewer=viewer)


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
    reason = call.body.get("reason", "")
    return _execute(call, number, Withdraw(reason))


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
    case = follow(
        number,
        call.body["tracking_code"],
        call.body["phone_last4"],
    )
    progress = pages.progress(case)
    return Reply(progress, viewer=PARTY_VIEW)


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
    case_id = repository.find(number)
    case, _ = repository.load(case_id)
    record = pages.public_record(case, call.now)
    return Reply(record)


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

    def make_statement(case: Case, authorization: Authorization) -> StateViews:
        return StateViews(
            text=call.body.get("text", ""),
            hearing=call.body.get("hearing", False),
            party=party_spoken_for(call, case),
        )

    return _execute(call, number, make_statement)


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
    objection = FileObjection(call.body["text"])
    return _execute(call, number, objection)


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
    "/record/{number}/refusals",
    action="read_refusals",
    audience=PUBLIC,
    reply="refusals",
    summary="What was tried on a case and refused",
)
def show_refusals(call: Call, number: str) -> Reply:
    """By which post, by which rule; persons are not named."""
    case_id = repository.find(number)
    refused = refusals.of_case(case_id, call.now)
    return Reply({"refusals": list(refused)})
