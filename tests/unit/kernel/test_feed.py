"""The feed misses nothing: not what comes late, not what failed for a while, and it never stops for
one bad entry.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from random import Random
from typing import Any

import pytest
from botocore.exceptions import ClientError
from ulid import ULID

from chalicelib.kernel import feed, ids, journal, log, stores
from chalicelib.kernel.feed import Consumer, Outcome
from chalicelib.kernel.journal import Act, Actor, Entry
from tests.support.builders.cases import MONDAY
from tests.support.fakes.stores import MemoryJournal, MemoryViews

START = datetime(2026, 3, 2, 1, 58, 7).timestamp() + 0.5  # shortly before an hour ends
THROTTLED = ClientError(
    {"Error": {"Code": "ThrottlingException", "Message": ""}}, "SendTaskSuccess"
)


@dataclass
class Stage:
    """The feed with a consumer whose handler brings each stream up to date, fails where told, and a
    clock.
    """

    journal: MemoryJournal
    views: MemoryViews
    now: float = START

    def __post_init__(self) -> None:
        self.done: dict[str, int] = {}
        self.calls: list[str] = []
        self.broken: dict[str, Exception] = {}
        self.counts: list[dict[str, Any]] = []
        self.consumer = Consumer("deliver", {"case": self._handle})

    def _handle(self, stream: str, age: float) -> bool:
        self.calls.append(stream)
        if stream in self.broken:
            raise self.broken[stream]
        last = self.journal.last(stream)
        assert last is not None
        was_behind = self.done.get(stream, 0) < last.seq
        self.done[stream] = last.seq
        return was_behind

    def entry(self, stream: str, minted: float) -> Entry:
        """An entry minted at that moment; ``journal.append`` makes it visible."""
        seq = len(self.journal.read(stream)) + 1
        made = journal.new_entry(stream, seq, [Act("TaskClaimed")], at=MONDAY, actor=Actor())
        head = int(minted * 1000).to_bytes(6, "big")
        return replace(
            made, feed_id=str(ULID.from_bytes(head + ULID.from_str(made.feed_id).bytes[6:]))
        )

    def append(self, stream: str, minted: float | None = None) -> None:
        """An entry that is visible at once."""
        self.journal.append(self.entry(stream, self.now if minted is None else minted))

    def sweep(self, later: float = 60.0) -> int:
        """Let time pass, then sweep."""
        self.now += later
        return feed.sweep(self.consumer, self.now)

    def position(self) -> float:
        """The cursor that is furthest on."""
        return max(float(row.data["position"]) for row in self.views.partition("cursor#deliver"))

    @property
    def missed(self) -> set[str]:
        """Streams with entries that were never handled."""
        streams = {stream for stream, _ in self.journal.entries}
        return {s for s in streams if self.done.get(s, 0) < len(self.journal.read(s))}


@pytest.fixture
def stage(memory: tuple[MemoryJournal, MemoryViews], monkeypatch: pytest.MonkeyPatch) -> Stage:
    made = Stage(*memory)
    monkeypatch.setattr(feed, "time", lambda: made.now)
    monkeypatch.setattr(
        log, "line", lambda message, **more: made.counts.append({"message": message, **more})
    )
    return made


def test_a_sweep_handles_what_the_stream_did_not_bring(stage: Stage) -> None:
    for n in range(20):
        stage.append(f"case#{n}")
    assert stage.sweep() == 20
    assert stage.missed == set()
    assert stage.sweep() == 0


def test_what_was_handled_before_is_not_behind(stage: Stage) -> None:
    stage.append("case#a")
    assert stage.consumer.handle("case#a") is Outcome.BEHIND
    assert stage.consumer.handle("case#a") is Outcome.CURRENT
    assert stage.sweep() == 0


def test_streams_that_nobody_reads_are_passed_over(stage: Stage) -> None:
    stage.append("vote#1")
    stage.append("case#a")
    assert stage.sweep() == 1
    assert stage.calls == ["case#a"]


def test_the_lag_is_the_age_of_the_oldest_that_was_behind(stage: Stage) -> None:
    stage.append("case#old", stage.now - 700)
    stage.append("case#a")
    stage.sweep(30)
    swept = next(line for line in stage.counts if line["message"] == "feed swept")
    assert swept["counts"]["FeedLag"] == pytest.approx(730, abs=0.01)
    assert (swept["behind"], swept["consumer"]) == (2, "deliver")
    stage.sweep()
    assert stage.counts[-1]["counts"] == {"FeedLag": 0.0}


@pytest.mark.parametrize("gap", [1.0, 59.9, 60.0, 600.0, 4000.0])
def test_the_cursor_never_passes_ten_minutes_ago_and_never_goes_back(
    stage: Stage, gap: float
) -> None:
    positions = [0.0]
    for n in range(8):
        stage.append(f"case#{n}")
        stage.sweep(gap)
        positions.append(stage.position())
        assert positions[-1] <= stage.now - feed.CLOSING
    assert positions == sorted(positions)
    stage.now -= 30  # another machine's clock
    stage.sweep(0)
    assert stage.position() == positions[-1]


@pytest.mark.parametrize("seed", range(4))
def test_what_becomes_visible_late_is_still_seen(stage: Stage, seed: int) -> None:
    random = Random(seed)
    waiting: list[tuple[float, str, float]] = []  # visible at, stream, minted at
    for n in range(150):
        minted = START + random.random() * 7000
        late = random.choice([0.0, 5.0, 60.0, 595.0]) * random.random()
        waiting.append((minted + late, f"case#{n}", minted))
    waiting.sort()
    while waiting or stage.now < START + 9000:
        # Sweeps are punctual, doubled, missing for a while, or away for most of an hour.
        pause = random.choice([60.0] * 12 + [0.5, 61.0, 180.0, 2500.0])
        while waiting and waiting[0][0] <= stage.now + pause:
            _, stream, minted = waiting.pop(0)
            stage.append(stream, minted)
        stage.sweep(pause)
    assert stage.missed == set()


def test_a_first_sweep_looks_back_two_hours(stage: Stage) -> None:
    stage.append("case#recent", stage.now - 7000)
    stage.append("case#old", stage.now - 8000)
    stage.sweep(0)
    assert stage.missed == {"case#old"}


def test_a_poisoned_stream_is_parked_and_its_neighbours_go_on(stage: Stage) -> None:
    stage.broken["case#bad"] = ValueError("what a person wrote")
    for n in range(5):
        stage.append(f"case#{n}")
    stage.append("case#bad")
    for n in range(5, 10):
        stage.append(f"case#{n}")
    assert stage.sweep() == 10
    assert stage.missed == {"case#bad"}
    parked = stage.views.get("parked#deliver", "case#bad")
    assert parked is not None
    assert parked.data["error"] == "ValueError"
    alarms = [line for line in stage.counts if line.get("counts") == {"FeedParked": 1}]
    assert alarms[0]["stream"] == "case#bad"
    assert "what a person wrote" not in str(stage.counts)


@pytest.mark.parametrize("broken", ["?" * 26, "", "01", "zz", "7" * 25 + "U", "\U0001f600"])
def test_an_entry_that_tells_no_time_is_parked_and_its_neighbours_go_on(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    for n in range(5):
        stage.append(f"case#{n}")
    stage.append("case#bad")
    feed_of = stage.journal.feed

    def damaged(*asked: Any) -> list[tuple[str, int, str]]:
        found = feed_of(*asked)
        return [(s, n, broken if s == "case#bad" else minted) for s, n, minted in found]

    monkeypatch.setattr(stage.journal, "feed", damaged)
    stage.sweep()
    assert stage.missed == set()
    alarms = [line for line in stage.counts if line.get("counts") == {"FeedParked": 1}]
    assert {line["stream"] for line in alarms} == {"case#bad"}


def test_a_shard_that_cannot_be_swept_keeps_no_other_from_it(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(40):
        stage.append(f"case#{n}")
    first = journal.shard_of("case#0")
    row = feed.Row("cursor#deliver", str(first), data={"position": "yesterday"})
    stage.views.put(row)
    with pytest.raises(ValueError):
        stage.sweep()
    shards = {journal.shard_of(stream) for stream in stage.missed}
    assert shards == {first}


def test_each_shard_that_cannot_be_swept_is_told_of(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, int]] = []
    monkeypatch.setattr(
        feed.log, "failure", lambda message, error, **more: told.append((message, more["shard"]))
    )
    for shard in (0, 2):
        row = feed.Row("cursor#deliver", str(shard), data={"position": "yesterday"})
        stage.views.put(row)
    with pytest.raises(ValueError):
        stage.sweep()
    assert told == [("shard not swept", 0), ("shard not swept", 2)]


def test_a_parked_stream_is_tried_again_ever_more_seldom_until_it_heals(stage: Stage) -> None:
    stage.broken["case#bad"] = ValueError()
    stage.append("case#bad")
    stage.sweep()
    for _ in range(20):  # past the time in which the feed itself still shows it
        stage.sweep()
    before = len(stage.calls)
    waits = []
    for _ in range(3):
        begun = stage.now
        while len(stage.calls) == before:
            stage.sweep()
        waits.append(round((stage.now - begun) / 60))
        before = len(stage.calls)
    assert waits == sorted(waits)
    assert waits[-1] >= 200
    del stage.broken["case#bad"]
    while stage.missed:
        stage.sweep()
    healed = stage.views.get("parked#deliver", "case#bad")
    assert healed is not None
    assert healed.due_at == ""
    assert stage.consumer.handle("case#bad") is Outcome.CURRENT
    stage.sweep(4 * 3600)
    assert stage.calls.count("case#bad") == len(stage.calls)


def test_a_stream_that_heals_and_breaks_again_begins_with_short_waits(stage: Stage) -> None:
    for _ in range(2):
        stage.broken["case#bad"] = ValueError()
        stage.consumer.handle("case#bad")
        parked = stage.views.get("parked#deliver", "case#bad")
        assert parked is not None
        assert parked.data["tries"] == 1
        del stage.broken["case#bad"]
        stage.append("case#bad")
        stage.sweep()
        stage.sweep(120)


def test_what_fails_in_passing_is_not_parked_and_is_tried_at_the_next_sweep(stage: Stage) -> None:
    stage.broken["case#a"] = THROTTLED
    stage.append("case#a")
    assert stage.consumer.handle("case#a") is Outcome.WAITS
    assert stage.sweep() == 0
    assert stage.views.partition("parked#deliver") == []
    assert any(line.get("counts") == {"FeedFailures": 1} for line in stage.counts)
    stage.broken.clear()
    assert stage.sweep() == 1


@pytest.mark.parametrize("minutes", [1, 5, 11, 45])
def test_an_outage_of_any_length_loses_nothing(stage: Stage, minutes: int) -> None:
    for n in range(4):
        stage.append(f"case#{n}")
        stage.broken[f"case#{n}"] = THROTTLED
    stage.append("case#neighbour")
    for _ in range(minutes):
        stage.sweep()
    assert stage.missed == {f"case#{n}" for n in range(4)}
    stage.broken.clear()
    for _ in range(15):
        stage.sweep()
    assert stage.missed == set()


def test_a_sweep_that_dies_is_done_again(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.append("case#a")
    stage.sweep()
    for n in range(10):
        stage.append(f"case#{n}", stage.now - 400)
    put = stage.views.put
    monkeypatch.setattr(stage.views, "put", lambda *a, **k: (_ for _ in ()).throw(MemoryError()))
    for _ in range(5):
        with pytest.raises(MemoryError):
            stage.sweep()
    monkeypatch.setattr(stage.views, "put", put)
    for _ in range(15):
        stage.sweep()
    assert stage.missed == set()


def test_a_replay_hands_on_every_stream_once(stage: Stage) -> None:
    for n in range(6):
        stage.append(f"case#{n % 3}", stage.now - 5000 + n)
    stage.append("case#older", stage.now - 9000)
    assert feed.replay(stage.consumer, stage.now - 6000) == 3
    assert sorted(stage.calls) == ["case#0", "case#1", "case#2"]


def test_the_stores_of_this_test_are_the_ones_in_use(stage: Stage) -> None:
    assert stores.journal() is stage.journal
    assert ids.ulid_time(stage.entry("case#a", 1000.5).feed_id) == 1000.5
