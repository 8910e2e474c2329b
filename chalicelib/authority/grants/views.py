"""What others ask of authority: who holds a post, what a post is, what somebody may do now."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from time import time
from typing import Any

from chalicelib.authority import grants
from chalicelib.authority.grants import rows
from chalicelib.kernel import clock
from chalicelib.kernel.authorization import WINDOW
from chalicelib.kernel.errors import NotFound

KEPT_SECONDS = (
    300  # titles and departments may be this old in a warm process; grants are always read afresh
)


@dataclass(frozen=True)
class Holder:
    """Somebody who holds a post now; ``mail`` is empty when unknown."""

    person: str
    name: str = field(default="", repr=False)
    mail: str = field(default="", repr=False)


def holders_of(post: str) -> list[Holder]:
    """Who holds a post at this moment of official time; nobody for an unknown post."""
    now = clock.now()
    told = [row.data for row in grants.store().partition(grants.post_key(post), grants.HOLDER)]
    return [
        Holder(r["person"], r["name"], r["mail"]) for r in told if rows.in_force(r["periods"], now)
    ]


def post_of(post: str) -> Mapping[str, Any]:
    """A post's ``{title: {zh, en}, department}``, up to five minutes old; once closed, its last.
    Raises NotFound.
    """
    return _post_of(post, int(time() // KEPT_SECONDS))


@lru_cache(maxsize=1024)
def _post_of(post: str, _age: int) -> Mapping[str, Any]:
    row = grants.store().get(grants.post_key(post), grants.OF_POST)
    known = rows.defined(row.data) if row else ()
    if row is None or not known:
        raise NotFound
    facts = rows.facts_at(row.data, clock.now()) or known[0].facts
    return {"title": dict(facts["title"]), "department": facts["department"]}


def only_accepts(post: str) -> bool:
    """Whether a post is a window and nothing else now, so that it decides by delegation at most."""
    row = grants.store().get(grants.post_key(post), grants.OF_POST)
    facts = rows.facts_at(row.data, clock.now()) if row else None
    return facts is not None and is_window_alone(facts)


def is_window_alone(facts: Mapping[str, Any]) -> bool:
    """Whether what is said of a post makes it a window and nothing else."""
    return set(facts["roles"]) == {WINDOW}


def posts_of_department(department: str, role: str = "") -> list[str]:
    """Ids of the department's posts, of those that carry ``role`` where one is named."""
    now = clock.now()
    found = []
    for row in grants.store().partition(grants.POSTS, f"{department}/"):
        facts = rows.facts_at(row.data, now)
        # A post that has gone to another department has left its row here.
        if facts and facts["department"] == department and (not role or role in facts["roles"]):
            found.append(row.data["post"])
    return found


def posts_held(person: str, now: datetime) -> list[dict[str, Any]]:
    """The posts that a person holds at ``now``, in one consistent read.

    Each is ``{appointment, post, title, department, roles, service_point?, from, until?,
    substitute, delegations}``, the delegations those to the post that are in force: ``{delegation,
    post, items, outcomes, until}``.
    """
    return held_at(row_of(person), now)


def row_of(person: str) -> Mapping[str, Any]:
    """What the row of a person says, in one consistent read; nothing where there is none."""
    row = grants.store().get(grants.person_key(person), grants.OF_PERSON)
    return row.data if row else {}


def held_at(data: Mapping[str, Any], now: datetime) -> list[dict[str, Any]]:
    """What ``posts_held`` finds in a person's row."""
    found = []
    for held in rows.in_force(data.get("posts", ()), now):
        facts = rows.facts_at(held, now)
        if facts is None:
            continue
        how = {
            name: held[name] for name in ("appointment", "post", "from", "until") if name in held
        }
        # Only windows decide by delegation: a post that is none any more has lost what it was given
        # as one.
        told = rows.in_force(held["delegations"], now) if WINDOW in facts["roles"] else ()
        given = [_delegated(each) for each in told]
        found.append(
            {**how, **facts, "substitute": held.get("substitute", False), "delegations": given}
        )
    return found


def _delegated(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: told[name] for name in ("delegation", "post", "items", "outcomes", "until")}


def works_at(person: str, post: str, item: str) -> bool:
    """Whether somebody holds a post now, or one to which it has delegated outcomes of the item."""
    for held in posts_held(person, clock.now()):
        if held["post"] == post or any(
            d["post"] == post and item in d["items"] for d in held["delegations"]
        ):
            return True
    return False


def service_point_of(post: str, now: datetime) -> dict[str, Any] | None:
    """The service point at which a post sits, ``{id, name, organization, items, ...}``; None for a
    post elsewhere.
    """
    row = grants.store().get(grants.post_key(post), grants.OF_POST)
    facts = rows.facts_at(row.data, now) if row else None
    return (
        service_point(facts["service_point"], now) if facts and "service_point" in facts else None
    )


def service_point(point: str, now: datetime) -> dict[str, Any] | None:
    """A service point, ``{id, name, organization, items, ...}``; None where there is none of that
    id.
    """
    known = grants.store().get(grants.SERVICE_POINTS, point)
    said = rows.facts_at(known.data, now) if known else None
    return {"id": point, **said} if said else None
