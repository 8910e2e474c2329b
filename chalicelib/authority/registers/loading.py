"""The registers of a city when its stack is new; safe to repeat, and what people have changed since
stays changed.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from chalicelib.authority.acts import AppointmentRequest, Definition, Delegation, Position, periods
from chalicelib.authority.registers import appointments as appointing
from chalicelib.authority.registers import definitions
from chalicelib.authority.registers import delegations as delegating
from chalicelib.authority.registers.writing import By, commit, retried
from chalicelib.kernel.errors import NotFound

Documents = Iterable[Mapping[str, Any]]


def load_organizations(organizations: Documents, now: datetime) -> int:
    """Define the organizations ``{code, name, level, parent?, ...}`` that are new or differ; how
    many those were.
    """
    return sum([_defined(definitions.ORGANIZATION, each, "code", now) for each in organizations])


def load_service_points(points: Documents, now: datetime) -> int:
    """Define the service points ``{id, name, organization, items, ...}`` that are new or differ;
    how many.
    """
    return sum([_defined(definitions.SERVICE_POINT, each, "id", now) for each in points])


def load_posts(posts: Documents, now: datetime) -> int:
    """Define the posts ``{id, title, department, roles, service_point?}`` that are new or differ;
    how many.
    """
    facts = [Position(p["id"], p["title"], p["department"], frozenset(p["roles"]), p.get("service_point", "")).facts
             for p in posts]  # fmt: skip
    return sum(
        [
            _defined(definitions.POST, {"id": p["id"], **of}, "id", now)
            for p, of in zip(posts, facts, strict=True)
        ]
    )


def _defined(register: str, document: Mapping[str, Any], key: str, now: datetime) -> bool:
    last = definitions.last_entry(register, document[key])
    if last and last.actor.person:
        return False
    facts = {name: value for name, value in document.items() if name != key}
    return definitions.define(register, document[key], Definition(facts, now), By(now))


def load_appointments(appointments: Documents, now: datetime) -> int:
    """Make the appointments ``{person, post, name?, mail?}`` never made before; how many those
    were.

    One that an administrator has ended since stays ended.
    """
    return sum([_appointed(wanted, now) for wanted in appointments])


def _appointed(wanted: Mapping[str, Any], now: datetime) -> bool:
    career = appointing.career_of(wanted["person"])
    if any(
        known.post == wanted["post"] and not known.is_substitute for known in career.appointments
    ):
        return False
    name, mail = wanted.get("name") or "", wanted.get("mail") or ""
    appointing.appoint(
        AppointmentRequest(wanted["person"], wanted["post"], now, name=name, mail=mail), By(now)
    )
    return True


def load_delegations(delegations: Documents, now: datetime) -> int:
    """Make the delegations ``{id, post, to, items, outcomes, until}`` never made before; how many
    those were.
    """
    return sum([_delegated(wanted, now) for wanted in delegations])


def _delegated(wanted: Mapping[str, Any], now: datetime) -> bool:
    try:
        delegating.delegation_of(wanted["id"])
        return False
    except NotFound:
        pass
    ends = periods.read({"until": wanted["until"]}, now)[1] or now
    named = tuple(wanted["items"]), tuple(wanted["outcomes"])
    made = Delegation(wanted["id"], wanted["post"], wanted["to"], *named, now, ends)
    retried(lambda: commit(delegating.prepare(made, By(now))))
    return True
