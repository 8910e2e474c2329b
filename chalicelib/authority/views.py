"""Grants rows as they follow from acts, and what others ask of them: holders, titles, posts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from time import time
from typing import Any

from chalicelib.authority import grants
from chalicelib.authority.acts import Appointment, Career, Position
from chalicelib.kernel import clock
from chalicelib.kernel.errors import NotFound

KEPT_SECONDS = 300  # titles and departments may be this old in a warm process; grants are always read afresh


@dataclass(frozen=True)
class Holder:
    """Somebody who holds a post now; ``mail`` is empty when unknown."""

    person: str
    name: str = field(default="", repr=False)
    mail: str = field(default="", repr=False)


def held_now(periods: Iterable[Mapping[str, Any]], now: datetime) -> list[Mapping[str, Any]]:
    """Those of a row's periods ``{from, until?}`` with from <= now < until."""
    return [
        p for p in periods if clock.parse(p["from"]) <= now and not ("until" in p and clock.parse(p["until"]) <= now)
    ]


def holders_of(post: str) -> list[Holder]:
    """Who holds a post at this moment of official time; nobody for an unknown post."""
    now = clock.now()
    rows = [row.data for row in grants.store().partition(grants.post_key(post), "holder#")]
    return [Holder(r["person"], r["name"], r["mail"]) for r in rows if held_now(r["periods"], now)]


def post_of(post: str) -> Mapping[str, Any]:
    """A post's ``{title: {zh, en}, department}``, up to five minutes old. Raises NotFound."""
    return _post_of(post, int(time() // KEPT_SECONDS))


@lru_cache(maxsize=1024)
def _post_of(post: str, _age: int) -> Mapping[str, Any]:
    position = position_of(grants.store().get(grants.post_key(post), grants.OF_POST))
    if position is None:
        raise NotFound
    return {"title": dict(position.title), "department": position.department}


def posts_of_department(department: str, role: str) -> list[str]:
    """Ids of the department's posts that carry ``role``."""
    rows = grants.store().partition(grants.department_key(department))
    return [row.data["post"] for row in rows if role in row.data["roles"]]


def posts_held(person: str, now: datetime) -> list[dict[str, Any]]:
    """The posts that a person holds at ``now``, in one consistent read.

    Each is ``{appointment, post, title, department, roles, from, until?}``.
    """
    row = grants.store().get(grants.person_key(person), grants.OF_PERSON)
    return [dict(held) for held in held_now(row.data["posts"], now)] if row else []


def position_of(row: grants.Row | None) -> Position | None:
    """The post that a post's row describes."""
    if row is None:
        return None
    return Position(row.data["post"], row.data["title"], row.data["department"], frozenset(row.data["roles"]))


def post_data(position: Position) -> dict[str, Any]:
    """What a post's row says, and its row under the department."""
    facts = {
        "title": dict(position.title),
        "department": position.department,
        "roles": sorted(position.roles),
    }
    return {"post": position.id, **facts}


def person_data(career: Career, positions: Mapping[str, Position], now: datetime) -> dict[str, Any]:
    """What a person's row says: appointments in force or to come, each with the facts of its post."""
    posts = [post_data(positions[a.post]) | {"appointment": a.id} | _period(a) for a in career.current(now)]
    return {"person": career.person, "name": career.name, "mail": career.mail, "posts": posts}


def holder_data(career: Career, post: str, now: datetime) -> dict[str, Any]:
    """What a post's row about one holder says."""
    periods = [_period(a) for a in career.current(now) if a.post == post]
    return {"person": career.person, "name": career.name, "mail": career.mail, "periods": periods}


def _period(appointment: Appointment) -> dict[str, str]:
    period = {"from": clock.stamp(appointment.starts)}
    return period | ({"until": clock.stamp(appointment.ends)} if appointment.ends else {})
