"""Who am I; and what one person may take away at once: appointments, delegations, absences."""

from functools import partial
from typing import Any

from chalicelib.authority.acts import periods
from chalicelib.authority.grants import views
from chalicelib.authority.registers import appointments, delegations, open_work, permissions
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
    sign_in = {"strong": caller.is_strong, "methods": sorted(caller.strength)}
    return Reply(
        {
            "person": caller.person,
            "name": caller.name,
            "document": caller.document or None,
            "sign_in": sign_in,
            "posts": views.posts_held(caller.person, call.now),
        }
    )


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
    authorize = partial(permissions.end_appointment, call, appointment)
    ended = appointments.end(appointment, authorize, call.request)
    shown: dict[str, Any] = {
        "id": ended.id,
        "person": appointments.person_of(ended.id),
        "post": ended.post,
        **periods.to_data(ended.span),
    }
    tasks = open_work.left_at(ended.post)
    if tasks:
        shown["tasks_left"] = tasks
    return Reply(shown)


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
    authorize = partial(permissions.end_delegation, call)
    ended = delegations.end(
        delegation,
        authorize,
        call.request,
    )
    facts: dict[str, Any] = ended.data
    return Reply({"id": facts.pop("delegation"), **facts})


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
    authorize = partial(permissions.end_absence, call, absence)
    ended = appointments.end_absence(absence, authorize, call.request)
    return Reply(
        {
            "id": ended.id,
            "post": ended.post,
            "person": appointments.person_of(absence),
            "substitute": ended.substitute,
            **periods.to_data(ended.span),
        }
    )
