"""Reading a case: its parties do so freely; an office through a task or for a stated purpose.

That read is an act: one entry per reader, case, purpose and day, in a stream of its own, whose name
is what makes it one.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NoReturn

from chalicelib.casework.acts import Case, Visit
from chalicelib.casework.errors import PurposeNeeded
from chalicelib.casework.use_cases import refusals
from chalicelib.casework.use_cases.policy_views import (
    case_resource,
    invited_posts,
    posts_of_visits,
)
from chalicelib.kernel import commands, ids, visibility
from chalicelib.kernel.acts import private, to_act
from chalicelib.kernel.aggregates import ONE_ENTRY, Authorization
from chalicelib.kernel.authorization import Post, Principal
from chalicelib.kernel.caller import Caller
from chalicelib.kernel.errors import BadRequest, NotFound
from chalicelib.kernel.journal import Actor, Entry
from chalicelib.kernel.values import dataclass

SUBJECTS = "subjects"  # the private group: whose data was read
TASK, WINDOW = (
    "task",
    "window",
)  # purposes that nobody states: a task of one's own; who is present
HEAD, SUPERVISOR = "head", "supervisor"
ELSEWHERE = 3  # the rank of a post that has nothing to do with a case
# What an office may read a case for beside its tasks, and after how many days its subject is told.
# Told at once, who is supervised or complained about would be warned (PIPL Art. 18 and 35); so only
# supervisors may state these two.
PURPOSES: Mapping[str, int] = {
    "appeal": 0,
    "complaint": 180,
    "correction": 0,
    "inquiry": 0,
    "statistics": 0,
    "supervision": 90,
}


@dataclass(frozen=True)
class CaseRead:
    """A case was read ``on`` a day; its subjects learn of it when it is not sealed any more."""

    case: str
    number: str
    purpose: str
    on: date
    persons: tuple[str, ...] = private(SUBJECTS, always=True)
    sealed_until: date | None = None


def permit(caller: Caller, case: Case, purpose: str = "") -> str:
    """Permission to read a case, as whom (of ``visibility``), for the ``purpose`` that is stated.

    An office's read is on record before it is answered. Raises NotFound, PurposeNeeded (which is on
    record too), and BadRequest for a purpose that the list does not know.
    """
    _check_purpose(purpose)
    viewer = _viewer_as_party(caller.principal, case)
    if viewer:
        caller.permit(case_resource(case))
        return viewer
    taking_part = posts_of_visits(case) | invited_posts(case)
    return _permit_office(caller, case, purpose, taking_part)


def permit_through_task(caller: Caller, case: Case, visit: Visit, purpose: str = "") -> str:
    """As of ``permit``, for who may see the task.

    By its post the case is read for the task, by another for a purpose.
    """
    _check_purpose(purpose)
    return _permit_office(
        caller,
        case,
        purpose,
        {case.post_of(visit)},
    )


def at_window(case: Case, officer: Actor, now: datetime) -> None:
    """A window shows a case to its party, and so the officer reads it too."""
    put_on_record(case, officer, WINDOW, now)


def put_on_record(case: Case, reader: Actor, purpose: str, now: datetime) -> None:
    """One read a day of each reader and purpose; again the same day costs one look.

    Who became a party in between was read of for the first time, so that is a read of its own.
    """
    today = now.date()
    subjects = sorted(case.participants.parties)
    mark = ids.keyed_hash(
        "read",
        reader.person,
        case.id,
        purpose,
        today.isoformat(),
        *subjects,
    )
    days_sealed = PURPOSES.get(purpose, 0)
    read = CaseRead(
        case=case.id,
        number=case.number,
        purpose=purpose,
        on=today,
        sealed_until=today + timedelta(days=days_sealed) if days_sealed else None,
        persons=tuple(subjects),
    )

    def authorize(entries: Sequence[Entry]) -> Authorization:
        return Authorization(reader)

    commands.execute(
        ONE_ENTRY,
        f"read#{case.id}#{mark}",
        to_act(read),
        authorize,
    )


def _permit_office(caller: Caller, case: Case, stated: str, taking_part: set[str]) -> str:
    """For the purpose that is stated; else for a task, by a post that takes part in the case."""
    posts = (
        []
        if case.clocks.ended_at
        else _posts_reaching(
            caller.principal,
            case,
            taking_part,
        )
    )
    purpose = stated or (TASK if posts else "")
    try:
        caller.permit(case_resource(case, purpose), "view_case")
    except NotFound:
        opening = _opening_purposes(caller, case)
        if opening:
            _refuse(caller, case, opening)
        raise
    post = min(posts) if purpose == TASK else _post_stating(caller.principal, case)
    put_on_record(case, caller.actor(post), purpose, caller.now)
    return visibility.SEALED if PURPOSES.get(purpose) else visibility.OFFICE


def _posts_reaching(principal: Principal, case: Case, taking_part: set[str]) -> list[str]:
    """The posts held that take part, or that have the case's item delegated by one that does."""
    posts = []
    for post in principal.posts:
        if taking_part & _reach(post, case):
            posts.append(post.id)
    return posts


def _reach(post: Post, case: Case) -> set[str]:
    reach = {post.id}
    for delegated in post.delegations:
        if case.item in delegated.items:
            reach.add(delegated.post)
    return reach


def _viewer_as_party(principal: Principal, case: Case) -> str:
    """As what party, or in whose name, somebody reads; empty for everybody else."""
    if case.participants.applicant and principal.may_act_for(
        case.participants.applicant, case.item
    ):
        return visibility.OWN
    for party in case.participants.parties:
        if principal.may_act_for(party, case.item):
            return visibility.PARTY
    return ""


def _check_purpose(purpose: str) -> None:
    if purpose and purpose not in PURPOSES:
        raise BadRequest("purpose-unknown", purposes=", ".join(PURPOSES))


def _opening_purposes(caller: Caller, case: Case) -> list[str]:
    """The purposes that would open the case to the caller; of others nothing is asked that an
    absent case would not cost.
    """
    opening: list[str] = []
    if not _is_near(caller.principal, case):
        return opening
    for purpose in PURPOSES:
        try:
            caller.permit(case_resource(case, purpose), "view_case")
            opening.append(purpose)
        except NotFound:
            continue
    return opening


def _refuse(caller: Caller, case: Case, opening: Sequence[str]) -> NoReturn:
    denial = caller.explain_denial(case_resource(case, ""), "view_case")
    problem = PurposeNeeded(purposes=", ".join(opening)).because(denial)
    post = _post_stating(caller.principal, case)
    # What a supervisor looks into is told as late as the reading itself would be.
    held_back = timedelta()
    if _is_supervisor(caller.principal, post):
        held_back = timedelta(days=PURPOSES["supervision"])
    refusals.put_on_record(
        case,
        problem,
        caller.actor(post),
        caller.now,
        held_back,
    )
    raise problem


def _is_near(principal: Principal, case: Case) -> bool:
    """Whether a post that is held has to do with the case: part in it, its department, all
    departments.
    """
    posts = set(case_resource(case).facts["posts"])
    for post in principal.posts:
        if posts & _reach(post, case) or _rank(post, case, ()) < ELSEWHERE:
            return True
    return False


def _is_supervisor(principal: Principal, post: str) -> bool:
    for held in principal.posts:
        if held.id == post:
            return SUPERVISOR in held.roles
    return False


def _post_stating(principal: Principal, case: Case) -> str:
    """By which post a purpose is stated.

    One of the case's, else as head of its department, else as supervisor.
    """
    posts = case_resource(case).facts["posts"]
    ranked = []
    for post in principal.posts:
        rank = _rank(post, case, posts)
        ranked.append((rank, post.id))
    _, best = min(ranked)
    return best


def _rank(post: Post, case: Case, posts: Sequence[str]) -> int:
    if post.id in posts:
        return 0
    if HEAD in post.roles and post.department == case.authority:
        return 1
    return 2 if SUPERVISOR in post.roles else ELSEWHERE
