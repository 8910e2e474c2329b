"""The registers over HTTP, for everybody: organizations, posts, service points, delegations, and
who held a post.
"""

from datetime import datetime
from typing import Any

from chalicelib.authority.acts import Career, Holding, periods
from chalicelib.authority.registers import public_view
from chalicelib.kernel.http import OFFICE, PUBLIC, Call, Door, Parameter, Reply

ON = {"on": Parameter("a day, YYYY-MM-DD; today when it is not named", form="day")}

door = Door()


@door.on(
    "GET", "/organizations", action="list_organizations", audience=PUBLIC, reply="organizations",
    summary="The tree of organizations",
)  # fmt: skip
def list_organizations(call: Call) -> Reply:
    """City, districts, streets, communities and their departments, as they are today."""
    return Reply({"organizations": public_view.organizations()})


@door.on(
    "GET", "/posts", action="list_posts", audience=PUBLIC, reply="posts",
    summary="The posts, and what each may do",
)  # fmt: skip
def list_posts(call: Call) -> Reply:
    """Their roles, which items they take, what is delegated to them; no persons."""
    return Reply({"posts": public_view.posts()})


@door.on(
    "GET", "/service-points", action="list_service_points", audience=PUBLIC, reply="service_points",
    summary="The service points, and the items that they take",
)  # fmt: skip
def list_service_points(call: Call) -> Reply:
    """Where people can go in person."""
    return Reply({"service_points": public_view.service_points()})


@door.on(
    "GET", "/delegations", action="list_delegations", audience=PUBLIC, reply="delegations",
    summary="What departments have delegated to windows",
)  # fmt: skip
def list_delegations(call: Call) -> Reply:
    """Items, outcomes and period of each delegation that is in force."""
    return Reply({"delegations": public_view.delegations()})


@door.on(
    "GET", "/posts/{post}/holders", action="read_post_holders", audience=PUBLIC, reply="post_holders", query=ON,  # noqa: E501
    summary="Since when, and until when, a post was held on a day",
)  # fmt: skip
def show_holders(call: Call, post: str) -> Reply:
    """By history, also of days long past; persons are not named."""
    day = _day(call)
    title, held = public_view.held_on(post, day)
    shown = [periods.to_data(holding.span) for _, holding in held]
    return Reply(
        {
            "post": title,
            "on": day.date().isoformat(),
            "holders": shown,
        }
    )


@door.on(
    "GET", "/posts/{post}/appointments", action="read_post_appointments", audience=OFFICE, reply="post_appointments",  # noqa: E501
    query=ON, summary="Who held a post on a day",
)  # fmt: skip
def show_appointments(call: Call, post: str) -> Reply:
    """By history, with persons, names and whether they stood in for somebody; for whoever holds a
    post.
    """
    call.permit()
    day = _day(call)
    title, held = public_view.held_on(post, day)
    shown = [_appointment(career, holding) for career, holding in held]
    return Reply(
        {
            "post": title,
            "on": day.date().isoformat(),
            "appointments": shown,
        }
    )


def _appointment(career: Career, holding: Holding) -> dict[str, Any]:
    return {
        "appointment": holding.appointment.id,
        "person": career.person,
        "name": career.name,
        "substitute": holding.appointment.is_substitute,
        **periods.to_data(holding.span),
    }


def _day(call: Call) -> datetime:
    """The first moment of the day asked for."""
    return public_view.first_moment(call.query.get("on", ""), call.now)
