"""Who may act on a case: as its applicant, as an office that takes part in it, as officer on a
task.
"""

from collections.abc import Callable
from dataclasses import replace

from chalicelib import authority
from chalicelib.casework.acts import DECIDING, Case, Visit
from chalicelib.casework.errors import DutiesNotSeparate, KeptFromCase
from chalicelib.casework.use_cases import refusals
from chalicelib.casework.use_cases.acting_post import acting_post
from chalicelib.casework.use_cases.case_commands import AuthorizeCase
from chalicelib.casework.use_cases.policy_views import case_resource, task_resource
from chalicelib.kernel.aggregates import Authorization
from chalicelib.kernel.caller import Caller
from chalicelib.kernel.errors import Forbidden, NotFound, Problem, StaleEdit

NO_ANSWER_TO_ONESELF = "no-answer-to-oneself"  # the policy
HEAD = "head"


def unchanged(caller: Caller) -> Callable[[Case], None]:
    """A check that the caller edits what they have read (If-Match).

    Raises MatchNeeded at once, StaleEdit later.
    """
    expected = caller.edited_version

    def check(case: Case) -> None:
        if case.seq != expected:
            raise StaleEdit

    return check


def as_applicant(caller: Caller) -> AuthorizeCase:
    """Permission to act on one's own case."""

    def authorize(case: Case) -> Authorization:
        caller.permit(case_resource(case))
        return Authorization(caller.actor())

    return authorize


def as_office(caller: Caller) -> AuthorizeCase:
    """Permission to act on a case as office, by the caller's post that takes part in it.

    It holds until the act is on record: what an office does beside the tasks is seldom, and binds.
    """

    def authorize(case: Case) -> Authorization:
        resource = case_resource(case)
        try:
            caller.permit(resource)
        except Forbidden as forbidden:
            problem: Problem = forbidden
            if _is_recused(caller, case):
                problem = KeptFromCase()
            elif _is_by_rule(forbidden, NO_ANSWER_TO_ONESELF):
                problem = DutiesNotSeparate()
            raise _refused(
                caller,
                case,
                forbidden,
                problem,
                "",
            ) from None
        taking_part = (*resource.facts["open_posts"], resource.facts["head"])
        return Authorization(
            caller.actor(_first_held(caller, taking_part)),
            conditions=authority.unchanged_rights(caller.principal),
        )

    return authorize


def as_officer(caller: Caller, visit_id: str, outcome: str = "") -> AuthorizeCase:
    """Permission to act on a task, by its post or one to which it has delegated the ``outcome``.

    For an outcome that decides the case it holds until the decision is on record (decision 34).
    """

    def authorize(case: Case) -> Authorization:
        visit = visit_of(case, visit_id)
        try:
            caller.permit(task_resource(case, visit, outcome))
        except Forbidden as forbidden:
            excluded = case.excluded_persons(visit)
            problem: Problem = forbidden
            if _is_recused(caller, case):
                problem = KeptFromCase()
            elif not excluded.isdisjoint(caller.principal.identities):
                problem = DutiesNotSeparate()
            raise _refused(
                caller,
                case,
                forbidden,
                problem,
                case.post_of(visit),
            ) from None
        authorization = acting_post(caller.principal, case, visit, outcome)
        if (case.step(visit).kind, outcome) not in DECIDING:
            return authorization
        return replace(
            authorization,
            conditions=authority.unchanged_rights(caller.principal),
        )

    return authorize


def as_head(caller: Caller, visit_id: str) -> AuthorizeCase:
    """Permission to act on a task as head of its post's department, not by the task's own post."""
    authorize_officer = as_officer(caller, visit_id)

    def authorize(case: Case) -> Authorization:
        authorize_officer(case)
        post = case.post_of(visit_of(case, visit_id))
        department = authority.post_of(post)["department"]
        for held in caller.principal.posts:
            if HEAD in held.roles and held.department == department:
                return Authorization(caller.actor(held.id))
        raise Forbidden

    return authorize


def visit_of(case: Case, visit_id: str) -> Visit:
    """The visit of that id. Raises NotFound for a step that the flow does not have.

    One the case has not come to is asked about as if it stood there, so that rights come first.
    """
    visit = case.visits.get(visit_id)
    if visit:
        return visit
    step = visit_id.partition(".")[0]
    if step not in case.flow.steps:
        raise NotFound
    return Visit(step, -1, case.clocks.filed_at)


def party_spoken_for(caller: Caller, case: Case) -> str:
    """The party whose views the caller may state for it; empty where the caller is one."""
    if not case.participants.parties.isdisjoint(caller.principal.identities):
        return ""
    for party in sorted(case.participants.parties):
        if caller.principal.may_act_for(party, case.item, "state"):
            return party
    return ""


def lapsed_claim(case: Case, visit_id: str, person: str) -> str:
    """Who claimed the visit, where that is somebody else who may no longer work on it; else
    empty.
    """
    visit = case.visits.get(visit_id)
    claimer = visit.claimed_by if visit else ""
    if visit is None or claimer in ("", person):
        return ""
    if authority.works_at(claimer, case.post_of(visit), case.item):
        return ""
    return claimer


def _refused(
    caller: Caller,
    case: Case,
    forbidden: Forbidden,
    problem: Problem,
    post: str,
) -> Problem:
    """What the caller is told, with the rule behind it, after it was put on record."""
    problem = problem.because(forbidden.denial)
    actor = caller.actor(_first_held(caller, (post,)))
    refusals.put_on_record(case, problem, actor, caller.now)
    return problem


def _is_recused(caller: Caller, case: Case) -> bool:
    return not case.participants.recused.isdisjoint(caller.principal.identities)


def _is_by_rule(forbidden: Forbidden, rule: str) -> bool:
    denial = forbidden.denial
    return bool(denial and denial.rule and denial.rule.id == rule)


def _first_held(caller: Caller, posts: tuple[str, ...]) -> str:
    """The first of these posts that the caller holds, else any of theirs, else the first named."""
    held = caller.principal.post_ids
    for post in posts:
        if post in held:
            return post
    return min(held) if held else posts[0]
