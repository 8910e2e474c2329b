"""The rows of inboxes: a message as a person has it, read or not, and what has become of it by
other channels.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zlib import crc32

from chalicelib.kernel import clock, stores
from chalicelib.kernel.errors import Unavailable
from chalicelib.kernel.settings import settings
from chalicelib.kernel.values import dataclass
from chalicelib.kernel.views import Row
from chalicelib.notify import deliveries
from chalicelib.notify.acts import Message
from chalicelib.notify.deliveries import Deliveries, utc

ATTEMPT = "attempt"  # whose first try laid the row
READ_AT = "read_at"
MAX_COUNTED = 100  # of the newest messages that are looked at for unread ones
TRIES = 5
_INBOX = "inbox#"
_DIGITS, _MOMENT = 20, "%Y%m%d%H%M%S%f"


@dataclass(frozen=True)
class Unread:
    """How many messages nobody has read; ``more`` where there are older ones that were not looked
    at.
    """

    count: int
    more: bool


def inbox_of(person: str) -> str:
    """The partition of a person's messages."""
    return f"{_INBOX}{person}"


def person_of(row: Row) -> str:
    """Whose message it is."""
    return row.pk.removeprefix(_INBOX)


def place(message: Message) -> str:
    """Where the message stands in an inbox: by its time, and the same whenever it is told again."""
    at = message.at.astimezone(UTC)
    stamp = clock.stamp(at)
    return f"{stamp}#{message.id}"


def id_of(row: Row) -> str:
    """What a message is called in the API: its time and its own id, without marks that a path
    would have to spell out.
    """
    at, _, own = row.sk.partition("#")
    moment = clock.parse(at)
    digits = moment.strftime(_MOMENT)
    return f"{digits}-{own}"


def shard_of(person: str) -> str:
    """The shard of the due index in which what is due to a person stands."""
    number = crc32(person.encode())
    shard = number % settings().due_shards
    return f"message#{shard}"


def new_row(person: str, message: Message, plan: Deliveries, attempt: str, due: str) -> Row:
    """A message that nobody has read; ``due`` is when somebody must look after what is pending."""
    data = {
        "kind": message.kind,
        "level": message.level,
        "case_number": message.case_number,
        "params": dict(message.params),
        "at": clock.stamp(message.at),
        **deliveries.on_record(plan),
    }
    if attempt:
        data[ATTEMPT] = attempt
    return Row(
        inbox_of(person),
        place(message),
        version=1,
        data=data,
        due_shard=shard_of(person) if due else "",
        due_at=due,
    )


def with_deliveries(row: Row, by_channel: Deliveries, due: str) -> Row:
    """The row once more of its deliveries is known; ``due`` as for a new one."""
    data = deliveries.without(row.data) | deliveries.on_record(by_channel)
    if not due:  # nothing is left to do, whose try it ever was
        data.pop(ATTEMPT, None)
    return replace(
        row,
        version=row.version + 1,
        data=data,
        due_shard=shard_of(person_of(row)) if due else "",
        due_at=due,
    )


def claimed(row: Row, now: datetime, lease: timedelta) -> Row | None:
    """The row, kept for whoever claims it until the lease is over; None where somebody else was
    quicker.
    """
    mine = replace(
        row,
        version=row.version + 1,
        due_at=utc(now + lease),
    )
    is_mine = stores.views().put(mine, expect=row.version)
    return mine if is_mine else None


def change(row: Row, changed: Callable[[Row], Row]) -> Row:
    """Write ``changed(row)``, anew where somebody else has written meanwhile. Raises
    Unavailable.
    """
    current: Row | None = row
    for _ in range(TRIES):
        if current is None:
            break
        after = changed(current)
        if after is current or stores.views().put(after, expect=current.version):
            return after
        current = stores.views().get(*row.key)
    raise Unavailable


def find(person: str, message: str) -> Row | None:
    """A message by its id in the API."""
    digits, _, own = message.partition("-")
    is_moment = len(digits) == _DIGITS and digits.isascii() and digits.isdecimal()
    if not is_moment:
        return None
    try:
        at = datetime.strptime(digits, _MOMENT).replace(tzinfo=UTC)
    except ValueError:
        return None
    return stores.views().get(inbox_of(person), f"{clock.stamp(at)}#{own}")


def mark_read(row: Row) -> Row:
    """The message is read; once it is, it stays so."""
    return change(row, _read)


def _read(row: Row) -> Row:
    if READ_AT in row.data:
        return row
    now = clock.stamp(clock.now())
    return replace(
        row,
        version=row.version + 1,
        data={**row.data, READ_AT: now},
    )


def unread(persons: Iterable[str]) -> Unread:
    """Unread messages among the newest 100 of these inboxes each: to keep count of all of them
    would cost a write for every message.
    """
    count = 0
    more = False
    for person in persons:
        page = stores.views().newest(inbox_of(person), limit=MAX_COUNTED)
        count += sum(1 for row in page.rows if READ_AT not in row.data)
        more |= page.next_start is not None
    return Unread(count, more)


def message_of(row: Row) -> Message:
    """The message that a row holds; its source is known by its id alone."""
    data: Mapping[str, Any] = row.data
    return Message(
        row.sk,
        data["kind"],
        data["params"],
        data["case_number"],
        clock.parse(data["at"]),
        data["level"],
    )
