"""Telling a person something: exactly once in the inbox, at least once and normally once by mail
and text message.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC

from chalicelib.kernel import aws, clock, log, stores
from chalicelib.kernel.settings import settings
from chalicelib.kernel.views import Row
from chalicelib.notify.acts import Message, mail, text_message

PENDING, SENT, REFUSED, NONE = "pending", "sent", "refused", "none"
MAIL, SMS = "mail", "sms"
# What AWS will never take, however often it is tried: the address or the text is at fault.
HOPELESS = {
    "MessageRejected",
    "InvalidParameterValue",
    "InvalidParameter",
    "InvalidParameterException",
    "OptedOut",
}
_NATIONAL = re.compile(r"1[0-9]{10}")  # a mobile number: nothing else takes text messages


def inbox_of(person: str) -> str:
    """The partition of a person's messages."""
    return f"inbox#{person}"


def send(person: str, message: Message, mail_to: str = "", sms_to: str = "") -> bool:
    """Put the message into the person's inbox, mail it and text it where an address is given;
    whether it was new.

    Safe to repeat: a repetition only sends what could not be sent before. While AWS is away the
    message is in the inbox already, and what it raised is raised, so that the queue tries again.
    """
    known = stores.views().get(inbox_of(person), place(message))
    addresses = {MAIL: mail_to if settings().mail_from else "", SMS: _mobile(sms_to)}
    states = {name: _before(known, name, address) for name, address in addresses.items()}
    if known and PENDING not in states.values():
        return False
    failure: Exception | None = None
    for name, address in addresses.items():
        if states[name] == PENDING:
            try:
                states[name] = _sent(SEND[name], message, address)
            except Exception as error:  # the other channel is not to suffer from it
                failure = error
    _lay(person, message, states, known)
    if failure:
        raise failure
    return known is None


def _before(known: Row | None, channel: str, address: str) -> str:
    """How a channel stands: still to be tried where an address is known."""
    state = known.data.get(channel, NONE) if known else PENDING
    return state if state != PENDING or address else NONE


def _mobile(phone: str) -> str:
    """The number as SNS takes it (E.164); empty for none to which this stage sends text
    messages.
    """
    code = settings().sms_country_code
    return f"{code}{phone}" if code and _NATIONAL.fullmatch(phone) else ""


def _lay(person: str, message: Message, states: Mapping[str, str], known: Row | None) -> None:
    data = {
        "kind": message.kind,
        "level": message.level,
        "case_number": message.case_number,
        "params": dict(message.params),
        "at": clock.stamp(message.at),
        **states,
    }
    version = known.version if known else 0
    stores.views().put(
        Row(inbox_of(person), place(message), version=version + 1, data=data), expect=version
    )


def place(message: Message) -> str:
    """Where the message stands in an inbox: by its time, and the same whenever it is told again."""
    return f"{clock.stamp(message.at.astimezone(UTC))}#{message.id}"


def _sent(send_by: Callable[[Message, str], None], message: Message, address: str) -> str:
    try:
        send_by(message, address)
    except Exception as error:
        if aws.error_code(error) not in HOPELESS:
            raise
        log.failure("message refused", error, message_id=message.id)
        return REFUSED
    return SENT


def _mail(message: Message, address: str) -> None:
    subject, text = mail(message)
    content = {"Subject": _utf8(subject), "Body": {"Text": _utf8(text)}}
    aws.client("ses").send_email(
        Source=settings().mail_from, Destination={"ToAddresses": [address]}, Message=content
    )


def _utf8(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}


def _text(message: Message, number: str) -> None:
    aws.client("sns").publish(PhoneNumber=number, Message=text_message(message))


SEND: Mapping[str, Callable[[Message, str], None]] = {MAIL: _mail, SMS: _text}
