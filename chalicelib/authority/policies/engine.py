"""The one place that says who may do what: Cedar policies, asked with the schema; any doubt is
no.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import unquote

from chalicelib.authority.grants import Row, views
from chalicelib.authority.grants.identities import Identities
from chalicelib.authority.mandates import rights
from chalicelib.authority.policies import publication
from chalicelib.authority.policies.publication import PolicySet
from chalicelib.kernel import cache, clock
from chalicelib.kernel.authorization import Delegated, Mandate, Post, Principal, Resource
from chalicelib.kernel.errors import Denial, Unauthenticated
from chalicelib.kernel.values import dataclass

SAID = ("name", "amr", "acr", "scope", "org", "org_name", "org_role", "mail", "phone")
SYSTEMS = "systems"  # the kind of issuer that vouches for departments' systems


@dataclass(frozen=True)
class Answer:
    """Whether it is allowed, the ids of the policies that decided so, and whether the question
    could be read at all.
    """

    allowed: bool
    determining: tuple[str, ...]
    is_clear: bool


def policy_text() -> str:
    """All published policies, one file per theme."""
    return publication.shipped().text


def schema_text() -> str:
    """The schema that every request is validated against."""
    return publication.shipped().schema


@cache.remembered(max_size=4)
def _schema(of: PolicySet) -> tuple[Any, Any]:
    import cedarpy  # 40 ms that public routes and workers need not pay

    return cedarpy, cedarpy.Schema.from_str(of.schema)


@cache.remembered(max_size=256)
def _policies(of: PolicySet, action: str) -> Any:
    """The policies that speak of the action, parsed: to look through all of them takes twice as
    long.
    """
    cedar, _ = _schema(of)
    text = publication.speaking_of(of, action)
    return cedar.PolicySet.from_str(text)


class CedarEngine:
    """See ``kernel.authorization.PolicyEngine``."""

    def principal(self, claims: Mapping[str, Any], office: bool) -> Principal:
        """The caller behind the authorizer's context; with ``office`` the posts held now, in one
        read.

        API Gateway keeps an authorizer's answer for minutes, so the token's end is looked at again
        here. Raises Unauthenticated.
        """
        person = claims.get("principalId") or ""
        if not isinstance(person, str) or not person or _is_over(claims.get("exp")):
            raise Unauthenticated
        row = views.row_of(person) if office else None
        return _principal(person, claims, row, clock.now())

    def allows(self, principal: Principal, action: str, resource: Resource) -> bool:
        """Whether the policies permit it; an unknown action, a missing fact or any diagnostic error
        is no.
        """
        answer = ask(
            publication.shipped(),
            principal,
            action,
            resource,
        )
        return answer.allowed

    def explain_denial(self, principal: Principal, action: str, resource: Resource) -> Denial:
        """What was denied: by which rule, or which rules allow it to others."""
        shipped = publication.shipped()
        answer = ask(shipped, principal, action, resource)
        return publication.denial(
            shipped,
            action,
            answer.determining,
        )


def _principal(person: str, claims: Mapping[str, Any], row: Row | None, now: datetime) -> Principal:
    said = {name: unquote(str(claims.get(name) or "")) for name in SAID}
    strength = {*said["amr"].split(), said["acr"]} - {""}
    posts: tuple[Post, ...] = ()
    document = str(claims.get("document") or "")
    known = Identities((person, document) if document else (person,), row)
    if row:
        posts = tuple(map(held_post, views.held_at(row.data, now)))
    return Principal(
        person,
        said["name"],
        posts,
        strength=frozenset(strength),
        is_strong=not _is_over(claims.get("strong_until", "0")),
        is_system=claims.get("kind") == SYSTEMS,
        scopes=frozenset(said["scope"].split()),
        document=document,
        company=rights.company(said),
        mail=said["mail"],
        phone=said["phone"],
        read_mandates=partial(_mandates, known, now),
        rights_version=row.version if row else None,
        read_identities=known.read,
    )


def _mandates(known: Identities, now: datetime) -> tuple[Mandate, ...]:
    """What somebody may do for others, whichever of their ids was let."""
    mandates: list[Mandate] = []
    for row in known.rows.values():
        if row:
            mandates += rights.of_row(row.data, now)
    return tuple(mandates)


def ask(
    of: PolicySet, principal: Principal, action: str, resource: Resource, is_past: bool = False
) -> Answer:
    """What a set of policies says; anything unclear is no. One of the past is told no facts that
    came after it.
    """
    cedar, schema = _schema(of)
    person = _person(principal, resource)
    facts = _plain(resource.facts)
    if is_past:
        person = _declared(of, "Person", person)
        facts = _declared(of, resource.type, facts)
    who = {"type": "Person", "id": principal.person}
    what = {"type": resource.type, "id": resource.id}
    question = {
        "principal": who,
        "action": {"type": "Action", "id": action},
        "resource": what,
    }
    entities = [
        {"uid": who, "attrs": person, "parents": []},
        {"uid": what, "attrs": facts, "parents": []},
    ]
    answer = cedar.is_authorized(question, _policies(of, action), json.dumps(entities), schema)
    if answer.diagnostics.errors:
        return Answer(False, (), False)
    determining = tuple(answer.diagnostics.id_annotations_by_reason.values())
    return Answer(bool(answer.allowed), determining, True)


def _declared(of: PolicySet, entity: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Those facts that the set's schema declares of an entity."""
    begin = rf"^entity {entity} = {{(.*?)}};"
    body = re.search(
        begin,
        of.schema,
        re.MULTILINE | re.DOTALL,
    )
    if body is None:
        return {}
    declared = set(re.findall(r"(\w+):", body[1]))
    return {name: value for name, value in facts.items() if name in declared}


def _is_over(end: object) -> bool:
    if end is None:
        return False
    is_moment = str(end).isdecimal()
    return not is_moment or int(str(end)) <= clock.system_now().timestamp()


def held_post(held: Mapping[str, Any]) -> Post:
    """A post held, from what ``views.posts_held`` tells of it."""
    return Post(
        held["post"],
        held["department"],
        frozenset(held["roles"]),
        tuple(map(_delegation, held["delegations"])),
        held["substitute"],
        held.get("service_point", ""),
    )


def _delegation(data: Mapping[str, Any]) -> Delegated:
    return Delegated(
        data["delegation"],
        data["post"],
        frozenset(data["items"]),
        frozenset(data["outcomes"]),
    )


def _person(principal: Principal, resource: Resource) -> dict[str, Any]:
    offices = set()
    for post in principal.posts:
        offices |= {(post.department, role) for role in post.roles}
    return {
        "person": principal.person,
        "known_as": list(rights.known_as(principal, resource)),
        "posts": sorted(principal.post_ids),
        "roles": sorted({role for _, role in offices}),
        "departments": sorted({post.department for post in principal.posts}),
        "offices": _records(("department", "role"), offices),
        **_delegated(principal),
        "strong": principal.is_strong,
        "is_system": principal.is_system,
        "scopes": sorted(principal.scopes),
        **rights.facts(principal, resource),
    }


def _delegated(principal: Principal) -> dict[str, Any]:
    """What posts have delegated to those that are held: by post, by item, by outcome."""
    posts, items, outcomes = set(), set(), set()
    for post in principal.posts:
        for delegated in post.delegations:
            posts.add(delegated.post)
            for item in delegated.items:
                items.add((delegated.post, item))
                outcomes |= {(delegated.post, item, outcome) for outcome in delegated.outcomes}
    return {
        "delegating": sorted(posts),
        "delegated": _records(("post", "item"), items),
        "delegated_outcomes": _records(("post", "item", "outcome"), outcomes),
    }


def _records(names: tuple[str, ...], values: set[Any]) -> list[dict[str, str]]:
    """Tuples as records, in order."""
    records = []
    for each in sorted(values):
        records.append(dict(zip(names, each, strict=True)))
    return records


def _plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    plain = {}
    for name, value in facts.items():
        is_set = isinstance(value, frozenset | set | tuple)
        plain[name] = sorted(value) if is_set else value
    return plain
