"""Who may act on a case: how cases and tasks look to the policies, and permission to act as
applicant or officer.
"""

from collections.abc import Callable

from chalicelib import authority
from chalicelib.casework.acts import Case, Visit
from chalicelib.casework.errors import DutiesNotSeparate
from chalicelib.casework.use_cases import refusals
from chalicelib.casework.use_cases.acting_post import standing
from chalicelib.catalog.flows.step_kinds import DECISIONS
from chalicelib.kernel.authorization import Resource
from chalicelib.kernel.errors import Forbidden, NotFound, StaleEdit
from chalicelib.kernel.http.door import Call
from chalicelib.kernel.journal import Actor

ACT = "act"
ANSWER_TO_ONESELF = "no-answer-to-oneself"  # the policy


def case_resource(case: Case, purpose: str = ACT) -> Resource:
    """A case as the policies see it; ``purpose`` is why its file is opened: to act on the case,
    unless said.
    """
    head = case.posts.get("head", "")
    invited = {post for meeting in case.meetings.values() for post in meeting["invited"]}
    posts = {case.post_of(visit) for visit in case.visits.values()} | invited | {head}
    facts = {
        "item": case.item,
        "applicant": case.applicant,
        "told": sorted(case.told),
        "posts": sorted(posts - {""}),
        "delegable": [{"post": post, "item": case.item} for post in sorted(posts - {""})],
        "open_posts": sorted({case.post_of(visit) for visit in case.open_visits} - {""}),
        "head": head,
        "authority": case.authority,
        "purpose": purpose,
        "acted": sorted(case.agents | case.helpers | case.objectors),
        "deciders": sorted(case.deciders),
        "extension_asked_by": case.extension.asked_by
        if case.extension and case.extension.status == "asked"
        else "",
        "move_proposed_by": case.move.get("by", ""),
        "strong": not DECISIONS.keys().isdisjoint(case.rules.strong_sign_in),
    }
    return Resource("Case", case.id, facts, see="view_case", since=case.filed_at)


def task_resource(case: Case, visit: Visit, outcome: str = "") -> Resource:
    """A task as the policies see it: whose post, who is kept from it, and the ``outcome`` with
    which it is to end.
    """
    excluded_persons = sorted(case.excluded_persons(visit) - {case.applicant})
    post = case.post_of(visit)
    facts = {
        "item": case.item,
        "outcome": outcome,
        "post": post,
        "department": authority.post_of(post)["department"] if post else "",
        "applicant": case.applicant,
        "told": sorted(case.told),
        "barred": excluded_persons,
        "strong": case.step(visit).kind in case.rules.strong_sign_in,
    }
    return Resource("Task", f"{case.id}.{visit.id}", facts, see="view_task", since=case.filed_at)


def unchanged(call: Call) -> Callable[[Case], None]:
    """A check that the caller edits what they have read (If-Match). Raises MatchNeeded at once,
    StaleEdit later.
    """
    expected = call.match

    def check(case: Case) -> None:
        if case.seq != expected:
            raise StaleEdit

    return check


def as_applicant(call: Call) -> Callable[[Case], Actor]:
    """Permission to act on one's own case."""

    def permit(case: Case) -> Actor:
        call.permit(case_resource(case))
        return call.actor()

    return permit


def speaks_for(call: Call, case: Case) -> str:
    """The party of a case whose views the caller may state for it; empty where the caller is
    one.
    """
    if call.principal.person in case.told:
        return ""
    return next(
        (p for p in sorted(case.told) if call.principal.may_act_for(p, case.item, "state")), ""
    )


def visit_of(case: Case, visit_id: str) -> Visit:
    """The visit; one the case has not come to is asked about as if it stood there, so that rights
    are checked first.
    """
    known = case.visits.get(visit_id)
    if known:
        return known
    step = visit_id.partition(".")[0]
    if step not in case.flow.steps:
        raise NotFound
    return Visit(step, -1, case.filed_at)


def as_office(call: Call) -> Callable[[Case], Actor]:
    """Permission to act on a case as office, by the caller's post that takes part in it."""

    def permit(case: Case) -> Actor:
        resource, mine = case_resource(case), call.principal.post_ids
        try:
            call.permit(resource)
        except Forbidden as forbidden:
            problem = (
                DutiesNotSeparate().because(forbidden.denial) if _is_own(forbidden) else forbidden
            )
            refusals.put_on_record(case, problem, call.actor(_own_post(call, "")), call.now)
            raise problem from None
        takes_part = [
            post for post in (*resource.facts["open_posts"], resource.facts["head"]) if post in mine
        ]
        return call.actor(takes_part[0] if takes_part else min(mine))

    return permit


def _is_own(forbidden: Forbidden) -> bool:
    rule = forbidden.denial.rule if forbidden.denial else None
    return rule is not None and rule.id == ANSWER_TO_ONESELF


def _own_post(call: Call, post: str) -> str:
    """The post by which somebody tried: the task's, where they hold it, else one of their own."""
    mine = call.principal.post_ids
    return post if post in mine or not mine else min(mine)


def as_officer(call: Call, visit_id: str, outcome: str = "") -> Callable[[Case], Actor]:
    """Permission to act on a task, by the post that holds it or one to which it has delegated the
    ``outcome``.
    """

    def permit(case: Case) -> Actor:
        visit = visit_of(case, visit_id)
        try:
            call.permit(task_resource(case, visit, outcome))
        except Forbidden as forbidden:
            is_barred = not case.excluded_persons(visit).isdisjoint(call.principal.identities)
            problem = DutiesNotSeparate().because(forbidden.denial) if is_barred else forbidden
            refusals.put_on_record(
                case, problem, call.actor(_own_post(call, case.post_of(visit))), call.now
            )
            raise problem from None
        return call.actor(standing(call.principal, case, visit, outcome).post)

    return permit


def lapsed_claim(case: Case, visit_id: str, caller: str) -> str:
    """Who claimed the visit, where that is another person who may no longer work on it; else
    empty.
    """
    visit = case.visits.get(visit_id)
    claimer = visit.claimed_by if visit else ""
    if visit is None or claimer in ("", caller):
        return ""
    return "" if authority.works_at(claimer, case.post_of(visit), case.item) else claimer
