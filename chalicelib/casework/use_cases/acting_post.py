"""By which post an officer acts on a task: by the task's own, or by one to which it was
delegated.
"""

from collections.abc import Iterator

from chalicelib.casework.acts import Case, Visit
from chalicelib.kernel.aggregates import Authorization
from chalicelib.kernel.authorization import Delegated, Post, Principal
from chalicelib.kernel.journal import Actor


def acting_post(principal: Principal, case: Case, visit: Visit, outcome: str = "") -> Authorization:
    """As whom the principal acts on a task, for an ``outcome`` where it is to be completed.

    One's own post comes before what is delegated to another; who holds neither is told of by the
    task's post.
    """
    post = case.post_of(visit)
    for held in principal.posts:
        if held.id == post:
            return _acting(
                principal,
                post,
                is_substitute=held.is_substitute,
            )
    for held, delegated in _delegations(principal):
        if _reaches(delegated, post, case.item, outcome):
            return _acting(
                principal,
                held.id,
                delegated.id,
                held.is_substitute,
            )
    return _acting(principal, post)


def _delegations(principal: Principal) -> Iterator[tuple[Post, Delegated]]:
    for held in principal.posts:
        for delegated in held.delegations:
            yield held, delegated


def _reaches(delegated: Delegated, post: str, item: str, outcome: str) -> bool:
    if delegated.post != post or item not in delegated.items:
        return False
    return not outcome or outcome in delegated.outcomes


def _acting(
    principal: Principal,
    post: str,
    delegation: str = "",
    is_substitute: bool = False,
) -> Authorization:
    actor = Actor(principal.person, post)
    return Authorization(actor, delegation, is_substitute)
