"""The daily digest: what came within a day, and what waits, in one message."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.kernel import clock, stores
from chalicelib.kernel.values import dataclass
from chalicelib.kernel.views import Row
from chalicelib.notify import inbox, sending, settings_view
from chalicelib.notify.acts import Message
from chalicelib.notify.deliveries import utc
from chalicelib.notify.sending import Recipient

DAY = timedelta(days=1)
MAX_LOOKED_AT = 100  # of the newest messages
MAX_LINES = 20  # of a mail
SINCE = "digest_since"


@dataclass(frozen=True)
class Tasks:
    """What waits at the posts of somebody who holds any: all, what came since, what is overdue."""

    open: int
    new: int
    overdue: int


TasksOf = Callable[[str, datetime, datetime], tuple[Tasks, str] | None]
"""(person, since, now) -> their tasks and the mail address that the register names; None for who
holds no post.
"""


def send_due(row: Row, tasks_of: TasksOf, now: datetime) -> bool:
    """Send the digest that is due by a row of settings, and put the row to the next day's; whether
    there was anything to tell.

    The message is named after the moment at which it was due: whoever dies between message and row
    makes it once more, and it is not new.
    """
    person = settings_view.person_of(row)
    due = clock.parse(row.due_at).astimezone(now.tzinfo)
    since = _since(row, due)
    office = tasks_of(person, since, now)
    told = _collected(person, since, due)
    message = _message(person, due, told, office[0] if office else None)
    if message:
        mail = office[1] if office else ""
        sending.send_to_all([Recipient(person, mail)], message)
    _move_on(row, due, now)
    return message is not None


def _since(row: Row, due: datetime) -> datetime:
    since = row.data.get(SINCE)
    if since:
        return clock.parse(since)
    return due - DAY


def _move_on(row: Row, due: datetime, now: datetime) -> None:
    chosen = settings_view.read(row)
    moved = replace(
        row,
        data={**row.data, SINCE: utc(due)},
        due_at=settings_view.next_digest(chosen, now),
    )
    stores.views().put(moved, expect=row.version)


def _collected(person: str, since: datetime, until: datetime) -> list[Mapping[str, Any]]:
    """The messages of the day, newest first."""
    page = stores.views().newest(inbox.inbox_of(person), limit=MAX_LOOKED_AT)
    found = []
    for row in page.rows:
        at = clock.parse(row.data["at"])
        is_digest = row.data["kind"].startswith("digest.")
        if since <= at < until and not is_digest:
            found.append(row.data)
    return found


def _message(
    person: str, due: datetime, told: list[Mapping[str, Any]], tasks: Tasks | None
) -> Message | None:
    """None where there is nothing to tell."""
    waiting = tasks.open if tasks else 0
    if not told and not waiting:
        return None
    params: dict[str, Any] = {
        "day": due.date().isoformat(),
        "messages": len(told),
        "collected": [_line(data) for data in told[:MAX_LINES]],
    }
    if tasks:
        params |= vars(tasks)
        params["warnings"] = sum(1 for data in told if data["level"])
    return Message(
        f"digest#{person}#{utc(due)}",
        "digest.office" if tasks else "digest.person",
        params,
        "",
        due,
    )


def _line(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: data[name] for name in ("kind", "params", "case_number")}
