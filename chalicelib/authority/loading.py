"""The posts and appointments of a city when its stack is new; safe to repeat."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from chalicelib.authority import appointing
from chalicelib.authority.acts import Order, Position


def load_posts(posts: Iterable[Mapping[str, Any]], now: datetime) -> int:
    """Define the posts ``{id, title, department, roles}`` that are new or differ; how many those were."""
    wanted = [Position(p["id"], p["title"], p["department"], frozenset(p["roles"])) for p in posts]
    return sum([appointing.define_post(position, now=now) for position in wanted])


def load_appointments(appointments: Iterable[Mapping[str, Any]], now: datetime) -> int:
    """Make the appointments ``{person, post, name?, mail?}`` never made before; how many those were.

    One that an administrator has ended since stays ended.
    """
    return sum([_appointed(wanted, now) for wanted in appointments])


def _appointed(wanted: Mapping[str, Any], now: datetime) -> bool:
    career = appointing.career_of(wanted["person"])
    if any(known.post == wanted["post"] for known in career.appointments):
        return False
    name, mail = wanted.get("name") or "", wanted.get("mail") or ""
    appointing.appoint(Order(wanted["person"], wanted["post"], now, name=name, mail=mail), now=now)
    return True
