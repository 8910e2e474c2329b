"""Webhooks over HTTP: at which address a post's system is told of new tasks."""

from typing import Any

from chalicelib.authority.grants import views
from chalicelib.authority.registers import webhooks
from chalicelib.authority.registers.webhooks import Webhook
from chalicelib.authority.registers.writing import By
from chalicelib.kernel import clock
from chalicelib.kernel.authorization import Resource
from chalicelib.kernel.http import OFFICE, Call, Door, Reply
from chalicelib.kernel.journal import Actor

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
    call.permit(_resource(post))
    made = webhooks.register(post, call.body["url"], _by(call))
    return Reply({**_shown(made), "secret": webhooks.shown(webhooks.secret(made))})


@door.on(
    "GET",
    "/posts/{post}/webhook",
    action="read_webhook",
    audience=OFFICE,
    reply="webhook_page",
    summary="Where a post's system is told of new tasks",
)
def show(call: Call, post: str) -> Reply:
    """The address, without its secret."""
    call.permit(_resource(post))
    return Reply(_shown(webhooks.of(post)))


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
    call.permit(_resource(post))
    return Reply(_shown(webhooks.end(post, _by(call))))


def _resource(post: str) -> Resource:
    """Raises NotFound for a post that there is not."""
    return Resource("Webhook", post, {"department": views.post_of(post)["department"]})


def _by(call: Call) -> By:
    """By the post for which the policies let the caller do it."""
    held = sorted(
        post.id for post in call.principal.posts if post.roles & {"administrator", "head"}
    )
    return By(call.now, Actor(call.principal.person, held[0]), call.request)


def _shown(made: Webhook) -> dict[str, Any]:
    return {
        "id": made.id,
        "post": made.post,
        "url": made.url or None,
        "since": clock.stamp(made.since),
    }
