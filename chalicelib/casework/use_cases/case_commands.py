"""Acting on a case: the aggregate of its stream, for the one loop of commands."""

from collections.abc import Sequence

from chalicelib.casework.acts import Case, Command, decide, fold
from chalicelib.casework.use_cases import refusals
from chalicelib.casework.use_cases.repository import check_id, read_calendar, stream_of
from chalicelib.kernel import commands, log
from chalicelib.kernel.aggregates import (
    ActOrigin,
    Aggregate,
    Authorize,
    CommandFactory,
    CommandResult,
    Decision,
)
from chalicelib.kernel.errors import NotFound, Problem
from chalicelib.kernel.journal import Entry, Request

AuthorizeCase = Authorize[Case]
MakeCommand = CommandFactory[Case, Command]


def execute(
    case_id: str,
    command: Command | MakeCommand,
    authorize: AuthorizeCase,
    request: Request | None = None,
    *,
    known: Sequence[Entry] | None = None,
) -> CommandResult[Case]:
    """Do ``command`` once, however often it is asked for under the same request.

    ``known`` are the case's entries where the caller has just read them. Raises Problem.
    """
    check_id(case_id)
    stream = stream_of(case_id)
    result = commands.execute(
        CASE,
        stream,
        command,
        authorize,
        request,
        known=known,
    )
    if result.is_new:
        _count_warnings(result.entry)
    return result


def _count_warnings(entry: Entry) -> None:
    """Each warning counts once, whether the sweep raised it or it came in somebody's entry."""
    for act in entry.acts:
        if act.type == "WarningRaised":
            log.line(
                "warning raised",
                counts={"WarningsRaised": 1},
                dimensions={"colour": act.data["level"]},
                stream=entry.stream,
            )


def _fold(stream: str, entries: Sequence[Entry]) -> Case:
    if not entries:
        raise NotFound
    return fold(entries)


def _decide(case: Case, command: Command, origin: ActOrigin) -> Decision:
    acts = decide(
        case,
        command,
        origin.actor,
        origin.now,
        read_calendar(),
    )
    return Decision(acts)


def _put_refusal_on_record(case: Case, problem: Problem, origin: ActOrigin) -> None:
    refusals.put_on_record(case, problem, origin.actor, origin.now)


CASE: Aggregate[Case, Command] = Aggregate(_fold, _decide, on_refusal=_put_refusal_on_record)
