"""Webhooks over HTTP: at which address a post's system is told of new tasks."""

from functools import partial
from typing import Any

from chalicelib.authority.acts import Webhook
from chalicelib.authority.registers import permissions, webhooks
from chalicelib.kernel import clock
from chalicelib.kernel.http import OFFICE, Call, Door, Reply

door = Door()


@door.on(
    "POST",
    "/posts/{post}/webhook",
    action="set_webhook",
    audience=OFFICE,
    body="webhook",
    reply="webhook_registered",
    status=201,
    summary="Register where a post's system is told of new tasks",
)
def register(call: Call, post: str) -> Reply:
    """In place of an earlier address; the secret is shown here and never again."""
    authorize = partial(permissions.change_webhook, call, post)
    webhook = webhooks.register(
        post,
        call.body["url"],
        authorize,
        call.request,
    )
    secret = webhooks.shown(webhooks.secret(webhook))
    return Reply({**_shown(webhook), "secret": secret})


@door.on(
    "GET",
    "/posts/{post}/webhook",
    action="read_webhook",
    audience=OFFICE,
    reply="webhook_page",
    summary="Where a post's system is told of new tasks",
)
def show(call: Call, post: str) -> Reply:
    """The address, without its secret, and what became of the newest messages."""
    call.permit(permissions.webhook_resource(post))
    page = {
        **_shown(webhooks.of(post)),
        "last_taken": webhooks.noted(post, webhooks.TAKEN),
        "last_not_taken": webhooks.noted(post, webhooks.NOT_TAKEN),
    }
    return Reply(page)


@door.on(
    "POST",
    "/posts/{post}/webhook/end",
    action="end_webhook",
    audience=OFFICE,
    reply="webhook_page",
    summary="Tell a post's system no more",
)
def end(call: Call, post: str) -> Reply:
    """What is on its way already may still arrive."""
    authorize = partial(permissions.change_webhook, call, post)
    return Reply(
        _shown(
            webhooks.end(
                post,
                authorize,
                call.request,
            )
        )
    )


def _shown(webhook: Webhook) -> dict[str, Any]:
    return {
        "id": webhook.id,
        "post": webhook.post,
        "url": webhook.url or None,
        "since": clock.stamp(webhook.since),
    }
