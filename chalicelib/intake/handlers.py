"""Loading a city: what an administrator publishes when the stack is new. Safe to repeat."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from chalicelib import authority, catalog
from chalicelib.kernel import clock

# In this order: each stands on those before it.
REGISTERS: Mapping[str, Callable[[Any, datetime], int]] = {
    "organizations": authority.load_organizations,
    "service_points": authority.load_service_points,
    "posts": authority.load_posts,
    "appointments": authority.load_appointments,
    "delegations": authority.load_delegations,
}


def load_city(event: dict[str, Any]) -> dict[str, int]:
    """What ``infra/seed`` holds -> how many of each part were new, and how many stood already.
    Raises Invalid.
    """
    now = clock.now()
    authority.publish_policies(now)
    new = {part: load(event[part], now) for part, load in REGISTERS.items()}
    new["items"] = sum([catalog.publish(document, _holders) for document in event["items"]])
    for document in event["items"]:
        catalog.project(f"item#{document['id']}")
    asked = sum(len(event[part]) for part in new)
    return {**new, "unchanged": asked - sum(new.values())}


def _holders(post: str) -> list[str]:
    return [holder.person for holder in authority.holders_of(post)]
