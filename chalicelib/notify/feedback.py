"""What SES tells of mail that it has taken: that it was sent, came back, or was complained of."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from chalicelib.kernel import clock, commands, log, stores
from chalicelib.kernel.aggregates import by_machine
from chalicelib.kernel.views import Row
from chalicelib.notify import channels, deliveries, inbox, sending
from chalicelib.notify.acts import Message
from chalicelib.notify.deliveries import MAIL, PENDING, RETURNED, Delivery
from chalicelib.notify.preferences import MESSAGE_SETTINGS, MailReturned, stream_of

SOURCE = "aws.ses"
FOR_GOOD = "Permanent"  # a bounce that no other try would mend


def handle(event: Mapping[str, Any]) -> None:
    """One event of SES, as EventBridge brings it; safe to repeat. What is not about a message of
    ours is passed over.
    """
    detail = event["detail"]
    tags = detail["mail"].get("tags", {})
    if channels.PERSON_TAG not in tags or channels.MESSAGE_TAG not in tags:
        return
    person = channels.tagged(tags[channels.PERSON_TAG][0])
    place = channels.tagged(tags[channels.MESSAGE_TAG][0])
    provider_id = str(detail["mail"]["messageId"])
    kind = detail["eventType"]
    if kind == "Send":
        _note(person, place, partial(_sent, provider_id))
    elif kind == "Complaint" or _is_for_good(detail):
        reason = kind.lower()
        _note(person, place, partial(_returned, provider_id, reason))
        _switch_off(person, detail["mail"], reason)


def _is_for_good(detail: Mapping[str, Any]) -> bool:
    if detail["eventType"] != "Bounce":
        return False
    return str(detail["bounce"]["bounceType"]) == FOR_GOOD


def _note(person: str, place: str, changed: Callable[[Row], Row]) -> None:
    row = stores.views().get(inbox.inbox_of(person), place)
    if row:
        inbox.change(row, changed)


def _sent(provider_id: str, row: Row) -> Row:
    """Whoever sent it may have died before the row said so: then nobody sends it again."""
    known = deliveries.recorded(row.data)
    if known[MAIL].state != PENDING:
        return row
    return _with_mail(row, known[MAIL].sent(provider_id, 0))


def _returned(provider_id: str, reason: str, row: Row) -> Row:
    known = deliveries.recorded(row.data)[MAIL]
    after = Delivery(
        RETURNED,
        tries=known.tries,
        id=provider_id,
        reason=reason,
    )
    return row if after == known else _with_mail(row, after)


def _with_mail(row: Row, mail: Delivery) -> Row:
    known = deliveries.recorded(row.data)
    known[MAIL] = mail
    due = deliveries.next_due(known, clock.now())
    return inbox.with_deliveries(row, known, due)


def _switch_off(person: str, mail: Mapping[str, Any], reason: str) -> None:
    """Nothing is mailed to that address any more, and the person reads so in the inbox."""
    for address in mail["destination"]:
        returned = MailReturned(reason, address)
        commands.execute(MESSAGE_SETTINGS, stream_of(person), returned, by_machine)
    log.line("mail returned", counts={"MailReturned": 1}, reason=reason)
    told = Message(
        f"returned#{mail['messageId']}",
        "settings.mail_returned",
        {},
        "",
        clock.parse(mail["timestamp"]),
    )
    sending.send_to_all([sending.Recipient(person)], told)
