"""The registers for everybody: what is in force now, and who held a post on a day, from the
journal's history.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from functools import lru_cache
from time import time as seconds
from typing import Any

from chalicelib.authority import grants
from chalicelib.authority.acts import Career, Holding, definitions, periods
from chalicelib.authority.grants import rows, views
from chalicelib.authority.registers import appointments
from chalicelib.authority.registers import definitions as defining
from chalicelib.kernel import clock
from chalicelib.kernel.authorization import WINDOW
from chalicelib.kernel.errors import NotFound

KEPT_SECONDS = 30  # what is public may be this old in a warm process; what anybody may do is always read afresh
Data = Mapping[str, Any]


def organizations() -> list[dict[str, Any]]:
    """The tree, each organization after the one above it."""
    known = {each["id"]: each for each in _listed(grants.ORGANIZATIONS, _age())}
    below: dict[str, list[str]] = {}
    for code, each in known.items():
        parent = each.get("parent", "")
        below.setdefault(parent if parent in known else "", []).append(code)
    return [_organization(known[code]) for code in _down(below, "")]


def _down(below: Mapping[str, list[str]], parent: str) -> Iterator[str]:
    for code in below.get(parent, ()):
        yield code
        yield from _down(below, code)


def _organization(each: Data) -> dict[str, Any]:
    facts = {name: value for name, value in each.items() if name != "id"}
    return {"code": each["id"], "parent": None, **facts}


def service_points() -> list[dict[str, Any]]:
    """The service points, with the items that they take."""
    return [dict(each) for each in _listed(grants.SERVICE_POINTS, _age())]


def posts() -> list[dict[str, Any]]:
    """The posts; a window that may only accept and never decides says so, one to which power is
    delegated, too.
    """
    age = _age()
    points = {point["id"]: point for point in _listed(grants.SERVICE_POINTS, age)}
    given = _delegations(age)
    shown = []
    for each in _listed_posts(age):
        to_it = [told for told in given if told["to"] == each["id"]]
        point = points.get(each.get("service_point", ""))
        takes = list(point["items"]) if point and WINDOW in each["roles"] else []
        only = views.is_window_alone(each) and not to_it
        shown.append(
            {
                **each,
                "items": takes,
                "accepts_only": only,
                "delegations": [_told(told) for told in to_it],
            }
        )
    return shown


def _told(given: Data) -> dict[str, Any]:
    return {name: given[name] for name in ("id", "post", "items", "outcomes", "from", "until")}


def delegations() -> list[dict[str, Any]]:
    """The delegations in force, each with the post that delegates and the one that decides in its
    stead.
    """
    return [
        {**given, "post": _named(given["post"]), "to": _named(given["to"])}
        for given in _delegations(_age())
    ]


def _named(post: str) -> dict[str, Any]:
    return {"id": post, **views.post_of(post)}


def _delegations(age: int) -> list[dict[str, Any]]:
    now = clock.now()
    windows = {each["id"] for each in _listed_posts(age) if WINDOW in each["roles"]}
    listed = rows.in_force((row.data for row in _partition(grants.DELEGATIONS, age)), now)
    told = [
        each for each in listed if each["to"] in windows
    ]  # what has ceased to be a window decides nothing
    return [
        {"id": each["delegation"], **{k: v for k, v in each.items() if k != "delegation"}}
        for each in told
    ]


def _listed(place: str, age: int) -> list[dict[str, Any]]:
    now = clock.now()
    told = ((row.data["id"], rows.facts_at(row.data, now)) for row in _partition(place, age))
    return [{"id": name, **facts} for name, facts in told if facts]


def _listed_posts(age: int) -> Iterator[dict[str, Any]]:
    now = clock.now()
    for row in _partition(grants.POSTS, age):
        facts = rows.facts_at(row.data, now)
        # A post that has gone to another department has left its row with the former.
        if facts and row.sk.startswith(f"{facts['department']}/"):
            yield {"id": row.data["post"], **facts}


@lru_cache(maxsize=8)
def _partition(place: str, _age: int) -> tuple[grants.Row, ...]:
    return tuple(grants.store().partition(place))


def _age() -> int:
    return int(seconds() // KEPT_SECONDS)


def held_on(post: str, day: datetime) -> tuple[dict[str, Any], list[tuple[Career, Holding]]]:
    """The post as it was at the end of a day, and who held it at some moment of that day; from the
    journal.

    ``day`` is its first moment. Raises NotFound for a post that was never defined.
    """
    ends = day + timedelta(days=1)
    history = defining.history(defining.POST, post)
    if not history:
        raise NotFound
    known = definitions.in_force(history, ends - timedelta(milliseconds=1)) or history[0]
    people = [
        row.data["person"] for row in grants.store().partition(grants.post_key(post), grants.HOLDER)
    ]
    held = [
        (career, holding)
        for career in map(appointments.career_of, people)
        for holding in career.holdings()
        if holding.appointment.post == post and periods.overlap(holding.span, (day, ends))
    ]
    title = {
        "id": post,
        "title": dict(known.facts["title"]),
        "department": known.facts["department"],
    }
    return title, sorted(held, key=lambda found: found[1].span[0])


def first_moment(day: str, now: datetime) -> datetime:
    """The beginning of ``day`` (YYYY-MM-DD), of today where it is empty. Raises ValueError."""
    on = datetime.strptime(day, "%Y-%m-%d").date() if day else now.date()
    return datetime.combine(on, time(), now.tzinfo)
