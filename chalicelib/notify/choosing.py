"""A person chooses how they are told: addresses are those alone for which their sign-in vouches."""

from collections.abc import Mapping
from typing import Any

from chalicelib.kernel import commands, phones, stores
from chalicelib.kernel.aggregates import Authorization
from chalicelib.kernel.authorization import Principal, Resource
from chalicelib.kernel.caller import Caller
from chalicelib.kernel.errors import Fault, Invalid
from chalicelib.notify.preferences import (
    MESSAGE_SETTINGS,
    ChooseSettings,
    MessageSettings,
    MessageSettingsChosen,
    fold,
    stream_of,
)

Choice = Mapping[str, Any]
"""What ``schemas/message_settings.schema.json`` takes."""


def read(caller: Caller) -> MessageSettings:
    """What the caller has chosen. Raises Forbidden."""
    _permit(caller)
    stream = stream_of(caller.principal.person)
    return fold(stream, stores.journal().read(stream))


def choose(caller: Caller, choice: Choice) -> MessageSettings:
    """Choose anew, as the caller has read it. Raises Forbidden, Invalid, MatchNeeded, StaleEdit."""
    command = ChooseSettings(_chosen(choice, caller.principal), caller.edited_version)

    def authorize(settings: MessageSettings) -> Authorization:
        _permit(caller)
        return Authorization(caller.actor())

    result = commands.execute(
        MESSAGE_SETTINGS,
        stream_of(caller.principal.person),
        command,
        authorize,
        caller.request,
    )
    return result.state


def _permit(caller: Caller) -> None:
    person = caller.principal.person
    caller.permit(Resource("Party", person, {"party": person, "item": "*"}))


def verified_mobile(principal: Principal) -> str:
    """The number for which the sign-in vouches, in E.164; empty for none that takes text
    messages.
    """
    number = phones.kept(principal.phone)
    return number if phones.is_mobile(number) else ""


def _chosen(choice: Choice, principal: Principal) -> MessageSettingsChosen:
    phone = verified_mobile(principal)
    faults = []
    if choice.get("inbox") is False:
        faults.append(Fault("/inbox", "inbox-stays-on"))
    if choice["mail"] and not principal.mail:
        faults.append(Fault("/mail", "mail-not-verified"))
    if choice["sms"] and not phone:
        faults.append(Fault("/sms", "phone-not-verified"))
    if faults:
        raise Invalid(faults=faults)
    quiet = choice["quiet_hours"]
    return MessageSettingsChosen(
        mail=choice["mail"],
        sms=choice["sms"],
        language=choice["language"],
        quiet_from=quiet["from"],
        quiet_until=quiet["until"],
        quiet_mail=choice["quiet_mail"],
        digest_at=choice["digest_at"] or "",
        mail_address=principal.mail if choice["mail"] else "",
        phone=phone if choice["sms"] else "",
    )
