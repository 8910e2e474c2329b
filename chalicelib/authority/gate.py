"""The one place that says who may do what: Cedar policies, asked with the schema; any doubt is no."""

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from chalicelib.authority import views
from chalicelib.kernel import clock
from chalicelib.kernel.errors import Unauthenticated
from chalicelib.kernel.guard import Post, Principal, Resource

POLICIES = Path(__file__).parent / "policies"


def policy_text() -> str:
    """All published policies, one file per theme."""
    return "\n".join(path.read_text("utf-8") for path in sorted(POLICIES.glob("*.cedar")))


def schema_text() -> str:
    """The schema that every request is validated against."""
    return (POLICIES / "schema.cedarschema").read_text("utf-8")


@lru_cache(maxsize=1)
def _engine() -> tuple[Any, Any, Any]:
    import cedarpy  # 40 ms that public routes and workers need not pay

    return cedarpy, cedarpy.PolicySet.from_str(policy_text()), cedarpy.Schema.from_str(schema_text())


class CedarGate:
    """See ``kernel.guard.Gate``."""

    def principal(self, claims: Mapping[str, Any], office: bool) -> Principal:
        """The caller behind the authorizer's context; with ``office`` the posts held now, in one read.

        API Gateway keeps an authorizer's answer for minutes, so the token's end is looked at again here.
        Raises Unauthenticated.
        """
        person = claims.get("principalId") or ""
        if not isinstance(person, str) or not person or _is_over(claims.get("exp")):
            raise Unauthenticated
        posts = views.posts_held(person, clock.now()) if office else []
        held = tuple(Post(p["post"], p["department"], frozenset(p["roles"])) for p in posts)
        return Principal(person, unquote(str(claims.get("name") or "")), held)

    def allows(self, principal: Principal, action: str, resource: Resource) -> bool:
        """Whether the policies permit it; an unknown action, a missing fact or any diagnostic error is no."""
        cedar, policies, schema = _engine()
        asked = {
            "principal": {"type": "Person", "id": principal.person},
            "action": {"type": "Action", "id": action},
            "resource": {"type": resource.type, "id": resource.id},
        }
        entities = [
            {"uid": asked["principal"], "attrs": _person(principal), "parents": []},
            {"uid": asked["resource"], "attrs": _plain(resource.facts), "parents": []},
        ]
        answer = cedar.is_authorized(asked, policies, json.dumps(entities), schema)
        return bool(answer.allowed and not answer.diagnostics.errors)


def _is_over(end: object) -> bool:
    return end is not None and not (str(end).isdecimal() and int(str(end)) > clock.system_now().timestamp())


def _person(principal: Principal) -> dict[str, Any]:
    offices = sorted({(post.department, role) for post in principal.posts for role in post.roles})
    return {
        "person": principal.person,
        "posts": sorted(principal.post_ids),
        "roles": sorted({role for _, role in offices}),
        "departments": sorted({post.department for post in principal.posts}),
        "offices": [{"department": department, "role": role} for department, role in offices],
    }


def _plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: sorted(v) if isinstance(v, frozenset | set | tuple) else v for name, v in facts.items()}
