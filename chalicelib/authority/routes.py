"""Who am I, and who holds which post: the routes of authority."""

from datetime import datetime
from typing import Any

from chalicelib.authority import appointing, views
from chalicelib.authority.acts import Appointment, Order
from chalicelib.kernel import clock
from chalicelib.kernel.door import OFFICE, SIGNED_IN, Call, Door, Reply
from chalicelib.kernel.errors import Fault, Invalid
from chalicelib.kernel.guard import Resource
from chalicelib.kernel.journal import Actor

ADMINISTRATOR = "administrator"

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
    return Reply({"person": caller.person, "name": caller.name, "posts": views.posts_held(caller.person, call.now)})


@door.on(
    "POST",
    "/appointments",
    action="appoint",
    audience=OFFICE,
    status=201,
    summary="Appoint a person to a post",
    body="appointment",
    reply="appointment_made",
)
def appoint(call: Call) -> Reply:
    """An appointment, in force from now unless it says otherwise."""
    call.permit(_about(call.body["person"]))
    made = appointing.appoint(_order(call), now=call.now, actor=_administrator(call), request=call.request)
    return Reply(_shown(made))


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
    call.permit(_about(appointing.person_of(appointment)))
    ended = appointing.end_appointment(appointment, now=call.now, actor=_administrator(call), request=call.request)
    return Reply(_shown(ended))


def _about(person: str) -> Resource:
    return Resource("Appointment", person, {"person": person})


def _administrator(call: Call) -> Actor:
    return call.actor(next(post.id for post in call.principal.posts if ADMINISTRATOR in post.roles))


def _order(call: Call) -> Order:
    body = call.body
    starts, ends = _moment(call, "from") or call.now, _moment(call, "until")
    return Order(body["person"], body["post"], starts, ends, body.get("name", ""), body.get("mail", ""))


def _moment(call: Call, name: str) -> datetime | None:
    if name not in call.body:
        return None
    try:
        return clock.parse(call.body[name]).astimezone(call.now.tzinfo)
    except (ValueError, OverflowError) as error:  # the schema's pattern lets a 31 February pass
        raise Invalid(faults=[Fault(f"/{name}", "format", {"limit": "date-time"})]) from error


def _shown(made: Appointment) -> dict[str, Any]:
    shown = {
        "id": made.id,
        "person": appointing.person_of(made.id),
        "post": made.post,
        "from": clock.stamp(made.starts),
    }
    return shown | ({"until": clock.stamp(made.ends)} if made.ends else {})
