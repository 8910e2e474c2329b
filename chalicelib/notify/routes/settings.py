"""What a person chooses about messages, over HTTP."""

from typing import Any

from chalicelib.kernel.authorization import Principal
from chalicelib.kernel.http import SIGNED_IN, Call, Door, Reply
from chalicelib.notify import choosing
from chalicelib.notify.preferences import MessageSettings

door = Door()


@door.on(
    "GET",
    "/me/message-settings",
    action="read_message_settings",
    audience=SIGNED_IN,
    reply="message_settings_page",
    summary="How I am told: by which channels, in which language, and when",
)
def show(call: Call) -> Reply:
    """The ETag is what a change names; 0 before the first choice."""
    settings = choosing.read(call)
    return _reply(settings, call.principal)


@door.on(
    "POST",
    "/me/message-settings",
    action="choose_message_settings",
    audience=SIGNED_IN,
    body="message_settings",
    reply="message_settings_page",
    edit=True,
    summary="Choose how I am told",
)
def choose(call: Call) -> Reply:
    """All of it anew. Mail and text messages go to the addresses alone for which the sign-in
    vouches; the inbox cannot be switched off, since what the law has delivered goes there.
    """
    settings = choosing.choose(call, call.body)
    return _reply(settings, call.principal)


def _reply(settings: MessageSettings, principal: Principal) -> Reply:
    page = {
        "inbox": True,
        "mail": _channel(settings.mail, settings.mail_address, principal.mail),
        "sms": _channel(settings.sms, settings.phone, choosing.verified_mobile(principal)),
        "language": settings.language or None,
        "quiet_hours": {"from": settings.quiet.begins, "until": settings.quiet.ends},
        "quiet_mail": settings.is_mail_quiet,
        "digest_at": settings.digest_at or None,
        "mail_came_back": bool(settings.returned),
    }
    return Reply(page, version=settings.version)


def _channel(choice: str, address: str, verified: str) -> dict[str, Any]:
    return {
        "choice": choice,
        "address": address or None,
        "verified": verified or None,
    }
