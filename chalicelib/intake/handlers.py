"""Loading a city: what an administrator publishes when the stack is new. Safe to repeat."""

from typing import Any

from chalicelib import authority, catalog
from chalicelib.kernel import clock


def load_city(event: dict[str, Any]) -> dict[str, int]:
    """{posts, appointments, items} -> how many of each were new, and how many stood already. Raises Invalid."""
    now = clock.now()
    posts = authority.load_posts(event["posts"], now)
    appointments = authority.load_appointments(event["appointments"], now)
    items = sum([catalog.publish(document, now, holders=_holders) for document in event["items"]])
    for document in event["items"]:
        catalog.project(f"item#{document['id']}")
    asked = sum(len(event[part]) for part in ("posts", "appointments", "items"))
    new = {"posts": posts, "appointments": appointments, "items": items}
    return {**new, "unchanged": asked - sum(new.values())}


def _holders(post: str) -> list[str]:
    return [holder.person for holder in authority.holders_of(post)]
