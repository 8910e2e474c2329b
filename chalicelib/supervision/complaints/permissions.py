"""Who may see and handle a complaint, and by which post they do."""

from chalicelib.authority import unchanged_rights
from chalicelib.kernel import guesses, ids, typed_numbers, visibility
from chalicelib.kernel.aggregates import BY_MACHINE, Authorization
from chalicelib.kernel.authorization import Resource
from chalicelib.kernel.caller import Caller
from chalicelib.kernel.errors import NotFound
from chalicelib.supervision.complaints.values import Complaint

VIEW, HANDLE = "view_complaint", "handle_complaint"


def resource(complaint: Complaint) -> Resource:
    """The complaint as the policies see it."""
    subject = complaint.subject
    decided_by = complaint.acted if complaint.appealed_at else frozenset[str]()
    facts = {
        "handler": complaint.handler,
        "complainant": complaint.complainant.person,
        "department": subject.department,
        "posts": list(subject.posts),
        "persons": list(subject.persons),
        "decided_by": sorted(decided_by),
    }
    return Resource(
        "Complaint",
        complaint.id,
        facts,
        see=VIEW,
    )


def file(caller: Caller, complaint: Complaint | None) -> Authorization:
    """Permission to complain, for whoever is signed in; nobody acts, since who it is is sealed."""
    caller.permit()
    return BY_MACHINE


def handle(caller: Caller, complaint: Complaint | None) -> Authorization:
    """Permission to handle it, by the post that has it; stands on unchanged grants."""
    found = _existing(complaint)
    caller.permit(resource(found))
    conditions = unchanged_rights(caller.principal)
    return Authorization(caller.actor(found.handler), conditions=conditions)


def view(caller: Caller, complaint: Complaint) -> str:
    """Permission to see it, and as whom (of ``visibility``): what is sealed is for the complainant,
    and for the one who handles it.
    """
    thing = resource(complaint)
    caller.permit(thing)
    if is_own(caller, complaint):
        return visibility.SEALED
    if caller.engine.allows(caller.principal, HANDLE, thing):
        return visibility.SEALED
    return visibility.OFFICE


def is_own(caller: Caller, complaint: Complaint) -> bool:
    """Whether somebody looks at a complaint of their own."""
    return complaint.complainant.person == caller.principal.person


def by_code(code: str, complaint: Complaint | None) -> Authorization:
    """Permission for who has the tracking code, whoever it is. Raises NotFound, or TooMany after
    five wrong tries.
    """
    found = _existing(complaint)
    check_code(found.id, code)
    return BY_MACHINE


def check_code(complaint: str, code: str) -> None:
    """Raises NotFound for a code that is not the complaint's, TooMany after five of them."""
    right = typed_numbers.tracking_code(code_of(complaint))
    if not guesses.are_equal(typed_numbers.tracking_code(code), right):
        raise guesses.wrong("complaint", complaint)


def code_of(complaint: str) -> str:
    """The secret half of following a complaint."""
    return ids.tracking_code(f"complaint#{complaint}")


def _existing(complaint: Complaint | None) -> Complaint:
    if complaint is None:
        raise NotFound
    return complaint
