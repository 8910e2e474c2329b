"""The feed: all entries in time order, for consumers that miss nothing and never stop for one bad
entry.

The DynamoDB stream wakes a consumer at once; the minute sweep is the guarantee. A cursor never
passes now - 10 minutes, and each slice is looked at again when it closes, so that a late put or a
slow index update is still seen.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from datetime import UTC, datetime
from enum import StrEnum
from time import time

from chalicelib.kernel import aws, ids, journal, log, stores
from chalicelib.kernel.settings import settings
from chalicelib.kernel.values import dataclass
from chalicelib.kernel.views import Row

CLOSING, SETTLED, OVERLAP = 600, 120, 30  # seconds
FIRST_LOOK = 2 * 3600
PATIENCE = 3600  # what has waited so long for AWS must not keep the cursor any longer
RETRY_MINUTES = (1, 5, 30, 240)

Handler = Callable[[str, float], bool]
"""(stream, age of its newest entry seen in seconds) -> whether it had been behind."""

EntriesHandler = Callable[[str, int, int], bool]
"""(stream, first and last seq of its new entries) -> whether it had been behind."""


class Outcome(StrEnum):
    """How handling a stream ended: nothing to do, brought up to date, to be tried again, or
    parked.
    """

    CURRENT, BEHIND, WAITS, PARKED = "current", "behind", "waits", "parked"


class UnreadableEntry(ValueError):
    """An entry of the feed does not say when it was minted."""


@dataclass(frozen=True)
class Consumer:
    """A named reader of the feed: which handler takes the streams of which prefix.

    ``entries_handlers`` take what the DynamoDB stream tells of, where knowing the new entries saves
    a look at what has been done.
    """

    name: str
    handlers: Mapping[str, Handler]
    entries_handlers: Mapping[str, EntriesHandler] = field(default_factory=dict)

    def wake(self, stream: str, first: int, last: int) -> Outcome:
        """Handle what has been appended, as the DynamoDB stream tells it; else as ``handle``."""
        handler = self.entries_handlers.get(_prefix(stream))
        if handler is None:
            return self.handle(stream)
        return self._guarded(
            stream,
            0.0,
            lambda: handler(
                stream,
                first,
                last,
            ),
        )

    def handle(self, stream: str, age: float = 0.0) -> Outcome:
        """Bring one stream's consequences up to date; a stream that cannot be handled is parked,
        not raised.
        """
        handler = self.handlers.get(_prefix(stream))
        if handler is None:
            return Outcome.CURRENT
        return self._guarded(
            stream,
            age,
            lambda: handler(stream, age),
        )

    def _guarded(self, stream: str, age: float, work: Callable[[], bool]) -> Outcome:
        try:
            was_behind = work()
        except Exception as error:
            if not aws.is_passing(error) or age >= PATIENCE:
                _park(self.name, stream, error)
                return Outcome.PARKED
            log.failure(
                "feed waits",
                error,
                counts={"FeedFailures": 1},
                consumer=self.name,
                stream=stream,
            )
            return Outcome.WAITS
        return Outcome.BEHIND if was_behind else Outcome.CURRENT


def _prefix(stream: str) -> str:
    return stream.partition("#")[0]


def sweep(consumer: Consumer, now: float | None = None) -> int:
    """Look at every shard's new, settled and closing entries, and at parked streams that are due
    again.

    Returns the number of streams that were behind; FeedLag (seconds) is the age of the oldest of
    them. Of each shard that could not be swept there is a line of the log; raises what kept it from
    the first of them, once it has swept the others.
    """
    now = time() if now is None else now
    late: list[float] = []
    failures: list[Exception] = []
    for shard in range(settings().feed_shards):
        try:
            late += _sweep_shard(consumer, shard, now)
        except Exception as error:  # the other shards must not wait for this one
            log.failure(
                "shard not swept",
                error,
                consumer=consumer.name,
                shard=shard,
            )
            failures.append(error)
    retried = _retry(consumer, now)
    log.line(
        "feed swept",
        counts={"FeedLag": max(late, default=0.0)},
        consumer=consumer.name,
        behind=len(late),
        retried=retried,
    )
    if failures:
        raise failures[0]
    return len(late)


def replay(consumer: Consumer, since: float) -> int:
    """Hand every stream with an entry from ``since`` (Unix seconds) on to ``consumer`` once; how
    many were handed.
    """
    now = time()
    shards = range(settings().feed_shards)
    streams = {
        stream
        for shard in shards
        for stream, _ in _streams(
            shard,
            since,
            now,
            now,
        )
    }
    for stream in sorted(streams):
        consumer.handle(stream)
    return len(streams)


def _sweep_shard(consumer: Consumer, shard: int, now: float) -> Iterable[float]:
    row = stores.views().get(f"cursor#{consumer.name}", str(shard)) or Row(
        f"cursor#{consumer.name}", str(shard)
    )
    position = float(row.data.get("position", now - FIRST_LOOK))
    ran = float(row.data.get("ran", position))
    closed = (now - CLOSING) // 60 * 60
    ages: dict[str, float] = {}
    unreadable: set[str] = set()
    for start, end in ((position, closed), (ran - SETTLED, now - SETTLED), (ran - OVERLAP, now)):
        for stream, age in _streams(shard, start, end, now):
            if age is None:
                unreadable.add(stream)
            ages[stream] = max(age or 0.0, ages.get(stream, 0.0))
    for stream in unreadable:
        _park(consumer.name, stream, UnreadableEntry())
    outcomes = {stream: consumer.handle(stream, age) for stream, age in ages.items()}
    yield from (ages[stream] for stream, outcome in outcomes.items() if outcome is Outcome.BEHIND)
    if (
        Outcome.WAITS in outcomes.values()
    ):  # the cursor stays: the next sweep looks at all of this again
        data = {"position": position, "ran": ran}
    else:
        data = {"position": max(position, closed), "ran": now}
    stores.views().put(
        Row(
            row.pk,
            row.sk,
            version=row.version + 1,
            data=data,
        ),
        expect=row.version,
    )


def _streams(
    shard: int,
    start: float,
    end: float,
    now: float,
) -> Iterable[tuple[str, float | None]]:
    """Streams with entries minted in [start, end), and how old each entry is; None where that
    cannot be read.
    """
    first, last = ids.first_ulid(max(start, 0)), ids.first_ulid(max(end, 0))
    hour = start // 3600 * 3600
    while hour < end:
        for stream, _, feed_id in stores.journal().feed(
            journal.slot(hour, shard),
            first,
            last,
        ):
            yield stream, _age(feed_id, now)
        hour += 3600


def _age(feed_id: str, now: float) -> float | None:
    try:
        return now - ids.ulid_time(feed_id)
    except ValueError:
        return None


def _park(name: str, stream: str, error: Exception) -> None:
    row = stores.views().get(f"parked#{name}", stream)
    tries = int(row.data.get("tries", 0)) if row and row.due_at else 0
    again = _stamp(time() + 60 * RETRY_MINUTES[min(tries, len(RETRY_MINUTES) - 1)])
    data = {"tries": tries + 1, "error": type(error).__name__}
    stores.views().put(
        Row(
            f"parked#{name}",
            stream,
            data=data,
            due_shard=f"parked#{name}",
            due_at=again,
        )
    )
    log.failure(
        "stream parked",
        error,
        counts={"FeedParked": 1},
        consumer=name,
        stream=stream,
        tries=tries + 1,
    )


def _retry(consumer: Consumer, now: float) -> int:
    page = stores.views().index(
        "due",
        f"parked#{consumer.name}",
        until=_stamp(now),
    )
    for (pk, stream), due_at in page.keys:
        if consumer.handle(stream) in (Outcome.CURRENT, Outcome.BEHIND):
            stores.views().put(
                Row(
                    pk,
                    stream,
                    data={"healed_from": due_at},
                )
            )
    return len(page.keys)


def _stamp(unix_seconds: float) -> str:
    return datetime.fromtimestamp(unix_seconds, UTC).isoformat(timespec="seconds")
