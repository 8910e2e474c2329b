"""The one place that says who may do what: Cedar policies, asked with the schema; any doubt is
no.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any
from urllib.parse import unquote

from chalicelib.authority.grants import views
from chalicelib.authority.mandates import rights
from chalicelib.authority.policies import publication
from chalicelib.authority.policies.publication import PolicySet
from chalicelib.kernel import clock
from chalicelib.kernel.authorization import Delegated, Post, Principal, Resource
from chalicelib.kernel.errors import Denial, Unauthenticated

SAID = ("name", "amr", "acr", "scope", "org", "org_name", "org_role")
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


@lru_cache(maxsize=4)
def _schema(of: PolicySet) -> tuple[Any, Any]:
    import cedarpy  # 40 ms that public routes and workers need not pay

    return cedarpy, cedarpy.Schema.from_str(of.schema)


@lru_cache(maxsize=256)
def _policies(of: PolicySet, action: str) -> Any:
    """The policies that speak of the action, parsed: to look through all of them takes twice as
    long.
    """
    return _schema(of)[0].PolicySet.from_str(publication.speaking_of(of, action))


class CedarEngine:
    """See ``kernel.guard.PolicyEngine``."""

    def principal(self, claims: Mapping[str, Any], office: bool) -> Principal:
        """The caller behind the authorizer's context; with ``office`` the posts held now, in one
        read.

        API Gateway keeps an authorizer's answer for minutes, so the token's end is looked at again
        here. Raises Unauthenticated.
        """
        person = claims.get("principalId") or ""
        if not isinstance(person, str) or not person or _is_over(claims.get("exp")):
            raise Unauthenticated
        now, row = clock.now(), views.row_of(person) if office else {}
        held = tuple(map(held_post, views.held_at(row, now)))
        said = {name: unquote(str(claims.get(name) or "")) for name in SAID}
        return Principal(
            person,
            said["name"],
            held,
            strength=frozenset({*said["amr"].split(), *filter(None, [said["acr"]])}),
            is_strong=not _is_over(claims.get("strong_until", "0")),
            is_system=claims.get("kind") == SYSTEMS,
            scopes=frozenset(said["scope"].split()),
            document=str(claims.get("document") or ""),
            company=rights.company(said),
            read_mandates=partial(rights.of_row, row, now)
            if office
            else partial(rights.told_of, person, now),
        )

    def allows(self, principal: Principal, action: str, resource: Resource) -> bool:
        """Whether the policies permit it; an unknown action, a missing fact or any diagnostic error
        is no.
        """
        return ask(publication.shipped(), principal, action, resource).allowed

    def explain_denial(self, principal: Principal, action: str, resource: Resource) -> Denial:
        """What was denied: by which rule, or which rules allow it to others."""
        shipped = publication.shipped()
        answer = ask(shipped, principal, action, resource)
        return publication.denial(shipped, action, answer.determining)


def ask(
    of: PolicySet, principal: Principal, action: str, resource: Resource, is_past: bool = False
) -> Answer:
    """What a set of policies says; anything unclear is no. One of the past is told no facts that
    came after it.
    """
    cedar, schema = _schema(of)
    person, facts = _person(principal, resource), _plain(resource.facts)
    if is_past:
        person, facts = (
            _known(of, kind, told) for kind, told in (("Person", person), (resource.type, facts))
        )
    asked = {
        "principal": {"type": "Person", "id": principal.person},
        "action": {"type": "Action", "id": action},
        "resource": {"type": resource.type, "id": resource.id},
    }
    entities = [
        {"uid": asked["principal"], "attrs": person, "parents": []},
        {"uid": asked["resource"], "attrs": facts, "parents": []},
    ]
    answer = cedar.is_authorized(asked, _policies(of, action), json.dumps(entities), schema)
    if answer.diagnostics.errors:
        return Answer(False, (), False)
    return Answer(
        bool(answer.allowed), tuple(answer.diagnostics.id_annotations_by_reason.values()), True
    )


def _known(of: PolicySet, entity: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """Those facts that the set's schema declares of an entity."""
    body = re.search(rf"^entity {entity} = {{(.*?)}};", of.schema, re.MULTILINE | re.DOTALL)
    declared = set(re.findall(r"(\w+):", body[1])) if body else set()
    return {name: value for name, value in told.items() if name in declared}


def _is_over(end: object) -> bool:
    return end is not None and not (
        str(end).isdecimal() and int(str(end)) > clock.system_now().timestamp()
    )


def held_post(held: Mapping[str, Any]) -> Post:
    """A post held, from what ``views.posts_held`` tells of it."""
    given = (
        Delegated(d["delegation"], d["post"], frozenset(d["items"]), frozenset(d["outcomes"]))
        for d in held["delegations"]
    )
    point = held.get("service_point", "")
    return Post(
        held["post"],
        held["department"],
        frozenset(held["roles"]),
        tuple(given),
        held["substitute"],
        point,
    )


def _person(principal: Principal, resource: Resource) -> dict[str, Any]:
    offices = sorted({(post.department, role) for post in principal.posts for role in post.roles})
    return {
        "person": principal.person,
        "known_as": list(principal.identities),
        "posts": sorted(principal.post_ids),
        "roles": sorted({role for _, role in offices}),
        "departments": sorted({post.department for post in principal.posts}),
        "offices": [{"department": department, "role": role} for department, role in offices],
        **_delegated(principal),
        "strong": principal.is_strong,
        "is_system": principal.is_system,
        "scopes": sorted(principal.scopes),
        **rights.facts(principal, resource),
    }


def _delegated(principal: Principal) -> dict[str, Any]:
    """What posts have delegated to those that are held: by post, by item, by outcome."""
    given = [delegated for post in principal.posts for delegated in post.delegations]
    items = sorted({(d.post, item) for d in given for item in d.items})
    outcomes = sorted(
        {(d.post, item, outcome) for d in given for item in d.items for outcome in d.outcomes}
    )
    return {
        "delegating": sorted({d.post for d in given}),
        "delegated": [{"post": post, "item": item} for post, item in items],
        "delegated_outcomes": [
            {"post": p, "item": item, "outcome": outcome} for p, item, outcome in outcomes
        ],
    }


def _plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: sorted(v) if isinstance(v, frozenset | set | tuple) else v
        for name, v in facts.items()
    }
