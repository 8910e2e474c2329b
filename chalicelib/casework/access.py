"""Who may act on a case: how cases and tasks look to the policies, and permission to act as applicant or officer."""

from collections.abc import Callable

from chalicelib import authority
from chalicelib.casework.acts import Case, Visit
from chalicelib.casework.errors import DutiesNotSeparate
from chalicelib.kernel.door import Call
from chalicelib.kernel.errors import Forbidden, NotFound, StaleEdit
from chalicelib.kernel.guard import Resource
from chalicelib.kernel.journal import Actor


def case_resource(case: Case) -> Resource:
    """A case as the policies see it."""
    posts = sorted({case.post_of(visit) for visit in case.visits.values()} - {""})
    facts = {"applicant": case.applicant, "posts": posts, "departments": [case.authority]}
    return Resource("Case", case.id, facts, see="view_case")


def task_resource(case: Case, visit: Visit) -> Resource:
    """A task as the policies see it: whose post, and who is kept from it."""
    barred = sorted(case.barred(visit) - {case.applicant})
    post = case.post_of(visit)
    facts = {
        "post": post,
        "department": authority.post_of(post)["department"] if post else "",
        "applicant": case.applicant,
        "barred": barred,
    }
    return Resource("Task", f"{case.id}.{visit.id}", facts, see="view_task")


def unchanged(call: Call) -> Callable[[Case], None]:
    """A check that the caller edits what they have read (If-Match). Raises MatchNeeded at once, StaleEdit later."""
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


def visit_of(case: Case, visit_id: str) -> Visit:
    """The visit; one the case has not come to is asked about as if it stood there, so that rights are checked first."""
    known = case.visits.get(visit_id)
    if known:
        return known
    step = visit_id.partition(".")[0]
    if step not in case.flow.steps:
        raise NotFound
    return Visit(step, -1, case.filed_at)


def as_officer(call: Call, visit_id: str) -> Callable[[Case], Actor]:
    """Permission to act on a task, by the post that holds it."""

    def permit(case: Case) -> Actor:
        visit = visit_of(case, visit_id)
        try:
            call.permit(task_resource(case, visit))
        except Forbidden:
            if call.principal.person in case.barred(visit):  # the policies say no more than no
                raise DutiesNotSeparate from None
            raise
        return call.actor(case.post_of(visit))

    return permit


def lapsed_claim(case: Case, visit_id: str, caller: str) -> str:
    """Who claimed the visit, where that is another person who no longer holds its post; else empty."""
    visit = case.visits.get(visit_id)
    claimer = visit.claimed_by if visit else ""
    if visit is None or claimer in ("", caller):
        return ""
    held_by = {holder.person for holder in authority.holders_of(case.post_of(visit))}
    return "" if claimer in held_by else claimer
