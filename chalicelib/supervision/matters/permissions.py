"""Who may see, answer and rule a supervision matter, and by which post they do."""

from chalicelib.authority import unchanged_rights
from chalicelib.kernel.aggregates import Authorization
from chalicelib.kernel.authorization import Principal, Resource
from chalicelib.kernel.caller import Caller
from chalicelib.kernel.errors import NotFound
from chalicelib.supervision.matters.values import Matter

SUPERVISOR = "supervisor"
CITY_WIDE = frozenset({SUPERVISOR, "auditor"})


def resource(matter: Matter) -> Resource:
    """The matter as the policies see it."""
    facts = {
        "department": matter.subject.department,
        "answering": list(matter.answering_posts),
        "answered_by": [answer.person for answer in matter.answers],
    }
    return Resource(
        "Matter",
        matter.id,
        facts,
        see="view_matter",
    )


def list_resource(department: str) -> Resource:
    """The list of a department's matters; empty: of all of them."""
    facts = {"department": department, "answering": [], "answered_by": []}
    return Resource("Matter", f"list/{department}", facts)


def order(caller: Caller, matter: Matter | None) -> Authorization:
    """Permission to give a supervision order."""
    caller.permit()
    return _as_supervisor(caller)


def answer(caller: Caller, matter: Matter | None) -> Authorization:
    """Permission to answer, by the post that is obliged to."""
    found = _existing(matter)
    caller.permit(resource(found))
    post = _post_among(caller.principal, found.answering_posts)
    return Authorization(caller.actor(post))


def rule(caller: Caller, matter: Matter | None) -> Authorization:
    """Permission to rule, which stands on unchanged grants."""
    found = _existing(matter)
    caller.permit(resource(found))
    return _as_supervisor(caller)


def _existing(matter: Matter | None) -> Matter:
    if matter is None:
        raise NotFound
    return matter


def supervising_post(principal: Principal) -> str:
    """The post by which somebody supervises; empty for none."""
    supervising = [post.id for post in principal.posts if SUPERVISOR in post.roles]
    return next(iter(supervising), "")


def _as_supervisor(caller: Caller) -> Authorization:
    actor = caller.actor(supervising_post(caller.principal))
    conditions = unchanged_rights(caller.principal)
    return Authorization(actor, conditions=conditions)


def _post_among(principal: Principal, posts: tuple[str, ...]) -> str:
    held = principal.post_ids
    return next(post for post in posts if post in held)
