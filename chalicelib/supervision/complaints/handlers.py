"""Who handles a complaint: supervisors whom it does not concern, and above them the head of the
government's office.
"""

from chalicelib import authority
from chalicelib.kernel.errors import Fault, Invalid
from chalicelib.supervision.complaints import limits
from chalicelib.supervision.complaints.values import Complaint, Subject
from chalicelib.supervision.errors import NoOtherHandler

SUPERVISOR, HEAD = "supervisor", "head"


def ladder(subject: Subject, id: str) -> tuple[str, ...]:
    """The posts that may handle the complaint ``id``, in the order of their turns: within an office
    another one begins with each complaint. Raises Invalid where it concerns all of them.
    """
    posts: list[str] = []
    for office in limits.handling_offices():
        posts += _turned(_posts(office, SUPERVISOR, subject), id)
    posts += _posts(limits.office_above(), HEAD, subject)
    if not posts:
        raise Invalid(faults=[Fault("/department", "office-without-supervisor")])
    return tuple(posts)


def _posts(office: str, role: str, subject: Subject) -> list[str]:
    """An office's posts of a role; none of an office or a post that is complained about."""
    if office == subject.department:
        return []
    posts = authority.posts_of_department(office, role)
    return [post for post in posts if post not in subject.posts]


def _turned(posts: list[str], id: str) -> list[str]:
    if not posts:
        return []
    first = sum(id.encode()) % len(posts)
    return posts[first:] + posts[:first]


def reviewer(complaint: Complaint) -> str:
    """The post that looks at it on appeal: another one, held by somebody who has not handled it.

    Raises NoOtherHandler.
    """
    for post in complaint.ladder:
        if post != complaint.handler and _is_held_by_another(post, complaint):
            return post
    raise NoOtherHandler


def _is_held_by_another(post: str, complaint: Complaint) -> bool:
    persons = {holder.person for holder in authority.holders_of(post)}
    kept_from_it = complaint.acted | set(complaint.subject.persons)
    return bool(persons - kept_from_it)
