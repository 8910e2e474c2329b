"""The policies in the open: who may do what, as text and in plain words, for everybody."""

from typing import Any

from chalicelib.authority.policies import history, publication
from chalicelib.authority.policies.publication import Policy
from chalicelib.kernel import cache, clock
from chalicelib.kernel.http import PUBLIC, Call, Door, Reply

KEPT_SECONDS = 60  # what is on record is read whole, and this is open to everybody
door = Door()


@door.on(
    "GET",
    "/policies",
    action="list_policies",
    audience=PUBLIC,
    reply="policies",
    summary="All policies by which every request is judged, with the schema that they are valid under",  # noqa: E501
)
def list_policies(call: Call) -> Reply:
    """What a forbid says prevails over every permit; what nothing permits is denied."""
    shipped = publication.shipped()
    policies = publication.policies(shipped).values()
    return Reply(
        {
            "hash": shipped.hash,
            "in_force_since": _since(),
            "schema": shipped.schema,
            "policies": [_shown(policy) for policy in policies],
        }
    )


@door.on(
    "GET",
    "/policies/{policy}",
    action="read_policy",
    audience=PUBLIC,
    reply="policy",
    summary="One policy, as a denial names it",
)
def show_policy(call: Call, policy: str) -> Reply:
    """Its title in both languages and its Cedar text."""
    return Reply(_shown(publication.policy(policy)))


@cache.remembered(seconds=KEPT_SECONDS)
def _since() -> str | None:
    since = history.in_force_since()
    return clock.stamp(since) if since else None


def _shown(policy: Policy) -> dict[str, Any]:
    titles = policy.rule.titles
    return {
        "id": policy.rule.id,
        "effect": policy.effect,
        "theme": policy.theme,
        "title": {"zh": titles["zh-CN"], "en": titles["en"]},
        "actions": sorted(policy.actions),
        "text": policy.text,
    }
