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
    limits,
    office,
    office_commands,
    parties,
    recounting,
    tasks,
    windows,
)
from chalicelib.casework.acts.commands import Command
from chalicelib.casework.acts.context import MACHINE, ActContext, completed
from chalicelib.casework.acts.declaration import Payload
from chalicelib.casework.acts.declared.decisions import CaseAcceptedByDefault, CaseGrantedTacitly
from chalicelib.casework.acts.declared.marks import CaseLapsed, WarningRaised
from chalicelib.casework.acts.evolve import BY_MACHINE, ActStamp, evolve
from chalicelib.casework.acts.outcomes import acceptance
from chalicelib.casework.acts.state import Case, Visit
from chalicelib.casework.errors import CaseEnded, EntriesMany
from chalicelib.catalog.flows import END
from chalicelib.deadlines import WorkingCalendar
from chalicelib.kernel.acts import to_act
from chalicelib.kernel.journal import Act, Actor

__all__ = ["MACHINE", "decide"]

# Of one person in one case: far more than work needs, and few enough that a case stays readable.
MAX_ENTRIES = 100
LEADING_ON = (
    commands.CompleteTask,
    commands.Supplement,
    commands.Withdraw,
    commands.Pay,
    commands.RecordCertificate,
    commands.LinkCase,
)


def decide(
    case: Case, command: Command, actor: Actor, now: datetime, calendar: WorkingCalendar
) -> list[Act]:
    """The acts of the next entry (seq ``case.seq + 1``); empty when nothing is to be done. Raises
    Problem.
    """
    seq = case.seq + 1
    acts, case = _overdue(case, now, calendar)
    if not isinstance(command, commands.ApplyDeadlines):
        if case.clocks.ended_at and not _may_follow_the_end(case, command):
            raise CaseEnded
        if not _has_room(case, command, actor):
            raise EntriesMany(limit=MAX_ENTRIES)
        rule = DECIDE[type(command)]
        done = rule(
            ActContext(
                case,
                seq,
                actor,
                now,
                calendar,
            ),
            command,
        )
        own_acts = [to_act(payload) for payload in done]
        for act in own_acts:
            case = evolve(case, act, ActStamp(seq, now, actor))
        acts = [_by_machine(act) for act in acts] + own_acts
    over_at_once = [to_act(payload) for payload in _nothing_due(case)]
    return acts + [_by_machine(act) for act in over_at_once]


def _has_room(case: Case, command: Command, actor: Actor) -> bool:
    """Whether one more entry of this person can be read by others; what leads the case on may
    always come.
    """
    if isinstance(command, LEADING_ON):
        return True
    return case.record.entries_by.get(actor.person, 0) < MAX_ENTRIES


def _may_follow_the_end(case: Case, command: Command) -> bool:
    if case.is_forgotten:  # nothing private comes to it any more
        return isinstance(command, commands.LinkCase | commands.RecordPartyEnd)
    shown = isinstance(command, commands.AtWindow) and isinstance(
        command.act, commands.ShowAtWindow
    )
    return shown or isinstance(command, AFTER_THE_END)


def _by_machine(act: Act) -> Act:
    """An act of time in the entry of a person."""
    return replace(act, data={**act.data, BY_MACHINE: True})


def _overdue(case: Case, now: datetime, calendar: WorkingCalendar) -> tuple[list[Act], Case]:
    """All that time has brought, one after the other: an acceptance by default starts clocks of its
    own.
    """
    acts: list[Act] = []
    at = ActStamp(case.seq + 1, now, MACHINE)
    while (due := deadlines.moments(case, calendar)) and due[0].at <= now:
        for payload in _happens(case, due[0], calendar):
            act = to_act(payload)
            acts.append(act)
            case = evolve(case, act, at)
    return acts, case


def _happens(case: Case, moment: deadlines.Moment, calendar: WorkingCalendar) -> list[Payload]:
    if moment.level == limits.TACIT:
        return [CaseGrantedTacitly()]
    if moment.level == limits.ELAPSED:
        return _elapsed(case, case.visits[moment.visit])
    if moment.level == limits.DEEMED:
        done = completed(case, case.visits[moment.visit], "accept")
        return [done, acceptance(CaseAcceptedByDefault, case, case.clocks.received_on, calendar)]
    visits = [visit for visit in case.open_visits if moment.visit in ("", visit.id)]
    warning = WarningRaised(
        clock=moment.clock,
        level=moment.level,
        due=moment.due,
        posts=tuple(case.post_of(visit) for visit in visits),
        limit=moment.limit,
    )
    return [warning]


def _elapsed(case: Case, visit: Visit) -> list[Payload]:
    """What the end of a period brings: views not stated, objections or none, an application given
    up.
    """
    step = case.step(visit)
    is_opposed = step.kind == "publicity" and visit.stated and "opposed" in step.outcomes
    outcome = "opposed" if is_opposed else step.language.elapsed
    done = completed(case, visit, outcome)
    if step.outcomes[outcome] == END + "lapsed":
        return [done, CaseLapsed()]
    return [done]


def _nothing_due(case: Case) -> list[Payload]:
    """A step of payment at which nothing is to be paid is over as it opens."""
    visit = case.visit_of_kind("pay")
    if visit is None or case.money.due_fen:
        return []
    return [completed(case, visit)]


AFTER_THE_END = (
    office_commands.Correct,
    office_commands.Revoke,
    office_commands.OrderRefund,
    commands.Pay,
    commands.LinkCase,
    commands.RecordReplacement,
    commands.RecordPartyEnd,
)
DECIDE: dict[type, Callable[[ActContext, Any], list[Payload]]] = {
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
    commands.RecordReplacement: parties.replace_certificate,
    commands.RecordPartyEnd: parties.end,
    commands.LinkCase: parties.link,
    commands.RecountLimits: recounting.recount,
    office_commands.BeginProcedure: office.begin_procedure,
    office_commands.EndProcedure: office.end_procedure,
    office_commands.AskExtension: office.ask_extension,
    office_commands.AnswerExtension: office.answer_extension,
    office_commands.Correct: office.correct,
    office_commands.Recuse: office.recuse,
    office_commands.Revoke: office.revoke,
    office_commands.OrderRefund: office.order_refund,
    office_commands.ProposeMove: office.propose_move,
    office_commands.ApproveMove: office.approve_move,
}
