"""By which post an officer acts on a task: by the task's own, or by a window's to which it was
delegated.
"""

from dataclasses import dataclass

from chalicelib.casework.acts import Case, Visit
from chalicelib.kernel.authorization import Principal


@dataclass(frozen=True)
class Standing:
    """The post by which somebody acts, the id of the delegation under which, and whether as a
    substitute.
    """

    post: str
    delegation: str = ""
    is_substitute: bool = False


def standing(principal: Principal, case: Case, visit: Visit, outcome: str = "") -> Standing:
    """How the principal stands to a task, for an ``outcome`` where it is to be completed.

    One's own post comes before what is delegated to another; who holds neither is told of by the
    task's post.
    """
    post = case.post_of(visit)
    for held in principal.posts:
        if held.id == post:
            return Standing(post, is_substitute=held.is_substitute)
    for held in principal.posts:
        for given in held.delegations:
            if (
                given.post == post
                and case.item in given.items
                and (not outcome or outcome in given.outcomes)
            ):
                return Standing(held.id, given.id, held.is_substitute)
    return Standing(post)
