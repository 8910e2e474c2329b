"""Each minute: what waits in the due index is sent, and digests are made."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from time import monotonic

from chalicelib.kernel import clock, log, stores
from chalicelib.kernel.settings import settings
from chalicelib.kernel.views import Key, Row
from chalicelib.notify import digests, inbox, sending, settings_view
from chalicelib.notify.deliveries import LEASE, utc
from chalicelib.notify.digests import TasksOf

BATCH = 100
THREADS = 4  # most of the work is waiting for AWS
SECONDS = 20.0  # what is left then waits for the next minute


def sweep_messages(tasks_of: TasksOf) -> dict[str, int]:
    """Send what is due. Each row is claimed before anything is sent, so two sweeps at once send
    nothing twice; a row that cannot be handled keeps no other waiting.

    A sweep that finds itself late or failing says so: MessageLag (seconds), MessageSweepFailures.
    """
    now, ends = clock.now(), monotonic() + SECONDS
    sent = failed = 0
    lag = 0.0
    for shard in range(settings().due_shards):
        for keys in _due(shard, now, ends):
            lag = max(lag, *(_lateness(due_at, now) for _, due_at in keys))
            outcomes = _each(partial(_handled, tasks_of, now), [key for key, _ in keys])
            sent += outcomes.count(True)
            failed += outcomes.count(False)
    log.line(
        "messages swept", counts={"MessageLag": lag, "MessageSweepFailures": failed}, acted=sent
    )
    return {"sent": sent, "failed": failed}


Found = list[tuple[Key, str]]


def _due(shard: int, now: datetime, ends: float) -> Iterable[Found]:
    """What is due in a shard, some at a time, as long as there is time."""
    start = None
    while monotonic() < ends:
        page = stores.views().index(
            "due",
            f"message#{shard}",
            until=utc(now),
            limit=BATCH,
            start=start,
        )
        if page.keys:
            yield list(page.keys)
        start = page.next_start
        if start is None:
            return


def _lateness(due_at: str, now: datetime) -> float:
    return (now - clock.parse(due_at)).total_seconds()


def _each(handled: Callable[[Key], bool], keys: list[Key]) -> list[bool]:
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(handled, keys))


def _handled(tasks_of: TasksOf, now: datetime, key: Key) -> bool:
    """Whether one row was handled, or needed nothing any more."""
    try:
        row = stores.views().get(*key)
        if row and row.due_at and row.due_at <= utc(now):
            _handle(row, tasks_of, now)
    except Exception as error:  # its neighbours are not to wait for it
        log.failure("message sweep failed", error)
        return False
    return True


def _handle(row: Row, tasks_of: TasksOf, now: datetime) -> None:
    if row.sk == settings_view.PLACE:
        digests.send_due(row, tasks_of, now)
        return
    mine = inbox.claimed(row, now, LEASE)
    if mine:
        chosen = settings_view.settings_of(inbox.person_of(row))
        sending.deliver(mine, chosen, now)
