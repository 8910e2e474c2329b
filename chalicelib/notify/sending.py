"""Telling a person something: exactly once in the inbox, at least once and normally once by mail."""

from datetime import UTC

from chalicelib.kernel import aws, clock, log, stores
from chalicelib.kernel.settings import settings
from chalicelib.kernel.views import Row
from chalicelib.notify.acts import Message, mail

PENDING, SENT, REFUSED, NONE = "pending", "sent", "refused", "none"
# SES will never take these, however often they are tried: the address or the text is at fault.
HOPELESS = {"MessageRejected", "InvalidParameterValue"}


def inbox_of(person: str) -> str:
    """The partition of a person's messages."""
    return f"inbox#{person}"


def send(person: str, message: Message, mail_to: str = "") -> bool:
    """Put the message into the person's inbox and mail it; whether it was new.

    Safe to repeat: a repetition only sends the mail that could not be sent before. While SES is away the message is in
    the inbox already, and what SES raised is raised, so that the queue tries again.
    """
    known = stores.views().get(inbox_of(person), place(message))
    if known and known.data["mail"] != PENDING:
        return False
    try:
        outcome = _mail(message, mail_to) if mail_to and settings().mail_from else NONE
    except Exception:
        _lay(person, message, PENDING, known)
        raise
    _lay(person, message, outcome, known)
    return known is None


def _lay(person: str, message: Message, mail_state: str, known: Row | None) -> None:
    data = {
        "kind": message.kind,
        "level": message.level,
        "case_number": message.case_number,
        "params": dict(message.params),
        "at": clock.stamp(message.at),
        "mail": mail_state,
    }
    version = known.version if known else 0
    stores.views().put(Row(inbox_of(person), place(message), version=version + 1, data=data), expect=version)


def place(message: Message) -> str:
    """Where the message stands in an inbox: by its time, and the same whenever it is told again."""
    return f"{clock.stamp(message.at.astimezone(UTC))}#{message.id}"


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
