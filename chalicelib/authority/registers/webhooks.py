"""Where a post's system is told of new tasks: one address for each post, and the secret that signs
what goes there.
"""

import base64
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from time import time

from chalicelib.authority import grants
from chalicelib.authority.grants import Row
from chalicelib.authority.registers.writing import By, answered, entry_of, moved_on, retried
from chalicelib.kernel import clock, stores
from chalicelib.kernel.aws import client
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.journal import Act, Entry
from chalicelib.kernel.settings import settings

REGISTERED, ENDED = "WebhookRegistered", "WebhookEnded"
ROWS = "webhooks"  # the partition of the grants in which each post with an address has its row
KEPT_SECONDS = 10  # which posts have one may be this old in a warm process


@dataclass(frozen=True)
class Webhook:
    """An address, ``<post>.<n>`` by its id; over when ``url`` is empty."""

    id: str
    post: str
    url: str
    since: datetime


def register(post: str, url: str, by: By) -> Webhook:
    """Tell a post's system at ``url`` from now on, under a new secret. Raises KeyReused,
    Unavailable.
    """
    return retried(lambda: _move(post, url, by))


def end(post: str, by: By) -> Webhook:
    """Tell it no more. Raises NotFound without an address, KeyReused, Unavailable."""
    return retried(lambda: _move(post, "", by))


def of(post: str) -> Webhook:
    """The post's address, read consistently. Raises NotFound."""
    row = grants.store().get(ROWS, post)
    if row is None or not row.data["url"]:
        raise NotFound
    return Webhook(row.data["webhook"], post, row.data["url"], clock.parse(row.data["since"]))


def posts_told() -> frozenset[str]:
    """The posts with an address, up to ten seconds old."""
    return _posts_told(int(time() // KEPT_SECONDS))


@lru_cache(maxsize=1)
def _posts_told(_age: int) -> frozenset[str]:
    return frozenset(row.sk for row in grants.store().partition(ROWS) if row.data["url"])


def secret(webhook: Webhook) -> bytes:
    """What signs messages to this address: derived, and so never stored."""
    return hmac.digest(_root(), f"webhook {webhook.id}".encode(), "sha256")


def shown(key: bytes) -> str:
    """A secret in the form that Standard Webhooks gives it."""
    return f"whsec_{base64.b64encode(key).decode()}"


@lru_cache(maxsize=1)
def _root() -> bytes:
    answer = client("secretsmanager").get_secret_value(SecretId=settings().webhook_secret_arn)
    return str(answer["SecretString"]).encode()


def _move(post: str, url: str, by: By) -> Webhook:
    stream = f"webhook#{post}"
    entries = stores.journal().read(stream)
    if done := answered(entries, by.request):
        return _fold(post, entries[: done.seq])
    if not url and (not entries or not _fold(post, entries).url):
        raise NotFound
    act = (
        Act(REGISTERED, {"post": post}, {"office": {"url": url}})
        if url
        else Act(ENDED, {"post": post})
    )
    entry = entry_of(stream, entries, [act], by)
    made = _fold(post, [*entries, entry])
    data = {"post": post, "webhook": made.id, "url": made.url, "since": clock.stamp(made.since)}
    row = Row(ROWS, post, data=data)
    stores.journal().append(entry, writes=[moved_on(row, grants.store().get(ROWS, post))])
    return made


def _fold(post: str, entries: Iterable[Entry]) -> Webhook:
    """The address after these entries; one or more."""
    *_, last = entries
    return Webhook(
        f"{post}.{last.seq}", post, last.acts[0].private.get("office", {}).get("url", ""), last.at
    )
