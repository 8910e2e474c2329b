"""Rules that look right and are not: each must be found out, or the schedules over all flows prove
nothing.
"""

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest

from chalicelib.authority import CedarEngine
from chalicelib.casework.acts import (
    DECLARED,
    Case,
    deadlines,
    flow_walk,
    limits,
    outcomes,
    parties,
    tasks,
)
from chalicelib.casework.acts.commands import CompleteTask, Pay
from chalicelib.casework.acts.context import ActContext
from chalicelib.casework.acts.declaration import Payload, Transition, unchanged
from chalicelib.casework.acts.declared.filing import SupplementRequested
from chalicelib.casework.acts.declared.tasks import TaskCompleted
from chalicelib.casework.acts.flow_walk import ActStamp
from chalicelib.casework.acts.state import Visit
from chalicelib.casework.acts.values import Participants
from chalicelib.casework.use_cases import refusals
from chalicelib.catalog.flows import Step
from chalicelib.kernel import journal

decide = import_module("chalicelib.casework.acts.decide")
WrongRule = Callable[[pytest.MonkeyPatch], None]
complete = flow_walk.complete


def changes(patch: pytest.MonkeyPatch, act_type: str, transition: Transition[Any]) -> None:
    """Let an act type make something else of a case."""
    patch.setitem(DECLARED, act_type, replace(DECLARED[act_type], transition=transition))


def no_separation_of_duties(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Case, "excluded_persons", lambda case, visit: frozenset())


def policies_permit_everything(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(CedarEngine, "allows", lambda *asked: True)


def outcomes_are_not_checked(patch: pytest.MonkeyPatch) -> None:
    def follow(case: Case, act: TaskCompleted, at: ActStamp) -> Case:
        step = case.step(case.visits[act.visit])
        known = act.outcome if act.outcome in step.outcomes else step.plain
        return complete(case, act.visit, known, at, act.delegation)

    def unchecked(scene: ActContext, command: CompleteTask) -> list[Payload]:
        visit = scene.case.visits.get(command.visit)
        if not (visit and visit.is_open) or command.outcome in scene.case.step(visit).outcomes:
            return tasks.complete(scene, command)
        scene.may_work_on(visit, command.lapsed)
        follow = outcomes.FOLLOW.get(command.outcome)
        done = TaskCompleted(visit=command.visit, outcome=command.outcome)
        return [done, *(follow(scene, command) if follow else ())]

    changes(patch, "TaskCompleted", follow)
    patch.setitem(decide.DECIDE, CompleteTask, unchecked)


def silence_grants_too_early(patch: pytest.MonkeyPatch) -> None:
    moments = deadlines._of_limit

    def early(case: Case, limit: Any, calendar: Any) -> Any:
        for moment in moments(case, limit, calendar):
            is_tacit = moment.level == limits.TACIT
            day = calendar.add_working_days(moment.due, -3)
            yield replace(moment, due=day, at=calendar.end_of(day)) if is_tacit else moment

    patch.setattr(deadlines, "_of_limit", early)


def acceptance_by_default_a_day_early(patch: pytest.MonkeyPatch) -> None:
    term = limits.acceptance_term
    patch.setattr(
        limits, "acceptance_term", lambda case: replace(term(case), days=term(case).days - 1)
    )


def joining_after_the_first_branch(patch: pytest.MonkeyPatch) -> None:
    def hasty(case: Case, act: TaskCompleted, at: ActStamp) -> Case:
        visit = case.visits[act.visit]
        step = case.step(visit)
        if not step.joint:
            return complete(case, act.visit, act.outcome, at, act.delegation)
        closed = flow_walk.close(case, visit, act.outcome, at)
        target = case.flow.joints[step.joint].next
        return (
            closed
            if f"{target}.{at.seq - 1}" in case.visits
            else flow_walk.enter(closed, target, at.seq, at)
        )

    changes(patch, "TaskCompleted", hasty)


def resolutions_bind_nobody(patch: pytest.MonkeyPatch) -> None:
    changes(patch, "MeetingResolved", unchanged)


def deciding_while_materials_are_owed(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(tasks, "_may_end", lambda case, visit, outcome: None)


def who_decided_revokes(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Case, "deciders", frozenset())


def withdrawing_after_the_decision(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Step, "may_withdraw", True)


def asking_for_supplements_again_and_again(patch: pytest.MonkeyPatch) -> None:
    requested = DECLARED["SupplementRequested"].transition

    def forgetful(case: Case, act: SupplementRequested, at: ActStamp) -> Case:
        case = requested(case, act, at)
        return replace(case, submission=replace(case.submission, supplements=0))

    changes(patch, "SupplementRequested", forgetful)


def heard_when_the_first_has_spoken(patch: pytest.MonkeyPatch) -> None:
    applicant = property(lambda participants: frozenset({participants.applicant}) - {""})
    patch.setattr(Participants, "parties", applicant)


def any_amount_will_do(patch: pytest.MonkeyPatch) -> None:
    pay = parties.pay

    def generous(scene: ActContext, command: Pay) -> list[Payload]:
        if command.event == "paid":
            due = replace(scene.case.money, due_fen=command.amount_fen)
            scene = replace(scene, case=replace(scene.case, money=due))
        return pay(scene, command)

    patch.setitem(decide.DECIDE, Pay, generous)


def claims_hold_nobody_off(patch: pytest.MonkeyPatch) -> None:
    def open_to_all(scene: ActContext, visit: Visit, lapsed: str) -> list[Payload]:
        return []

    patch.setattr(ActContext, "may_work_on", open_to_all)


def recusals_keep_nobody_off(patch: pytest.MonkeyPatch) -> None:
    changes(patch, "OfficerRecused", unchanged)


def objections_are_not_counted(patch: pytest.MonkeyPatch) -> None:
    changes(patch, "ObjectionMade", unchanged)


def requests_are_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(journal, "answered", lambda entries, key: None)


def refusals_leave_no_trace(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(refusals, "put_on_record", lambda *told: None)


def the_officer_does_what_time_has_done(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(decide, "_by_machine", lambda act: act)


FOUND_IN: dict[WrongRule, str] = {
    no_separation_of_duties: "fee-licence-v1",
    policies_permit_everything: "licence-v1",
    outcomes_are_not_checked: "filing-v1",
    silence_grants_too_early: "filing-v1",
    acceptance_by_default_a_day_early: "levy-v1",
    joining_after_the_first_branch: "joint-licence-v1",
    resolutions_bind_nobody: "penalty-v1",
    deciding_while_materials_are_owed: "licence-v1",
    who_decided_revokes: "appeal-v1",
    withdrawing_after_the_decision: "confirmation-v1",
    asking_for_supplements_again_and_again: "filing-v1",
    heard_when_the_first_has_spoken: "disclosure-v1",
    any_amount_will_do: "levy-v1",
    claims_hold_nobody_off: "levy-v1",
    recusals_keep_nobody_off: "licence-v1",
    objections_are_not_counted: "reward-v1",
    requests_are_forgotten: "licence-v1",
    refusals_leave_no_trace: "licence-v1",
    the_officer_does_what_time_has_done: "levy-v1",
}
