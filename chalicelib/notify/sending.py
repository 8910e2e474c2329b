"""Telling a person something: exactly once in the inbox, at least once and normally once by mail."""

from dataclasses import replace
from datetime import UTC

from chalicelib.kernel import aws, clock, log, stores
from chalicelib.kernel.settings import settings
from chalicelib.kernel.views import Row
from chalicelib.notify.acts import Message, mail

PENDING, SENT, REFUSED, NONE = "pending", "sent", "refused", "none"
# SES will never take these, however often they are tried: the address or the text is at fault.
HOPELESS = {"MessageRejected", "InvalidParameterValue"}


def inbox_of(person: str) -> str:
    """The partition of a person's messages, and their place in the owner index."""
    return f"inbox#{person}"


def send(person: str, message: Message, mail_to: str = "") -> bool:
    """Put the message into the person's inbox and mail it; whether it was new.

    Safe to repeat: a repetition only sends the mail whose sending is not on record. Raises what SES raises
    when it is away for the moment, so that the queue tries again.
    """
    row = _row(person, message, PENDING if mail_to and settings().mail_from else NONE)
    is_new = stores.views().put(row, expect=0)
    stored = row if is_new else stores.views().get(row.pk, row.sk)
    if stored and stored.data["mail"] == PENDING and mail_to:
        outcome = _mail(message, mail_to)
        done = replace(stored, version=stored.version + 1, data={**stored.data, "mail": outcome})
        stores.views().put(done, expect=stored.version)
    return is_new


def _row(person: str, message: Message, mail_state: str) -> Row:
    at = message.at.astimezone(UTC)
    data = {
        "kind": message.kind,
        "level": message.level,
        "case_number": message.case_number,
        "params": dict(message.params),
        "at": clock.stamp(message.at),
        "mail": mail_state,
    }
    inbox = inbox_of(person)
    return Row(inbox, message.id, version=1, data=data, owner=inbox, owner_at=clock.stamp(at))


def _mail(message: Message, address: str) -> str:
    subject, text = mail(message)
    content = {"Subject": _utf8(subject), "Body": {"Text": _utf8(text)}}
    try:
        aws.client("ses").send_email(
            Source=settings().mail_from, Destination={"ToAddresses": [address]}, Message=content
        )
    except Exception as error:
        if aws.error_code(error) not in HOPELESS:
            raise
        log.failure("mail refused", error, message_id=message.id)
        return REFUSED
    return SENT


def _utf8(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}
