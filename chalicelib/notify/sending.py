"""Telling a person something: exactly once in the inbox, and by the channels that they chose.

The inbox row says what is still to be sent, and stands in the due index until nothing is. Whoever
lays it sends at once where this function may; what fails, waits for the end of quiet hours, or was
laid elsewhere, the minute's sweep sends. By mail and text message a person is told at least once
and normally once: a process may die after the provider took a message and before the row says so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import datetime
from functools import partial

from chalicelib import authority
from chalicelib.kernel import clock, stores
from chalicelib.kernel.values import dataclass
from chalicelib.kernel.views import Row
from chalicelib.notify import channels, deliveries, inbox
from chalicelib.notify.acts import Message
from chalicelib.notify.channels import Parcel
from chalicelib.notify.deliveries import LEASE, MAIL, NONE, PENDING, SMS, Deliveries, Delivery
from chalicelib.notify.preferences import MessageSettings
from chalicelib.notify.settings_view import settings_of


@dataclass(frozen=True)
class Recipient:
    """Who is told, and where beside the inbox: the mail address and the telephone that the case or
    the register names, empty for none. What the person has chosen goes before.
    """

    person: str
    mail: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)


def holders_of(posts: Iterable[str]) -> list[Recipient]:
    """Who holds these posts now, each person once, with the mail address of the register."""
    recipients: dict[str, Recipient] = {}
    for post in filter(None, posts):
        for holder in authority.holders_of(post):
            recipients[holder.person] = Recipient(holder.person, holder.mail)
    return list(recipients.values())


def send(person: str, message: Message, mail_to: str = "", sms_to: str = "") -> bool:
    """Tell one person; whether it was new. Safe to repeat, as ``send_to_all``."""
    recipient = Recipient(person, mail_to, sms_to)
    return send_to_all([recipient], message) > 0


def send_to_all(recipients: Iterable[Recipient], message: Message, attempt: str = "") -> int:
    """Put the message into each inbox and send it on; how many inboxes had not had it.

    A repetition changes nothing, unless it is another try of the ``attempt`` (the id of the queue's
    message) that laid the row: that one sends what is left. A provider that is away raises nothing:
    the row tells when it is tried again.
    """
    new = 0
    failure: Exception | None = None
    for recipient in recipients:
        try:
            new += _send_once(recipient, message, attempt)
        except Exception as error:  # the others are not to suffer from it
            failure = error
    if failure:
        raise failure
    return new


def _send_once(recipient: Recipient, message: Message, attempt: str) -> bool:
    """Whether it was new."""
    now = clock.now()
    chosen = settings_of(recipient.person)
    given = {MAIL: recipient.mail, SMS: recipient.phone}
    plan = deliveries.planned(message, given, chosen, now)
    row = inbox.new_row(
        recipient.person,
        message,
        plan,
        attempt,
        _first_due(plan, attempt, now),
    )
    is_new = stores.views().put(row, expect=0)
    mine = row if is_new else _left_by(attempt, row)
    if mine and channels.sends_here():
        deliver(mine, chosen, now)
    return is_new


def _first_due(plan: Deliveries, attempt: str, now: datetime) -> str:
    """Whoever sends at once keeps the row for as long as that takes; where it dies over it, the
    queue tries again for its own attempts, which saves two writes of the due index.
    """
    is_due = any(each.is_due(now) for each in plan.values())
    if not is_due or not channels.sends_here():
        return deliveries.next_due(plan, now)
    return "" if attempt else deliveries.utc(now + LEASE)


def _left_by(attempt: str, row: Row) -> Row | None:
    """The row that stands there, if an earlier try of the same attempt has left it."""
    if not attempt:
        return None
    earlier = stores.views().get(*row.key)
    is_ours = earlier is not None and earlier.data.get(inbox.ATTEMPT) == attempt
    return earlier if is_ours else None


def deliver(row: Row, chosen: MessageSettings, now: datetime) -> Row:
    """Send what is due of a row, as the person has chosen by now; the row as it is then."""
    parcel = Parcel(
        inbox.message_of(row),
        inbox.person_of(row),
        row.sk,
        chosen.language,
    )
    outcomes: dict[str, Delivery] = {}
    for channel, delivery in deliveries.recorded(row.data).items():
        if delivery.is_due(now):
            outcomes[channel] = _delivered(channel, delivery, parcel, chosen, now)
    return inbox.change(row, partial(_noted, outcomes, now)) if outcomes else row


def _delivered(
    channel: str,
    delivery: Delivery,
    parcel: Parcel,
    chosen: MessageSettings,
    now: datetime,
) -> Delivery:
    named = deliveries.address(chosen, channel, delivery.to)
    address = channels.reached_at(channel, named)
    if not address:
        return Delivery(NONE)
    waiting = deliveries.held(delivery, channel, chosen, now)
    if not waiting.is_due(now):
        return waiting
    return channels.send(channel, delivery, parcel, address, now)


def _noted(outcomes: Mapping[str, Delivery], now: datetime, row: Row) -> Row:
    """The row with what came of it, but for what somebody else has found out meanwhile."""
    known = deliveries.recorded(row.data)
    for channel, outcome in outcomes.items():
        if known[channel].state == PENDING:
            known[channel] = outcome
    due = deliveries.next_due(known, now)
    return inbox.with_deliveries(row, known, due)
