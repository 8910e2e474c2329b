"""Telling a person something: exactly once in the inbox, at least once and normally once by mail
and text message.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field, replace
from datetime import UTC
from typing import Any

from chalicelib.kernel import aws, clock, log, phones, stores
from chalicelib.kernel.settings import settings
from chalicelib.kernel.values import dataclass
from chalicelib.kernel.views import Row
from chalicelib.notify.acts import Message, mail, text_message

PENDING, SENT, REFUSED, NONE = "pending", "sent", "refused", "none"
MAIL, SMS = "mail", "sms"
ATTEMPT = "attempt"  # whose first try laid the row
# What AWS will never take, however often it is tried: the address or the text is at fault.
HOPELESS = {
    "MessageRejected",
    "InvalidParameterValue",
    "InvalidParameter",
    "InvalidParameterException",
    "OptedOut",
}


def inbox_of(person: str) -> str:
    """The partition of a person's messages."""
    return f"inbox#{person}"


@dataclass(frozen=True)
class Recipient:
    """Who is told, and where beside the inbox: a mail address and a telephone, empty for none."""

    person: str
    mail: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)


def send(person: str, message: Message, mail_to: str = "", sms_to: str = "") -> bool:
    """Put the message into the person's inbox, mail it and text it where an address is given;
    whether it was new. Safe to repeat, as ``send_to_all``.
    """
    return (
        send_to_all(
            [
                Recipient(
                    person,
                    mail_to,
                    sms_to,
                )
            ],
            message,
        )
        > 0
    )


def send_to_all(recipients: Iterable[Recipient], message: Message, attempt: str = "") -> int:
    """Put the message into each inbox, mail it and text it; how many inboxes had not had it.

    The inbox row goes first and says whether somebody has told the person already. A repetition
    sends what is noted as not sent, and all of it where an earlier try of the same ``attempt`` (the
    id of the queue's message) ended between row and mail. While AWS is away the message is in the
    inbox already, and what it raised is raised, so that the queue tries again.
    """
    new: list[Row] = []
    failure: Exception | None = None
    for recipient in recipients:
        try:
            row = _send_once(recipient, message, attempt)
        except Exception as error:  # the others are not to suffer from it
            failure = error
            continue
        if row:
            new.append(row)
    if failure:
        # The queue tries again: who has been told just now is then not told twice.
        for row in new:
            _write_again(row, _settled(row.data))
        raise failure
    return len(new)


def _send_once(recipient: Recipient, message: Message, attempt: str) -> Row | None:
    """The inbox row, if it is new."""
    addresses = {
        MAIL: recipient.mail if settings().mail_from else "",
        SMS: _mobile(recipient.phone),
    }
    states = {channel: SENT if address else NONE for channel, address in addresses.items()}
    row = _inbox_row(recipient.person, message, states, attempt)
    is_new = stores.views().put(row, expect=0)
    if is_new:
        due = {name: address for name, address in addresses.items() if address}
        _send_by(due, message, row, row.data)
        return row
    earlier = stores.views().get(*row.key)
    if earlier:
        _send_rest(addresses, message, earlier, attempt)
    return None


def _send_rest(addresses: Mapping[str, str], message: Message, row: Row, attempt: str) -> None:
    """What an earlier try has left: what it noted, or all of it where it came to note nothing."""
    is_pending = PENDING in row.data.values()
    is_ours = bool(attempt) and row.data.get(ATTEMPT) == attempt
    if not is_pending and not is_ours:
        return
    left = PENDING if is_pending else SENT
    due = {name: address for name, address in addresses.items() if row.data.get(name) == left}
    _send_by(due, message, row, _settled(row.data))


def _send_by(
    due: Mapping[str, str],
    message: Message,
    row: Row,
    known: Mapping[str, Any],
) -> None:
    """Send by these channels. The row is written again, as ``known`` and with what came of it,
    where it does not say just that.
    """
    states: dict[str, str] = {}
    failure: Exception | None = None
    for channel, address in due.items():
        try:
            states[channel] = _sent(SEND[channel], message, address) if address else NONE
        except Exception as error:  # the other channel is not to suffer from it
            states[channel] = PENDING
            failure = error
    _write_again(row, {**known, **states})
    if failure:
        raise failure


def _settled(data: Mapping[str, Any]) -> dict[str, Any]:
    """Without whose try it was: nothing is left to do, unless a channel is pending."""
    return {name: value for name, value in data.items() if name != ATTEMPT}


def _write_again(row: Row, data: Mapping[str, Any]) -> None:
    if data != row.data:
        later = replace(row, version=row.version + 1, data=data)
        stores.views().put(later, expect=row.version)


def _mobile(phone: str) -> str:
    """The number as SNS takes it (E.164); empty for none to which this stage sends text
    messages.
    """
    code = settings().sms_country_code
    number = phones.kept(phone)
    is_reached = bool(code) and number.startswith(code) and phones.is_mobile(number)
    return number if is_reached else ""


def _inbox_row(person: str, message: Message, states: Mapping[str, str], attempt: str) -> Row:
    data = {
        "kind": message.kind,
        "level": message.level,
        "case_number": message.case_number,
        "params": dict(message.params),
        "at": clock.stamp(message.at),
        **states,
    }
    if attempt:
        data[ATTEMPT] = attempt
    return Row(inbox_of(person), place(message), version=1, data=data)


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
