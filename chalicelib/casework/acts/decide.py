"""Which acts a command leads to; every statutory default whose moment has passed comes first, in
the same entry.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.casework.acts import (
    commands,
    deadlines,
    office,
    office_commands,
    parties,
    tasks,
    windows,
)
from chalicelib.casework.acts.commands import Command
from chalicelib.casework.acts.context import MACHINE, ActContext, completed
from chalicelib.casework.acts.evolve import ActStamp, evolve
from chalicelib.casework.acts.outcomes import acceptance
from chalicelib.casework.acts.state import Case, Visit
from chalicelib.casework.errors import CaseEnded
from chalicelib.catalog.flows.step_kinds import END
from chalicelib.deadlines import WorkingCalendar
from chalicelib.kernel.journal import Act, Actor

__all__ = ["MACHINE", "decide"]


def decide(
    case: Case, command: Command, actor: Actor, now: datetime, calendar: WorkingCalendar
) -> list[Act]:
    """The acts of the next entry (seq ``case.seq + 1``); empty when nothing is to be done. Raises
    Problem.
    """
    seq = case.seq + 1
    acts, case = _overdue(case, now, calendar)
    if not isinstance(command, commands.ApplyDeadlines):
        if case.ended_at and not _may_follow_the_end(case, command):
            raise CaseEnded
        made = DECIDE[type(command)](ActContext(case, seq, actor, now, calendar), command)
        for act in made:
            case = evolve(case, act, ActStamp(seq, now, actor))
        acts = [_by_machine(act) for act in acts] + made
    return acts + [_by_machine(act) for act in _nothing_due(case)]


def _may_follow_the_end(case: Case, command: Command) -> bool:
    if case.is_forgotten:  # nothing private comes to it any more
        return isinstance(command, commands.LinkCase)
    shown = isinstance(command, commands.AtWindow) and isinstance(
        command.act, commands.ShowAtWindow
    )
    return shown or isinstance(command, AFTER_THE_END)


def _by_machine(act: Act) -> Act:
    """An act of time in the entry of a person."""
    return replace(act, data={**act.data, "machine": True})


def _overdue(case: Case, now: datetime, calendar: WorkingCalendar) -> tuple[list[Act], Case]:
    """All that time has brought, one after the other: an acceptance by default starts clocks of its
    own.
    """
    acts: list[Act] = []
    at = ActStamp(case.seq + 1, now, MACHINE)
    while (due := deadlines.moments(case, calendar)) and due[0].at <= now:
        new = _happens(case, due[0], calendar)
        acts += new
        for act in new:
            case = evolve(case, act, at)
    return acts, case


def _happens(case: Case, moment: deadlines.Moment, calendar: WorkingCalendar) -> list[Act]:
    if moment.level == deadlines.TACIT:
        return [Act("CaseGrantedTacitly", {})]
    if moment.level == deadlines.ELAPSED:
        return _elapsed(case, case.visits[moment.visit])
    if moment.level == deadlines.DEEMED:
        done = completed(case, case.visits[moment.visit], "accept")
        return [done, acceptance("CaseAcceptedByDefault", case, case.received_on, calendar)]
    posts = [case.post_of(v) for v in case.open_visits if moment.visit in ("", v.id)]
    data = {
        "clock": moment.clock,
        "level": moment.level,
        "due": moment.due.isoformat(),
        "posts": posts,
    }
    return [Act("WarningRaised", data)]


def _elapsed(case: Case, visit: Visit) -> list[Act]:
    """What the end of a period brings: views not stated, objections or none, an application given
    up.
    """
    step = case.step(visit)
    is_opposed = step.kind == "publicity" and visit.stated and "opposed" in step.outcomes
    outcome = "opposed" if is_opposed else step.language.elapsed
    done = completed(case, visit, outcome)
    return [done, Act("CaseLapsed", {})] if step.outcomes[outcome] == END + "lapsed" else [done]


def _nothing_due(case: Case) -> list[Act]:
    """A step of payment at which nothing is to be paid is over as it opens."""
    visit = case.visit_of_kind("pay")
    return [completed(case, visit)] if visit and not case.money.due_fen else []


AFTER_THE_END = (
    office_commands.Correct,
    office_commands.Revoke,
    office_commands.OrderRefund,
    commands.Pay,
    commands.LinkCase,
)
DECIDE: dict[type, Callable[[ActContext, Any], list[Act]]] = {
    commands.Claim: tasks.claim,
    commands.Release: tasks.release,
    commands.Assign: tasks.assign,
    commands.CompleteTask: tasks.complete,
    commands.Convene: tasks.convene,
    commands.Report: tasks.report,
    commands.Supplement: parties.supplement,
    commands.Withdraw: parties.withdraw,
    commands.StateViews: parties.state,
    commands.FileObjection: parties.oppose,
    commands.Collect: parties.collect,
    commands.AtWindow: windows.attend,
    commands.Pay: parties.pay,
    commands.RecordCertificate: parties.issue,
    commands.LinkCase: parties.link,
    office_commands.BeginProcedure: office.begin_procedure,
    office_commands.EndProcedure: office.end_procedure,
    office_commands.AskExtension: office.ask_extension,
    office_commands.AnswerExtension: office.answer_extension,
    office_commands.Correct: office.correct,
    office_commands.Revoke: office.revoke,
    office_commands.OrderRefund: office.order_refund,
    office_commands.ProposeMove: office.propose_move,
    office_commands.ApproveMove: office.approve_move,
}
