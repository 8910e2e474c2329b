"""Who am I; and what one person may take away at once: appointments, delegations, absences."""

from collections.abc import Callable
from typing import Any

from chalicelib.authority.acts import Appointment
from chalicelib.authority.acts.periods import told
from chalicelib.authority.grants import views
from chalicelib.authority.registers import appointments, delegations
from chalicelib.authority.registers.change_kinds import department_of
from chalicelib.authority.registers.writing import By
from chalicelib.authority.routes.register_changes import office_of
from chalicelib.kernel.authorization import Resource
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.http import OFFICE, SIGNED_IN, Call, Door, Reply

door = Door()


@door.on(
    "GET",
    "/me",
    action="read_me",
    audience=SIGNED_IN,
    summary="Who is signed in, with the posts held now",
    reply="me",
)
def me(call: Call) -> Reply:
    """The caller, with posts read at this moment."""
    call.permit()
    caller = call.principal
    signed_in = {"strong": caller.is_strong, "methods": sorted(caller.strength)}
    posts = views.posts_held(caller.person, call.now)
    who = {"person": caller.person, "name": caller.name, "document": caller.document or None}
    return Reply({**who, "sign_in": signed_in, "posts": posts})


@door.on(
    "POST",
    "/appointments/{appointment}/end",
    action="end_appointment",
    audience=OFFICE,
    summary="End an appointment now",
    reply="appointment_made",
)
def end_appointment(call: Call, appointment: str) -> Reply:
    """The appointment, as it ended."""
    person = appointments.person_of(appointment)
    by = _permit(
        call, lambda: appointments.career_of(person).find(appointment).post, lambda: [person]
    )
    return Reply(_shown(appointments.end(appointment, by)))


@door.on(
    "POST",
    "/delegations/{delegation}/end",
    action="end_delegation",
    audience=OFFICE,
    summary="Take a delegation back now",
    reply="delegation_ended",
)
def end_delegation(call: Call, delegation: str) -> Reply:
    """The delegation, as it ended: whoever decided under it cannot from now on."""
    by = _permit(call, lambda: delegations.delegation_of(delegation).post, list)
    ended = {**delegations.end(delegation, by).data}
    return Reply({"id": ended.pop("delegation"), **ended})


@door.on(
    "POST",
    "/absences/{absence}/end",
    action="end_absence",
    audience=OFFICE,
    summary="End an absence now: its holder is back at the post",
    reply="absence_ended",
)
def end_absence(call: Call, absence: str) -> Reply:
    """The absence, as it ended: the substitute holds the post no longer."""
    person = appointments.person_of(absence)

    def concerned() -> list[str]:
        return [person, appointments.career_of(person).absence(absence).substitute]

    by = _permit(call, lambda: appointments.career_of(person).absence(absence).post, concerned)
    ended = appointments.end_absence(absence, by)
    people = {"person": person, "substitute": ended.substitute}
    return Reply({"id": ended.id, "post": ended.post, **people, **told(ended.span)})


def _permit(call: Call, post: Callable[[], str], concerned: Callable[[], list[str]]) -> By:
    """Who acts, by an office that may take this away; the absent looks as it does to who may take
    nothing away.
    """
    try:
        department, people = department_of(post()), concerned()
    except NotFound:
        department, people = "", []
    call.permit(
        Resource("RegisterEntry", call.route.action, {"department": department, "people": people})
    )
    return By(call.now, call.actor(office_of(call, department)), call.request)


def _shown(made: Appointment) -> dict[str, Any]:
    return {
        "id": made.id,
        "person": appointments.person_of(made.id),
        "post": made.post,
        **told(made.span),
    }
