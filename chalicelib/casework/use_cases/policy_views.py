"""How cases and their tasks look to the policies."""

from typing import Any

from chalicelib import authority
from chalicelib.casework.acts import Case, Visit
from chalicelib.catalog.flows import DECISIONS
from chalicelib.kernel.authorization import Resource

ACT = "act"


def case_resource(case: Case, purpose: str = ACT) -> Resource:
    """A case; ``purpose`` is why its file is opened: to act on the case, unless said."""
    posts = sorted(_posts(case))
    open_posts = {case.post_of(visit) for visit in case.open_visits}
    facts = {
        "item": case.item,
        "applicant": case.participants.applicant,
        "told": sorted(case.participants.parties),
        "posts": posts,
        "delegable": [{"post": post, "item": case.item} for post in posts],
        "open_posts": sorted(open_posts - {""}),
        "head": case.rules.posts.get("head", ""),
        "authority": case.authority,
        "purpose": purpose,
        "acted": sorted(
            case.participants.agents
            | case.participants.helpers
            | case.objectors
            | case.participants.recused
        ),
        "deciders": sorted(case.deciders),
        "extension_asked_by": _extension_asked_by(case),
        "move_proposed_by": case.transfer.proposal.get("by", ""),
        "strong": not DECISIONS.keys().isdisjoint(case.rules.strong_sign_in),
    }
    return Resource(
        "Case",
        case.id,
        facts,
        see="view_case",
        since=case.clocks.filed_at,
    )


def invited_posts(case: Case) -> set[str]:
    """The posts that are invited to a joint meeting of the case."""
    posts: set[str] = set()
    for meeting in case.record.meetings.values():
        posts.update(meeting["invited"])
    return posts


def posts_of_visits(case: Case) -> set[str]:
    """The posts that have or had a task in the case."""
    posts = {case.post_of(visit) for visit in case.visits.values()}
    posts.discard("")
    return posts


def _posts(case: Case) -> set[str]:
    posts = posts_of_visits(case) | invited_posts(case)
    head = case.rules.posts.get("head")
    if head:
        posts.add(head)
    return posts


def _extension_asked_by(case: Case) -> str:
    extension = case.clocks.extension
    if extension is None or extension.status != "asked":
        return ""
    return extension.asked_by


def task_resource(case: Case, visit: Visit, outcome: str = "") -> Resource:
    """A task: whose post, who is kept from it, and the ``outcome`` with which it is to end."""
    post = case.post_of(visit)
    facts: dict[str, Any] = {
        "item": case.item,
        "outcome": outcome,
        "post": post,
        "department": authority.post_of(post)["department"] if post else "",
        "applicant": case.participants.applicant,
        "told": sorted(case.participants.parties),
        "barred": sorted(case.excluded_persons(visit) - {case.participants.applicant}),
        "strong": case.step(visit).kind in case.rules.strong_sign_in,
    }
    return Resource(
        "Task",
        f"{case.id}.{visit.id}",
        facts,
        see="view_task",
        since=case.clocks.filed_at,
    )
