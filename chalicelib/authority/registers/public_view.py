"""The registers for everybody: what is in force now, and who held a post on a day, from the
journal's history.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from chalicelib.authority import grants
from chalicelib.authority.acts import Career, Holding, definitions, periods
from chalicelib.authority.grants import rows, views
from chalicelib.authority.registers import careers
from chalicelib.authority.registers import definitions as defining
from chalicelib.kernel import cache, clock
from chalicelib.kernel.authorization import WINDOW
from chalicelib.kernel.errors import NotFound

KEPT_SECONDS = 30  # what is public may be this old in a warm process; rights are read afresh
OF_DELEGATION = ("id", "post", "items", "outcomes", "from", "until")
Data = Mapping[str, Any]


def organizations() -> list[dict[str, Any]]:
    """The tree, each organization after the one above it."""
    listed = _listed(grants.ORGANIZATIONS)
    by_code = {each["id"]: each for each in listed}
    below: dict[str, list[str]] = {}
    for code, each in by_code.items():
        parent = each.get("parent", "")
        if parent not in by_code:
            parent = ""
        below.setdefault(parent, []).append(code)
    return [_organization(by_code[code]) for code in _down(below, "")]


def departments() -> list[str]:
    """The codes of all organizations."""
    return [each["id"] for each in _listed(grants.ORGANIZATIONS)]


def _down(below: Mapping[str, list[str]], parent: str) -> Iterator[str]:
    for code in below.get(parent, ()):
        yield code
        yield from _down(below, code)


def _organization(each: Data) -> dict[str, Any]:
    facts = dict(each)
    return {
        "code": facts.pop("id"),
        "parent": None,
        **facts,
    }


def service_points() -> list[dict[str, Any]]:
    """The service points, with the items that they take."""
    return _listed(grants.SERVICE_POINTS)


def posts() -> list[dict[str, Any]]:
    """The posts; a window that may only accept and never decides says so, one to which power is
    delegated, too.
    """
    listed = _listed(grants.SERVICE_POINTS)
    points = {point["id"]: point for point in listed}
    delegated: dict[str, list[Data]] = {}
    for each in _delegations():
        delegated.setdefault(each["to"], []).append(each)
    shown = []
    for post in _listed_posts():
        to_it = delegated.get(post["id"], [])
        shown.append(_post(post, points, to_it))
    return shown


def _post(post: Data, points: Mapping[str, Data], delegated: Iterable[Data]) -> dict[str, Any]:
    point = points.get(post.get("service_point", ""))
    items: list[str] = []
    if point and WINDOW in post["roles"]:
        items = list(point["items"])
    return {
        **post,
        "items": items,
        "accepts_only": views.is_window_alone(post) and not delegated,
        "delegations": [_delegation_to_it(each) for each in delegated],
    }


def _delegation_to_it(delegation: Data) -> dict[str, Any]:
    return {name: delegation[name] for name in OF_DELEGATION}


def delegations() -> list[dict[str, Any]]:
    """The delegations in force, each with the post that delegates and the one that decides in its
    stead.
    """
    shown = []
    for each in _delegations():
        posts = {name: _post_named(each[name]) for name in ("post", "to")}
        shown.append({**each, **posts})
    return shown


def _post_named(post: str) -> dict[str, Any]:
    return {"id": post, **views.post_of(post)}


def _delegations() -> list[dict[str, Any]]:
    windows = {each["id"] for each in _listed_posts() if WINDOW in each["roles"]}
    rows_listed = [row.data for row in _partition(grants.DELEGATIONS)]
    shown = []
    for each in rows.in_force(rows_listed, clock.now()):
        # What has ceased to be a window decides nothing.
        if each["to"] in windows:
            facts = dict(each)
            shown.append({"id": facts.pop("delegation"), **facts})
    return shown


def _listed(place: str) -> list[dict[str, Any]]:
    now = clock.now()
    listed = []
    for row in _partition(place):
        facts = rows.facts_at(row.data, now)
        if facts:
            listed.append({"id": row.data["id"], **facts})
    return listed


def _listed_posts() -> Iterator[dict[str, Any]]:
    now = clock.now()
    for row in _partition(grants.POSTS):
        facts = rows.facts_at(row.data, now)
        # A post that has gone to another department has left its row with the former.
        if facts and row.sk.startswith(f"{facts['department']}/"):
            yield {"id": row.data["post"], **facts}


@cache.remembered(max_size=8, seconds=KEPT_SECONDS)
def _partition(place: str) -> tuple[grants.Row, ...]:
    return tuple(grants.store().partition(place))


def held_on(post: str, day: datetime) -> tuple[dict[str, Any], list[tuple[Career, Holding]]]:
    """The post as it was at the end of a day, and who held it at some moment of that day; from the
    journal.

    ``day`` is its first moment. Raises NotFound for a post that was never defined.
    """
    ends = day + timedelta(days=1)
    history = defining.history(definitions.POST, post)
    if not history:
        raise NotFound
    last_moment = ends - timedelta(milliseconds=1)
    definition = definitions.in_force(history, last_moment) or history[0]
    title = {
        "id": post,
        "title": dict(definition.facts["title"]),
        "department": definition.facts["department"],
    }
    return title, sorted(_holdings(post, (day, ends)), key=_beginning)


def _holdings(post: str, span: periods.Span) -> Iterator[tuple[Career, Holding]]:
    for row in rows.holder_rows(post):
        career = careers.career_of(row.data["person"])
        for holding in career.holdings():
            is_of_post = holding.appointment.post == post
            if is_of_post and periods.overlap(holding.span, span):
                yield career, holding


def _beginning(held: tuple[Career, Holding]) -> datetime:
    _, holding = held
    return holding.span[0]


def first_moment(day: str, now: datetime) -> datetime:
    """The beginning of ``day`` (YYYY-MM-DD), of today where it is empty."""
    on = now.date()
    if day:
        on = date.fromisoformat(day)
    return datetime.combine(on, time(), now.tzinfo)
