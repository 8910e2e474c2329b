"""Webhooks: at which address a post's system is told of new tasks."""

from collections.abc import Iterable
from datetime import datetime

from chalicelib.authority.acts import declared
from chalicelib.kernel.acts import private
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.values import dataclass

OFFICE = "office"  # the private group: the address is no matter of the public


@dataclass(frozen=True)
class Webhook:
    """An address, ``<post>.<n>`` by its id; over when ``url`` is empty."""

    id: str
    post: str
    url: str
    since: datetime


@dataclass(frozen=True)
class WebhookRegistered:
    """A post's system is told at ``url`` from now on."""

    post: str
    url: str = private(OFFICE)

    def apply(self, webhook: Webhook | None, entry: Entry) -> Webhook | None:
        """In the place of an earlier one."""
        return _webhook(self.post, self.url, entry)


@dataclass(frozen=True)
class WebhookEnded:
    """A post's system is told no more."""

    post: str

    def apply(self, webhook: Webhook | None, entry: Entry) -> Webhook | None:
        """There is no address any more."""
        return _webhook(self.post, "", entry)


def _webhook(post: str, url: str, entry: Entry) -> Webhook:
    return Webhook(
        f"{post}.{entry.seq}",
        post,
        url,
        entry.at,
    )


ACTS = declared.declared(WebhookRegistered, WebhookEnded)


def fold(stream: str, entries: Iterable[Entry]) -> Webhook | None:
    """The post's address; None where there never was one."""
    return declared.fold(None, entries, ACTS)


@dataclass(frozen=True)
class RegisterWebhook:
    """The system of ``post`` wants to be told at ``url``."""

    post: str
    url: str


@dataclass(frozen=True)
class EndWebhook:
    """The system is to be told no more."""


def decide(
    webhook: Webhook | None, command: RegisterWebhook | EndWebhook
) -> WebhookRegistered | WebhookEnded:
    """The next act. Raises NotFound where there is no address to end."""
    if isinstance(command, RegisterWebhook):
        return WebhookRegistered(command.post, command.url)
    if webhook is None or not webhook.url:
        raise NotFound
    return WebhookEnded(webhook.post)
