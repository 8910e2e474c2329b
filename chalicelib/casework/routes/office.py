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
from chalicelib.casework.use_cases import case_commands, repository
from chalicelib.casework.use_cases.case_commands import MakeCommand
from chalicelib.casework.use_cases.permissions import as_office
from chalicelib.casework.views import pages
from chalicelib.catalog.flows import step_maps
from chalicelib.kernel.aggregates import Authorization
from chalicelib.kernel.http import OFFICE, Call, Door, Reply

door = Door()


def _execute(call: Call, number: str, command: Command | MakeCommand) -> Reply:
    case_id = repository.find(number)
    result = case_commands.execute(case_id, command, as_office(call), call.request)
    return Reply(pages.receipt(result.state, result.entry), version=result.state.seq)


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
    return _execute(call, number, BeginProcedure(**call.body))


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
    return _execute(call, number, EndProcedure(procedure, call.body["report"]))


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
    return _execute(call, number, AskExtension(call.body["days"], call.body["reasons"]))


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
    return _execute(call, number, AnswerExtension(call.body["grant"], call.body["reasons"]))


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
    """By the head; the act itself stays on record."""
    return _execute(
        call,
        number,
        Correct(call.body["entry"], call.body["text"], call.body["reasons"]),
    )


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
    return _execute(call, number, Revoke(call.body["reasons"]))


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
    return _execute(call, number, OrderRefund(call.body["reasons"]))


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

    def make(case: Case, authorization: Authorization) -> Command:
        steps = step_maps.steps(case.flow_id, case.flow_version, version)
        return ProposeMove(version, steps, call.body["reasons"])

    return _execute(call, number, make)


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
    return _execute(call, number, ApproveMove(call.body["version"]))
