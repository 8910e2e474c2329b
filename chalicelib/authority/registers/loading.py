"""The registers of a city when its stack is new; safe to repeat, and what people have changed since
stays changed.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from chalicelib.authority.acts import (
    AppointmentRequest,
    Career,
    Definition,
    Delegation,
    Position,
    periods,
)
from chalicelib.authority.acts.definitions import ORGANIZATION, POST, SERVICE_POINT
from chalicelib.authority.registers import appointments as appointing
from chalicelib.authority.registers import careers, definitions
from chalicelib.authority.registers import delegations as delegating
from chalicelib.kernel.errors import NotFound

Document = Mapping[str, Any]
Documents = Iterable[Document]


def load_organizations(organizations: Documents, now: datetime) -> int:
    """Define the organizations ``{code, name, level, parent?, ...}`` that are new or differ; how
    many those were.
    """
    return sum(
        [
            _define(
                ORGANIZATION,
                each,
                "code",
                now,
            )
            for each in organizations
        ]
    )


def load_service_points(points: Documents, now: datetime) -> int:
    """Define the service points ``{id, name, organization, items, ...}`` that are new or differ;
    how many.
    """
    return sum(
        [
            _define(
                SERVICE_POINT,
                each,
                "id",
                now,
            )
            for each in points
        ]
    )


def load_posts(posts: Documents, now: datetime) -> int:
    """Define the posts ``{id, title, department, roles, service_point?}`` that are new or differ;
    how many.
    """
    return sum([_define_post(each, now) for each in posts])


def _define_post(document: Document, now: datetime) -> bool:
    position = Position(
        document["id"],
        document["title"],
        document["department"],
        frozenset(document["roles"]),
        document.get("service_point", ""),
    )
    return _define(POST, {"id": position.id, **position.facts}, "id", now)


def _define(register: str, document: Document, key: str, now: datetime) -> bool:
    last = definitions.last_entry(register, document[key])
    if last and last.actor.person:
        return False
    facts = dict(document)
    thing = facts.pop(key)
    return definitions.define(
        register,
        thing,
        Definition(facts, now),
        now,
    )


def load_appointments(appointments: Documents, now: datetime) -> int:
    """Make the appointments ``{person, post, name?, mail?}`` never made before; how many those
    were.

    One that an administrator has ended since stays ended.
    """
    return sum([_appoint(each, now) for each in appointments])


def _appoint(document: Document, now: datetime) -> bool:
    person, post = document["person"], document["post"]
    if _was_appointed(careers.career_of(person), post):
        return False
    request = AppointmentRequest(
        person,
        post,
        now,
        name=document.get("name") or "",
        mail=document.get("mail") or "",
    )
    appointing.appoint(request, now)
    return True


def _was_appointed(career: Career, post: str) -> bool:
    posts = {each.post for each in career.appointments if not each.is_substitute}
    return post in posts


def load_delegations(delegations: Documents, now: datetime) -> int:
    """Make the delegations ``{id, post, to, items, outcomes, until}`` never made before; how many
    those were.
    """
    return sum([_delegate(each, now) for each in delegations])


def _delegate(document: Document, now: datetime) -> bool:
    try:
        delegating.delegation_of(document["id"])
        return False
    except NotFound:
        pass
    _, ends = periods.from_data({"until": document["until"]}, now)
    delegation = Delegation(
        document["id"],
        document["post"],
        document["to"],
        tuple(document["items"]),
        tuple(document["outcomes"]),
        now,
        ends or now,
    )
    delegating.grant(delegation, now)
    return True
