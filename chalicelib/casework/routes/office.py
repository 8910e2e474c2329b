"""Office acts on a case over HTTP that complete no task: procedures, extension, correction,
revocation, moving.
"""

from chalicelib.casework.acts import (
    AnswerExtension,
    ApproveMove,
    AskExtension,
    BeginProcedure,
    Case,
    Command,
    Correct,
    EndProcedure,
    OrderRefund,
    ProposeMove,
    Revoke,
)
from chalicelib.casework.use_cases import case_commands, corrections, repository
from chalicelib.casework.use_cases.case_commands import MakeCommand
from chalicelib.casework.use_cases.permissions import as_office
from chalicelib.casework.views import pages
from chalicelib.catalog.flows import step_maps
from chalicelib.kernel.aggregates import Authorization
from chalicelib.kernel.http import OFFICE, Call, Door, Reply

door = Door()


def _execute(call: Call, number: str, command: Command | MakeCommand) -> Reply:
    case_id = repository.find(number)
    result = case_commands.execute(
        case_id,
        command,
        as_office(call),
        call.request,
    )
    case = result.state
    receipt = pages.receipt(case, result.entry)
    return Reply(receipt, version=case.seq)


@door.on(
    "POST",
    "/cases/{number}/procedures",
    action="begin_procedure",
    audience=OFFICE,
    body="procedure",
    reply="receipt",
    status=201,
    summary="Begin a special procedure that stops the clock",
)
def begin_procedure(call: Call, number: str) -> Reply:
    """By an officer who has a task in the case; the applicant is told."""
    command = BeginProcedure(**call.body)
    return _execute(call, number, command)


@door.on(
    "POST",
    "/cases/{number}/procedures/{procedure}/end",
    action="end_procedure",
    audience=OFFICE,
    body="procedure_end",
    reply="receipt",
    status=201,
    summary="End a special procedure",
)
def end_procedure(call: Call, number: str, procedure: str) -> Reply:
    """The clock runs again."""
    command = EndProcedure(procedure, call.body["report"])
    return _execute(call, number, command)


@door.on(
    "POST",
    "/cases/{number}/extension",
    action="ask_extension",
    audience=OFFICE,
    body="extension",
    reply="receipt",
    status=201,
    summary="Ask the head to extend the limit",
)
def ask_extension(call: Call, number: str) -> Reply:
    """By an officer who has a task in the case."""
    command = AskExtension(
        days=call.body["days"],
        reasons=call.body["reasons"],
    )
    return _execute(call, number, command)


@door.on(
    "POST",
    "/cases/{number}/extension/answer",
    action="answer_extension",
    audience=OFFICE,
    body="extension_answer",
    reply="receipt",
    status=201,
    summary="Grant or refuse an extension",
)
def answer_extension(call: Call, number: str) -> Reply:
    """By the head; a granted one is told to the applicant with its reasons."""
    command = AnswerExtension(
        grant=call.body["grant"],
        reasons=call.body["reasons"],
    )
    return _execute(call, number, command)


@door.on(
    "POST",
    "/cases/{number}/corrections",
    action="correct_case",
    audience=OFFICE,
    body="correction",
    reply="receipt",
    status=201,
    summary="Correct a mistaken act",
)
def correct(call: Call, number: str) -> Reply:
    """By the head; the act itself stays on record. Where the applicant's name or an answer was
    wrong and the certificate shows it, another one is signed in its place.
    """
    body = call.body

    def make_correction(case: Case, authorization: Authorization) -> Correct:
        return corrections.correction(case, body)

    result = case_commands.execute(
        repository.find(number),
        make_correction,
        corrections.renaming(as_office(call), body.get("name", "")),
        call.request,
    )
    receipt = pages.receipt(result.state, result.entry)
    return Reply(receipt, version=result.state.seq)


@door.on(
    "POST",
    "/cases/{number}/revocation",
    action="revoke_decision",
    audience=OFFICE,
    body="reasoned",
    reply="receipt",
    status=201,
    summary="Revoke a decision",
)
def revoke(call: Call, number: str) -> Reply:
    """By the head, unless the head decided; the certificate is revoked with it."""
    command = Revoke(call.body["reasons"])
    return _execute(call, number, command)


@door.on(
    "POST",
    "/cases/{number}/refund",
    action="order_refund",
    audience=OFFICE,
    body="reasoned",
    reply="receipt",
    status=201,
    summary="Order that what was paid is given back",
)
def order_refund(call: Call, number: str) -> Reply:
    """By the head; the payment provider carries it out."""
    command = OrderRefund(call.body["reasons"])
    return _execute(call, number, command)


@door.on(
    "POST",
    "/cases/{number}/move",
    action="propose_move",
    audience=OFFICE,
    body="move",
    reply="receipt",
    status=201,
    summary="Propose to move a case to a successor of its flow version",
)
def propose_move(call: Call, number: str) -> Reply:
    """By an administrator, along the published step map."""
    version = call.body["version"]
    reasons = call.body["reasons"]

    def make_proposal(case: Case, authorization: Authorization) -> Command:
        steps = step_maps.steps(
            case.flow_id,
            case.flow_version,
            version,
        )
        return ProposeMove(version, steps, reasons)

    return _execute(call, number, make_proposal)


@door.on(
    "POST",
    "/cases/{number}/move/approval",
    action="approve_move",
    audience=OFFICE,
    body="move_approval",
    reply="receipt",
    status=201,
    summary="Agree to a proposed move",
)
def approve_move(call: Call, number: str) -> Reply:
    """By the head: a second person."""
    command = ApproveMove(call.body["version"])
    return _execute(call, number, command)
