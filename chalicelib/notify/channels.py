"""Mail by SES and text messages by SNS: one message handed to the provider, and what came of it."""

import base64
from collections.abc import Callable, Mapping
from datetime import datetime

from chalicelib.kernel import aws, log, phones
from chalicelib.kernel.settings import settings
from chalicelib.kernel.values import dataclass
from chalicelib.notify.acts import Message, mail, parts_of, text_message
from chalicelib.notify.deliveries import GIVEN_UP, MAIL, REFUSED, SMS, Delivery

# What AWS will never take, however often it is tried: the address or the text is at fault.
HOPELESS = {
    "MessageRejected",
    "InvalidParameterValue",
    "InvalidParameter",
    "InvalidParameterException",
    "OptedOut",
}
PERSON_TAG, MESSAGE_TAG = "person", "message"


@dataclass(frozen=True)
class Parcel:
    """A message to a person, in the language that they chose; ``place`` is its row's in their
    inbox.
    """

    message: Message
    person: str
    place: str
    language: str


def sends_here() -> bool:
    """Whether this function has been given what it takes to send: the others lay rows alone."""
    return settings().has("MAIL_FROM")


def reached_at(channel: str, address: str) -> str:
    """The address as the provider takes it; empty where this stage does not send there."""
    if channel == MAIL:
        return address if settings().mail_from else ""
    return _mobile(address)


def _mobile(phone: str) -> str:
    """The number in E.164; empty for none to which this stage sends text messages."""
    code = settings().sms_country_code
    number = phones.kept(phone)
    is_reached = bool(code) and number.startswith(code) and phones.is_mobile(number)
    return number if is_reached else ""


def send(channel: str, delivery: Delivery, parcel: Parcel, address: str, now: datetime) -> Delivery:
    """What became of it. A failure is logged without its words, which may quote the address; one
    that ends the matter counts (MessageFailures).
    """
    try:
        return SEND[channel](delivery, parcel, address)
    except Exception as error:
        code = aws.error_code(error)
        reason = code or type(error).__name__
        after = delivery.failed(reason, code in HOPELESS, now)
        is_over = after.state in (REFUSED, GIVEN_UP)
        log.failure(
            "message not sent",
            error,
            counts={"MessageFailures": 1} if is_over else None,
            message_id=parcel.message.id,
            channel=channel,
            tries=after.tries,
            reason=reason,
        )
        return after


def _mail(delivery: Delivery, parcel: Parcel, address: str) -> Delivery:
    subject, text = mail(parcel.message, parcel.language)
    content = {"Subject": _utf8(subject), "Body": {"Text": _utf8(text)}}
    answer = aws.client("ses").send_email(
        Source=settings().mail_from,
        Destination={"ToAddresses": [address]},
        Message=content,
        **_events(parcel),
    )
    return delivery.sent(answer["MessageId"], 0)


def _events(parcel: Parcel) -> dict[str, object]:
    """By which set SES tells what becomes of the mail, and of which message it then speaks."""
    name = settings().mail_events
    if not name:
        return {}
    tags = {
        PERSON_TAG: tag(parcel.person),
        MESSAGE_TAG: tag(parcel.place),
    }
    return {
        "ConfigurationSetName": name,
        "Tags": [{"Name": key, "Value": value} for key, value in tags.items()],
    }


def tag(text: str) -> str:
    """A text in the few characters that SES takes in a tag."""
    encoded = base64.b32encode(text.encode())
    letters = encoded.decode()
    return letters.rstrip("=")


def tagged(value: str) -> str:
    """What ``tag`` has written. Raises ValueError."""
    missing = -len(value) % 8
    padded = value + "=" * missing
    return base64.b32decode(padded).decode()


def _utf8(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}


def _text(delivery: Delivery, parcel: Parcel, number: str) -> Delivery:
    text = text_message(parcel.message, parcel.language)
    client = aws.client("sns")
    answer = client.publish(PhoneNumber=number, Message=text)
    return delivery.sent(answer["MessageId"], parts_of(text))


SEND: Mapping[str, Callable[[Delivery, Parcel, str], Delivery]] = {MAIL: _mail, SMS: _text}
