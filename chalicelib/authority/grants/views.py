"""What others ask of authority: who holds a post, what a post is, what somebody may do now."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import Any

from chalicelib.authority import grants
from chalicelib.authority.grants import Row, rows
from chalicelib.kernel import cache, clock
from chalicelib.kernel.authorization import WINDOW, Principal
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.journal import TransactionalWrite
from chalicelib.kernel.values import dataclass

# Titles and departments may be this old in a warm process; grants are always read afresh.
KEPT_SECONDS = 300
HOW_HELD = ("appointment", "post", "from", "until")
OF_DELEGATION = ("delegation", "post", "items", "outcomes", "until")


@dataclass(frozen=True)
class Holder:
    """Somebody who holds a post now; ``mail`` is empty when unknown."""

    person: str
    name: str = field(default="", repr=False)
    mail: str = field(default="", repr=False)


def holders_of(post: str) -> list[Holder]:
    """Who holds a post at this moment of official time; nobody for an unknown post."""
    now = clock.now()
    holders = []
    for row in rows.holder_rows(post):
        data = row.data
        if rows.in_force(data["periods"], now):
            holder = Holder(data["person"], data["name"], data["mail"])
            holders.append(holder)
    return holders


@cache.remembered(max_size=1024, seconds=KEPT_SECONDS)
def post_of(post: str) -> Mapping[str, Any]:
    """A post's ``{title: {zh, en}, department}``, up to five minutes old; once closed, its last.
    Raises NotFound.
    """
    row = rows.post_row(post)
    definitions = rows.definitions_of(row)
    if not definitions:
        raise NotFound
    facts = rows.facts_of(row, clock.now()) or definitions[0].facts
    return {"title": dict(facts["title"]), "department": facts["department"]}


def only_accepts(post: str) -> bool:
    """Whether a post is a window and nothing else now, so that it decides by delegation at most."""
    row = rows.post_row(post)
    facts = rows.facts_of(row, clock.now())
    return facts is not None and is_window_alone(facts)


def is_window_alone(facts: Mapping[str, Any]) -> bool:
    """Whether what is said of a post makes it a window and nothing else."""
    return set(facts["roles"]) == {WINDOW}


def posts_of_department(department: str, role: str = "") -> list[str]:
    """Ids of the department's posts, of those that carry ``role`` where one is named."""
    now = clock.now()
    posts = []
    for row in grants.store().partition(grants.POSTS, f"{department}/"):
        facts = rows.facts_at(row.data, now)
        # A post that has gone to another department has left its row here.
        is_theirs = facts is not None and facts["department"] == department
        if facts and is_theirs and (not role or role in facts["roles"]):
            posts.append(row.data["post"])
    return posts


def posts_held(person: str, now: datetime) -> list[dict[str, Any]]:
    """The posts that a person holds at ``now``, in one consistent read.

    Each is ``{appointment, post, title, department, roles, service_point?, from, until?,
    substitute, delegations}``, the delegations those to the post that are in force: ``{delegation,
    post, items, outcomes, until}``.
    """
    return held_at(row_of(person).data, now)


def row_of(person: str) -> Row:
    """What is stored of a person, in one consistent read; version 0 and no data where nothing
    is.
    """
    empty = Row(grants.person_key(person), grants.OF_PERSON)
    return rows.person_row(person) or empty


def unchanged_rights(principal: Principal) -> tuple[TransactionalWrite, ...]:
    """A condition for the entry of an act: that what the principal holds is as it was read.

    None where their rights were not read, as for acts that need no office.
    """
    if principal.rights_version is None:
        return ()
    key = grants.person_key(principal.person)
    row = Row(
        key,
        grants.OF_PERSON,
        principal.rights_version,
    )
    return (grants.store().unchanged(row),)


def held_at(data: Mapping[str, Any], now: datetime) -> list[dict[str, Any]]:
    """What ``posts_held`` finds in a person's row."""
    posts = []
    for held in rows.in_force(data.get("posts", ()), now):
        facts = rows.facts_at(held, now)
        if facts is None:
            continue
        post = {name: held[name] for name in HOW_HELD if name in held}
        post |= facts
        post["substitute"] = held.get("substitute", False)
        post["delegations"] = _delegations(held, facts, now)
        posts.append(post)
    return posts


def _delegations(
    held: Mapping[str, Any], facts: Mapping[str, Any], now: datetime
) -> list[dict[str, Any]]:
    # Only windows decide by delegation: a post that is none any more has lost what it was given
    # as one.
    if WINDOW not in facts["roles"]:
        return []
    current = rows.in_force(held["delegations"], now)
    return [{name: each[name] for name in OF_DELEGATION} for each in current]


def works_at(person: str, post: str, item: str) -> bool:
    """Whether somebody holds a post now, or one to which it has delegated outcomes of the item."""
    for held in posts_held(person, clock.now()):
        if held["post"] == post or _is_delegated(held, post, item):
            return True
    return False


def _is_delegated(held: Mapping[str, Any], post: str, item: str) -> bool:
    for delegation in held["delegations"]:
        if delegation["post"] == post and item in delegation["items"]:
            return True
    return False


def service_point_of(post: str, now: datetime) -> dict[str, Any] | None:
    """The service point at which a post sits, ``{id, name, organization, items, ...}``; None for a
    post elsewhere.
    """
    facts = rows.facts_of(rows.post_row(post), now)
    if facts is None or "service_point" not in facts:
        return None
    return service_point(facts["service_point"], now)


def service_point(point: str, now: datetime) -> dict[str, Any] | None:
    """A service point, ``{id, name, organization, items, ...}``; None where there is none of that
    id.
    """
    row = grants.store().get(grants.SERVICE_POINTS, point)
    facts = rows.facts_of(row, now)
    return {"id": point, **facts} if facts else None
