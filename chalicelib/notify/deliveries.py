"""How a message is delivered by a channel beside the inbox: what has become of it, and what comes
next; pure.
"""

from collections.abc import Mapping
from dataclasses import field, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.kernel.values import dataclass
from chalicelib.notify.acts import Message
from chalicelib.notify.preferences import MessageSettings

MAIL, SMS = "mail", "sms"
CHANNELS = (MAIL, SMS)
# What a row says of a channel. The words are on record since the first release; people are shown
# others (``shown``).
PENDING, SENT, REFUSED, NONE = "pending", "sent", "refused", "none"
GIVEN_UP, COLLECTED, RETURNED = "given_up", "collected", "returned"
# Minutes until what was not taken is tried again, one for each try; then it is given up.
AGAIN_AFTER = (1, 5, 30, 120, 360)
# Whoever sends has so long for it: longer than any function runs. Then somebody else takes it up.
LEASE = timedelta(minutes=5)


@dataclass(frozen=True)
class Delivery:
    """One message by one channel.

    ``to`` is the address that the sender named, kept while it is pending; ``after`` the moment
    (UTC) before which nothing is sent; ``tries`` that failed, and the ``reason`` of the last, a
    class of error; ``id`` the provider's; ``parts`` as which a text message was counted.
    """

    state: str
    to: str = field(default="", repr=False)
    after: str = ""
    tries: int = 0
    id: str = ""
    reason: str = ""
    parts: int = 0

    def is_due(self, now: datetime) -> bool:
        """Whether it is to be sent at this moment."""
        if self.state != PENDING:
            return False
        return self.after <= utc(now)

    def waits_until(self, moment: datetime) -> "Delivery":
        """It is not sent before."""
        return replace(self, after=utc(moment))

    def sent(self, provider_id: str, parts: int) -> "Delivery":
        """The provider has taken it."""
        return Delivery(
            SENT,
            tries=self.tries,
            id=provider_id,
            parts=parts,
        )

    def failed(self, reason: str, is_hopeless: bool, now: datetime) -> "Delivery":
        """The provider has not taken it: later again, or never."""
        if is_hopeless:
            return Delivery(REFUSED, tries=self.tries + 1, reason=reason)
        if self.tries >= len(AGAIN_AFTER):
            return Delivery(GIVEN_UP, tries=self.tries + 1, reason=reason)
        later = now + timedelta(minutes=AGAIN_AFTER[self.tries])
        return replace(
            self,
            tries=self.tries + 1,
            reason=reason,
            after=utc(later),
        )


Deliveries = Mapping[str, Delivery]
"""By channel."""


def utc(moment: datetime) -> str:
    """A moment as the due index sorts it."""
    there = moment.astimezone(UTC)
    return there.isoformat(timespec="seconds")


def planned(
    message: Message, given: Mapping[str, str], settings: MessageSettings, now: datetime
) -> dict[str, Delivery]:
    """What is to be sent of a new message, where ``given`` are the addresses that its sender
    knows.
    """
    plan = {}
    for channel in CHANNELS:
        usual = given[channel]
        delivery = Delivery(PENDING, to=usual)
        if not address(settings, channel, usual) or not message.goes_by(channel):
            delivery = Delivery(NONE)
        elif channel == MAIL and settings.digest_at and not message.is_urgent:
            delivery = Delivery(COLLECTED)
        plan[channel] = held(delivery, channel, settings, now)
    return plan


def address(settings: MessageSettings, channel: str, usual: str) -> str:
    """Where a person is reached by a channel; empty for nowhere."""
    if channel == MAIL:
        return settings.mail_to(usual)
    return settings.text_to(usual)


def held(delivery: Delivery, channel: str, settings: MessageSettings, now: datetime) -> Delivery:
    """It waits for the end of the quiet hours, where ``now`` lies in them."""
    if delivery.state != PENDING or (channel == MAIL and not settings.is_mail_quiet):
        return delivery
    end = settings.quiet.end_after(now)
    return delivery.waits_until(end) if end else delivery


def next_due(deliveries: Deliveries, now: datetime) -> str:
    """When somebody must look after them; empty once nothing is pending."""
    at_once = utc(now)
    moments = []
    for each in deliveries.values():
        if each.state == PENDING:
            moments.append(each.after or at_once)
    return min(moments, default="")


def on_record(deliveries: Deliveries) -> dict[str, Any]:
    """As a row says it: ``{mail, sms}`` and what else there is to say of each."""
    data: dict[str, Any] = {}
    for channel, delivery in deliveries.items():
        data[channel] = delivery.state
        details = {name: getattr(delivery, name) for name in _DETAILS}
        kept = {name: value for name, value in details.items() if value}
        if kept:
            data[_details_of(channel)] = kept
    return data


def recorded(data: Mapping[str, Any]) -> dict[str, Delivery]:
    """What a row says of them; rows of earlier releases say the states alone."""
    deliveries = {}
    for channel in CHANNELS:
        details = data.get(_details_of(channel), {})
        deliveries[channel] = Delivery(data.get(channel, NONE), **details)
    return deliveries


def without(data: Mapping[str, Any]) -> dict[str, Any]:
    """What a row says beside them."""
    left = dict(data)
    for channel in CHANNELS:
        left.pop(channel, None)
        left.pop(_details_of(channel), None)
    return left


def shown(delivery: Delivery, now: datetime) -> dict[str, Any]:
    """What a person is told of a channel."""
    return {
        "state": _word(delivery, now),
        "reference": delivery.id or None,
        "reason": delivery.reason or None,
        "tries": delivery.tries,
    }


def _word(delivery: Delivery, now: datetime) -> str:
    if delivery.state != PENDING:
        return _WORDS[delivery.state]
    if delivery.tries:
        return "failed"
    return "queued" if delivery.is_due(now) else "waiting"


def _details_of(channel: str) -> str:
    return f"{channel}_delivery"


_DETAILS = tuple(each.name for each in fields(Delivery) if each.name != "state")
_WORDS = {
    SENT: "sent",
    REFUSED: "given_up",
    GIVEN_UP: "given_up",
    RETURNED: "returned",
    COLLECTED: "in_digest",
    NONE: "none",
}
