"""The feed in closed slices: which entries a stretch of it holds, and what they add."""

from collections.abc import Iterator, Mapping
from datetime import date

from chalicelib import casework
from chalicelib.casework import Case
from chalicelib.deadlines import WorkingCalendar
from chalicelib.kernel import aws, feed, ids, journal, log, stores
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.settings import settings
from chalicelib.kernel.values import dataclass
from chalicelib.supervision.matters import acts as matter_acts
from chalicelib.supervision.outlook import listing
from chalicelib.supervision.statistics import case_facts, matter_facts
from chalicelib.supervision.statistics.counts import Count

MOST = 1000  # entries of a slice; one minute of the feed is taken whole, whatever it holds
STRETCH = 6 * 3600  # seconds of a slice, where little has happened
COUNTED = ("case", "matter")


@dataclass(frozen=True)
class Found:
    """One entry of the feed."""

    stream: str
    seq: int
    feed_id: str


@dataclass(frozen=True)
class Counted:
    """What one entry adds; ``case`` is as it stands at the end, of a stream that is a case's."""

    feed_id: str
    counts: tuple[Count, ...]
    case: Case | None = None


def closed_at(now: float) -> float:
    """The moment before which no entry is put any more into the feed."""
    return (now - feed.CLOSING) // 60 * 60


def until_of(position: float, now: float) -> float:
    """Where the next slice ends at the latest."""
    return min(
        closed_at(now),
        position + STRETCH,
    )


def read(position: float, until: float) -> tuple[list[Found], float]:
    """The entries from ``position`` on, and up to which whole minute they were taken."""
    found = list(
        between(
            position,
            until,
        )
    )
    if len(found) <= MOST:
        return found, until
    cut = ids.ulid_time(found[MOST].feed_id) // 60 * 60
    end = max(cut, position + 60)
    return [each for each in found if ids.ulid_time(each.feed_id) < end], end


def between(start: float, end: float) -> list[Found]:
    """The entries minted in [start, end) of the streams that are counted, in order."""
    found: list[Found] = []
    for shard in range(settings().feed_shards):
        found += _of_shard(
            shard,
            start,
            end,
        )
    return sorted(found, key=_in_order)


def _in_order(found: Found) -> str:
    return found.feed_id


def _of_shard(shard: int, start: float, end: float) -> Iterator[Found]:
    first, last = ids.first_ulid(start), ids.first_ulid(end)
    hour = start // 3600 * 3600
    while hour < end:
        slot = journal.slot(hour, shard)
        for stream, seq, feed_id in stores.journal().feed(
            slot,
            first,
            last,
        ):
            if stream.partition("#")[0] in COUNTED:
                yield Found(stream, seq, feed_id)
        hour += 3600


def facts_of(found: list[Found], calendar: WorkingCalendar) -> Iterator[Counted]:
    """What the entries add, stream by stream. One that cannot be folded is left out, and told."""
    by_stream: dict[str, dict[int, str]] = {}
    for each in found:
        by_stream.setdefault(each.stream, {})[each.seq] = each.feed_id
    for stream, new in by_stream.items():
        try:
            yield from _of_stream(stream, new, calendar)
        except Exception as error:
            if aws.is_passing(error):
                raise
            log.failure(
                "stream not counted",
                error,
                counts={"StatisticsFailures": 1},
                stream=stream,
            )


def _of_stream(stream: str, new: Mapping[int, str], calendar: WorkingCalendar) -> list[Counted]:
    entries = stores.journal().read(stream)
    if stream.startswith("matter#"):
        return _of_matter(stream, entries, new)
    return _of_case(
        entries,
        new,
        calendar,
    )


def _of_matter(stream: str, entries: list[Entry], new: Mapping[int, str]) -> list[Counted]:
    counted = []
    for seq, feed_id in new.items():
        matter = matter_acts.fold(stream, entries[:seq])
        assert matter is not None, "what has entries is there"
        counts = matter_facts.of_entry(
            matter,
            entries[seq - 1],
        )
        counted.append(Counted(feed_id, tuple(counts)))
    return counted


def _of_case(
    entries: list[Entry], new: Mapping[int, str], calendar: WorkingCalendar
) -> list[Counted]:
    point = case_facts.point_of(entries[0])
    listed_on = _listed_on(entries, new)
    case: Case | None = None
    counted = []
    for entry in entries:
        before, case = case, casework.after(case, entry)
        if entry.seq in new:
            step = case_facts.Step(
                before,
                case,
                entry,
                point,
            )
            counts = case_facts.of_entry(step, calendar, listed_on)
            counted.append(Counted(new[entry.seq], tuple(counts)))
    last = counted[-1]
    return [*counted[:-1], Counted(last.feed_id, last.counts, case)]


def _listed_on(entries: list[Entry], new: Mapping[int, str]) -> date | None:
    """Since when the case was listed as at risk, where one of its new entries decides it."""
    for entry in entries:
        if entry.seq in new and any(act.type in case_facts.DECIDING for act in entry.acts):
            return listing.listed_on(entry.stream)
    return None
