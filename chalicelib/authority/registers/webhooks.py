"""Where a post's system is told of new tasks: one address for each post, and the secret that signs
what goes there.
"""

import base64
import hmac
from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.authority import grants
from chalicelib.authority.acts import Webhook, webhooks
from chalicelib.authority.acts.webhooks import EndWebhook, RegisterWebhook
from chalicelib.authority.grants import Row, moved_on
from chalicelib.kernel import cache, clock, stores, views
from chalicelib.kernel.acts import to_act
from chalicelib.kernel.aggregates import ActOrigin, Aggregate, Authorize, Decision, by_machine
from chalicelib.kernel.aws import client
from chalicelib.kernel.commands import execute
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.journal import Entry, Request, TransactionalWrite
from chalicelib.kernel.settings import settings

ROWS = "webhooks"  # the partition of the grants in which each post with an address has its row
TAKEN, NOT_TAKEN = "taken", "not-taken"
KEPT_SECONDS = 10  # which posts have one may be this old in a warm process
WebhookCommand = RegisterWebhook | EndWebhook


def register(
    post: str,
    url: str,
    authorize: Authorize[Webhook | None] = by_machine,
    request: Request | None = None,
) -> Webhook:
    """Tell a post's system at ``url`` from now on, under a new secret. Raises KeyReused,
    Unavailable.
    """
    return _change(
        post,
        RegisterWebhook(post, url),
        authorize,
        request,
    )


def end(
    post: str,
    authorize: Authorize[Webhook | None] = by_machine,
    request: Request | None = None,
) -> Webhook:
    """Tell it no more. Raises NotFound without an address, KeyReused, Unavailable."""
    return _change(post, EndWebhook(), authorize, request)


def of(post: str) -> Webhook:
    """The post's address, read consistently. Raises NotFound."""
    row = grants.store().get(ROWS, post)
    if row is None or not row.data["url"]:
        raise NotFound
    data = row.data
    since = clock.parse(data["since"])
    return Webhook(
        data["webhook"],
        post,
        data["url"],
        since,
    )


@cache.remembered(seconds=KEPT_SECONDS)
def posts_told() -> frozenset[str]:
    """The posts with an address, up to ten seconds old."""
    rows = grants.store().partition(ROWS)
    return frozenset(row.sk for row in rows if row.data["url"])


def note(post: str, message: str, reason: str = "", tries: int = 0) -> None:
    """What became of the newest message to a post's system: taken, or not taken for this reason."""
    place = NOT_TAKEN if reason else TAKEN
    data = {
        "message": message,
        "at": clock.stamp(clock.now()),
        "reason": reason,
        "tries": tries,
    }
    stores.views().put(views.Row(f"webhook#{post}", place, data=data))


def noted(post: str, place: str) -> Mapping[str, Any] | None:
    """The newest message that was ``TAKEN`` or ``NOT_TAKEN``."""
    row = stores.views().get(f"webhook#{post}", place)
    return row.data if row else None


def secret(webhook: Webhook) -> bytes:
    """What signs messages to this address: derived, and so never stored."""
    name = f"webhook {webhook.id}"
    return hmac.digest(_root(), name.encode(), "sha256")


def shown(key: bytes) -> str:
    """A secret in the form that Standard Webhooks gives it."""
    return f"whsec_{base64.b64encode(key).decode()}"


@cache.remembered()
def _root() -> bytes:
    answer = client("secretsmanager").get_secret_value(SecretId=settings().webhook_secret_arn)
    return str(answer["SecretString"]).encode()


def _change(
    post: str,
    command: WebhookCommand,
    authorize: Authorize[Webhook | None],
    request: Request | None,
) -> Webhook:
    result = execute(
        WEBHOOKS,
        f"webhook#{post}",
        command,
        authorize,
        request,
    )
    assert result.state is not None, "an act on an address leaves one, or what is over"
    return result.state


def _decide(webhook: Webhook | None, command: WebhookCommand, origin: ActOrigin) -> Decision:
    payload = webhooks.decide(webhook, command)
    return Decision([to_act(payload)])


def _rows_after(webhook: Webhook | None, entry: Entry) -> Sequence[TransactionalWrite]:
    if webhook is None:
        return ()
    data = {
        "post": webhook.post,
        "webhook": webhook.id,
        "url": webhook.url,
        "since": clock.stamp(webhook.since),
    }
    stored = grants.store().get(ROWS, webhook.post)
    return [moved_on(Row(ROWS, webhook.post, data=data), stored)]


WEBHOOKS: Aggregate[Webhook | None, WebhookCommand] = Aggregate(
    webhooks.fold,
    _decide,
    _rows_after,
)
"""The address of a post's system."""
