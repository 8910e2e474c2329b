"""Whose numbers somebody asks for: those of the whole city, or of one department."""

from chalicelib.kernel.authorization import Resource
from chalicelib.kernel.http import Call, Parameter
from chalicelib.supervision.matters import permissions

FILTER = {"department": Parameter("one office's code; all, or one's own, when absent")}


def permitted(call: Call) -> str:
    """The department that is asked about, empty for all, once the policies allow it."""
    department = call.query.get("department", usual(call))
    facts = {"department": department}
    resource = Resource(
        "Numbers",
        department or "city",
        facts,
    )
    call.permit(resource)
    return department


def usual(call: Call) -> str:
    """All of them for who supervises; else the caller's own."""
    if any(post.roles & permissions.CITY_WIDE for post in call.principal.posts):
        return ""
    departments = [post.department for post in call.principal.posts]
    return next(
        iter(departments),
        "",
    )
