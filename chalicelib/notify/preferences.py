"""What a person chooses about messages: by which channels, in which language, and when; pure.

The inbox is no matter of choice: what the law demands to be delivered (Administrative Licensing
Law, art. 32, 38, 44) must reach it.
"""

from collections.abc import Iterable
from dataclasses import field, replace
from datetime import datetime, time, timedelta
from typing import Protocol

from chalicelib.kernel.acts import from_act, private, to_act
from chalicelib.kernel.aggregates import ActOrigin, Aggregate, Decision
from chalicelib.kernel.errors import StaleEdit
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.values import dataclass

PERSON = "person"  # the private group: the addresses are the person's own
USUAL, ON, OFF = "usual", "on", "off"
QUIET_FROM, QUIET_UNTIL = "22:00", "08:00"


@dataclass(frozen=True)
class QuietHours:
    """Hours of each day, ``HH:MM`` in the stage's zone, over midnight too; none where both ends are
    the same.
    """

    begins: str = QUIET_FROM
    ends: str = QUIET_UNTIL

    def end_after(self, now: datetime) -> datetime | None:
        """When they end, where ``now`` lies in them."""
        begins = time.fromisoformat(self.begins)
        ends = time.fromisoformat(self.ends)
        moment = now.time()
        is_quiet = begins <= moment < ends
        if begins > ends:  # over midnight
            is_quiet = moment >= begins or moment < ends
        if not is_quiet:
            return None
        return next_time(self.ends, now)


def next_time(at: str, now: datetime) -> datetime:
    """When it is ``at`` (``HH:MM``) next, later than ``now`` and in its zone."""
    clock_time = time.fromisoformat(at)
    today = datetime.combine(now.date(), clock_time, now.tzinfo)
    if today > now:
        return today
    return today + timedelta(days=1)


@dataclass(frozen=True)
class MessageSettings:
    """What holds for a person's messages now; ``version`` counts the choices, 0 before the first.

    ``mail`` and ``sms`` are ``usual`` (whatever address the case or the register names), ``on`` (to
    the person's own, which their sign-in vouched for) or ``off``. ``language`` is empty for mail in
    both. ``digest_at`` is the hour of the daily digest, empty for none. ``returned`` are addresses
    from which mail came back for good.
    """

    version: int = 0
    mail: str = USUAL
    sms: str = USUAL
    mail_address: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    language: str = ""
    quiet: QuietHours = field(default_factory=QuietHours)
    is_mail_quiet: bool = False
    digest_at: str = ""
    returned: frozenset[str] = field(default=frozenset(), repr=False)

    def mail_to(self, usual: str) -> str:
        """Where mail goes, if anywhere, where the case or the register names ``usual``."""
        address = _address(self.mail, self.mail_address, usual)
        if address in self.returned:
            return ""
        return address

    def text_to(self, usual: str) -> str:
        """Where text messages go, if anywhere."""
        return _address(self.sms, self.phone, usual)


def _address(choice: str, own: str, usual: str) -> str:
    if choice == USUAL:
        return usual
    return own if choice == ON else ""


class _Payload(Protocol):
    def apply(self, settings: MessageSettings, entry: Entry) -> MessageSettings:
        """The settings after this act."""


@dataclass(frozen=True)
class MessageSettingsChosen:
    """A person has chosen, all of it anew."""

    mail: bool
    sms: bool
    language: str
    quiet_from: str = QUIET_FROM
    quiet_until: str = QUIET_UNTIL
    quiet_mail: bool = False
    digest_at: str = ""
    mail_address: str = private(PERSON)
    phone: str = private(PERSON)

    def apply(self, settings: MessageSettings, entry: Entry) -> MessageSettings:
        """An address that is chosen again gets another chance."""
        return MessageSettings(
            version=entry.seq,
            mail=ON if self.mail else OFF,
            sms=ON if self.sms else OFF,
            mail_address=self.mail_address,
            phone=self.phone,
            language=self.language,
            quiet=QuietHours(self.quiet_from, self.quiet_until),
            is_mail_quiet=self.quiet_mail,
            digest_at=self.digest_at,
            returned=settings.returned - {self.mail_address},
        )


@dataclass(frozen=True)
class MailReturned:
    """Mail to an address came back for good (``bounce``), or its reader complained
    (``complaint``).
    """

    reason: str
    address: str = private(PERSON)

    def apply(self, settings: MessageSettings, entry: Entry) -> MessageSettings:
        """Nothing is mailed there any more; who had chosen it has no mail now."""
        is_chosen = settings.mail == ON and settings.mail_address == self.address
        return replace(
            settings,
            version=entry.seq,
            mail=OFF if is_chosen else settings.mail,
            returned=settings.returned | {self.address},
        )


_ACTS: dict[str, type[_Payload]] = {
    "MessageSettingsChosen": MessageSettingsChosen,
    "MailReturned": MailReturned,
}


@dataclass(frozen=True)
class ChooseSettings:
    """A person chooses ``settings``, having read ``version`` of those before."""

    settings: MessageSettingsChosen
    version: int


Command = ChooseSettings | MailReturned


def stream_of(person: str) -> str:
    """Where a person's choices are on record."""
    return f"message-settings#{person}"


def fold(stream: str, entries: Iterable[Entry]) -> MessageSettings:
    """What was chosen; the usual where nothing was."""
    settings = MessageSettings()
    for entry in entries:
        for act in entry.acts:
            payload: _Payload = from_act(_ACTS[act.type], act)
            settings = payload.apply(settings, entry)
    return settings


def decide(settings: MessageSettings, command: Command, origin: ActOrigin) -> Decision:
    """The next act; none for an address that is known to return mail. Raises StaleEdit."""
    if isinstance(command, MailReturned):
        acts = [] if command.address in settings.returned else [to_act(command)]
        return Decision(acts)
    if command.version != settings.version:
        raise StaleEdit
    return Decision([to_act(command.settings)])


MESSAGE_SETTINGS: Aggregate[MessageSettings, Command] = Aggregate(fold, decide)
