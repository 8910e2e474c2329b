"""What the views promise, kept by the in-memory store and by DynamoDB alike."""

import json
from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.kernel.views import Row, Views
from chalicelib.kernel.views.dynamodb import DynamoViews
from tests.contract.tables import dynamodb
from tests.support.fakes.stores import MemoryViews

TASK = Row(
    "case#a", "task#accept.0", data={"step": "accept", "number": "甲-1"}, inbox="urb-window", inbox_at="2026-03-09/1",
    due_shard="case#1", due_at="2026-03-08T16:00:00+00:00", owner="person#p", owner_at="2026-03-02",
)  # fmt: skip
INDEXES = {"inbox": "urb-window", "due": "case#1", "owner": "person#p"}


@pytest.fixture(params=["memory", "dynamodb"])
def store(request: pytest.FixtureRequest) -> Iterator[Views]:
    if request.param == "memory":
        yield MemoryViews()
        return
    with dynamodb():
        yield DynamoViews()


def walk(store: Views, name: str, partition: str, **more: Any) -> list[tuple[tuple[str, str], str]]:
    """All pages of an index, one after the other, as a caller with a cursor reads them."""
    found: list[tuple[tuple[str, str], str]] = []
    start: Any = None
    for _ in range(1000):
        page = store.index(name, partition, start=start, **more)
        assert len(page.keys) <= more.get("limit", 100)
        found += page.keys
        if not page.next_start:
            return found
        start = json.loads(json.dumps(page.next_start))  # it travels in a cursor
    raise AssertionError("the index never ends")


def test_nothing_is_found_where_nothing_is(store: Views) -> None:
    assert store.get("case#a", "case") is None
    assert store.partition("case#a") == []
    assert store.get_many([("case#a", "case")]) == {}
    assert walk(store, "inbox", "urb-window") == []


def test_a_row_is_read_back_whole(store: Views) -> None:
    row = replace(
        TASK, version=4, tokens=frozenset({"t1", "t2"}), closed=True, expires_at=1_800_000_000
    )
    assert store.put(row)
    assert store.get(*row.key) == row
    assert store.put(Row("case#b", "case"))
    assert store.get("case#b", "case") == Row("case#b", "case")


def test_a_row_is_written_on_condition_of_its_version(store: Views) -> None:
    row = Row("case#a", "case", version=2)
    assert not store.put(row, expect=1)
    assert store.put(row, expect=0)
    assert not store.put(replace(row, version=3), expect=0)
    assert not store.put(replace(row, version=3), expect=1)
    assert store.put(replace(row, version=7, data={"status": "accepted"}), expect=2)
    assert store.get("case#a", "case") == Row(
        "case#a", "case", version=7, data={"status": "accepted"}
    )


def test_an_update_sets_what_is_given_and_leaves_the_rest(store: Views) -> None:
    assert not store.update(replace(TASK, version=1), expect=1)
    store.put(replace(TASK, version=2))
    assert not store.update(Row(*TASK.key, version=3), expect=1)
    assert store.update(Row(*TASK.key, version=3, data={"status": "accepted"}), expect=2)
    assert store.get(*TASK.key) == replace(TASK, version=3, data={"status": "accepted"})
    assert walk(store, "due", TASK.due_shard) == [(TASK.key, TASK.due_at)]


def test_absent_is_not_the_same_as_version_nought(store: Views) -> None:
    store.add_token(TASK, "t1")
    assert not store.put(replace(TASK, version=1), expect=0)


def test_without_a_condition_the_row_is_written_whole(store: Views) -> None:
    store.put(replace(TASK, version=3, tokens=frozenset({"t1"})))
    store.put(Row(TASK.pk, TASK.sk, data={"healed": True}))
    assert store.get(*TASK.key) == Row(TASK.pk, TASK.sk, data={"healed": True})
    assert all(walk(store, name, partition) == [] for name, partition in INDEXES.items())


def test_every_execution_adds_its_token(store: Views) -> None:
    assert store.add_token(TASK, "t1")
    assert store.add_token(TASK, "t1")
    assert store.add_token(replace(TASK, data={"step": "accept"}), "t2")
    assert store.get(*TASK.key) == replace(
        TASK, data={"step": "accept"}, tokens=frozenset({"t1", "t2"})
    )


def test_opening_leaves_what_it_does_not_lay(store: Views) -> None:
    store.put(replace(TASK, version=5))
    store.add_token(Row(TASK.pk, TASK.sk), "t1")
    assert store.get(*TASK.key) == replace(TASK, version=5, tokens=frozenset({"t1"}))


def test_closing_takes_the_row_out_of_the_inbox_and_tells_its_tokens(store: Views) -> None:
    store.add_token(TASK, "t1")
    store.add_token(TASK, "t2")
    closed = store.close(*TASK.key)
    assert closed == replace(
        TASK, inbox="", inbox_at="", closed=True, tokens=frozenset({"t1", "t2"})
    )
    assert store.get(*TASK.key) == closed == store.close(*TASK.key)
    assert walk(store, "inbox", "urb-window") == []


def test_a_closed_row_is_never_opened(store: Views) -> None:
    store.add_token(TASK, "t1")
    closed = store.close(*TASK.key)
    assert not store.add_token(TASK, "t2")
    assert store.get(*TASK.key) == closed


def test_a_row_may_be_closed_before_it_was_ever_opened(store: Views) -> None:
    assert store.close(*TASK.key) == Row(TASK.pk, TASK.sk, closed=True)
    assert not store.add_token(TASK, "t1")
    assert store.get(*TASK.key) == Row(TASK.pk, TASK.sk, closed=True)


def test_an_open_row_is_laid_anew_with_its_tokens(store: Views) -> None:
    assert not store.update_open(TASK)
    store.add_token(TASK, "t1")
    later = replace(TASK, inbox_at="2026-12-01", data={"due_at": "2026-12-01"})
    assert store.update_open(later)
    assert store.get(*TASK.key) == replace(later, tokens=frozenset({"t1"}))
    assert [at for _, at in store.index("inbox", TASK.inbox).keys] == ["2026-12-01"]
    store.close(*TASK.key)
    assert not store.update_open(later)
    assert store.index("inbox", TASK.inbox).keys == ()


def test_a_counter_counts_each_call(store: Views) -> None:
    assert [store.count("lock#a", "1", 1_800_000_000) for _ in range(3)] == [1, 2, 3]
    assert store.get("lock#a", "1") == Row("lock#a", "1", version=3, expires_at=1_800_000_000)
    assert store.count("lock#a", "2", 1_800_000_900) == 1


def test_a_partition_is_read_by_prefix_in_order(store: Views) -> None:
    for sk in ("task#review.3", "case", "task#accept.0", "task"):
        store.put(Row("case#a", sk))
    store.put(Row("case#ab", "task#accept.0"))
    assert [row.sk for row in store.partition("case#a", "task#")] == [
        "task#accept.0",
        "task#review.3",
    ]
    assert [row.sk for row in store.partition("case#a")] == [
        "case",
        "task",
        "task#accept.0",
        "task#review.3",
    ]


def test_many_rows_are_read_at_once_whatever_their_number(store: Views) -> None:
    keys = [(f"case#{n}", "case") for n in range(130)]
    for pk, sk in keys[:120]:
        store.put(Row(pk, sk, version=1))
    assert store.get_many([*keys, keys[0]]) == {key: Row(*key, version=1) for key in keys[:120]}
    assert store.get_many([]) == {}


def test_a_partition_larger_than_one_answer_is_read_whole(store: Views) -> None:
    for n in range(8):
        store.put(Row("big", str(n), data={"text": "字" * 60_000}))
    assert len(store.partition("big")) == 8
    assert len(store.get_many([("big", str(n)) for n in range(8)])) == 8


def test_a_partition_is_read_newest_first_page_by_page(store: Views) -> None:
    rows = [Row("inbox#p", f"{n:03}", version=1, data={"n": n}) for n in range(11)]
    for row in [*rows, Row("inbox#q", "5")]:
        store.put(row)
    for limit in (1, 5, 10, 11, 12):
        found: list[Row] = []
        start: Any = None
        while True:
            page = store.newest("inbox#p", limit=limit, start=start)
            assert len(page.rows) <= limit
            found += page.rows
            if not page.next_start:
                break
            start = json.loads(json.dumps(page.next_start))
        assert found == rows[::-1]


@pytest.mark.parametrize("name", INDEXES)
def test_an_index_shows_its_partition_in_order_page_by_page(store: Views, name: str) -> None:
    rows = [
        replace(TASK, pk=f"case#{n}", inbox_at=f"{n:03}", due_at=f"{n:03}", owner_at=f"{n:03}")
        for n in range(23)
    ]
    for row in Random(1).sample(rows, len(rows)):
        store.put(row)
    store.put(
        replace(TASK, pk="case#x", inbox="urb-reviewer", due_shard="case#2", owner="person#q")
    )
    expected = [(row.key, f"{n:03}") for n, row in enumerate(rows)]
    for limit in (1, 5, 22, 23, 24):
        assert walk(store, name, INDEXES[name], limit=limit) == expected
        assert walk(store, name, INDEXES[name], limit=limit, newest_first=True) == expected[::-1]
    assert walk(store, name, INDEXES[name], until="007") == expected[:8]
    assert walk(store, name, INDEXES[name], until="007", limit=3) == expected[:8]


def test_an_index_is_sparse_and_moves_with_its_row(store: Views) -> None:
    store.put(TASK)
    store.put(
        replace(
            TASK,
            version=1,
            due_at="2027-01-01T00:00:00+00:00",
            owner="",
            owner_at="",
            inbox="urb-head",
        )
    )
    assert walk(store, "due", "case#1") == [(TASK.key, "2027-01-01T00:00:00+00:00")]
    assert walk(store, "owner", "person#p") == walk(store, "inbox", "urb-window") == []
    assert walk(store, "inbox", "urb-head") == [(TASK.key, TASK.inbox_at)]


KEYS = st.sampled_from([("case#a", "case"), ("case#a", "task#accept.0"), ("lock#a", "1")])
ROWS = st.builds(
    lambda key, **parts: Row(*key, **parts),
    KEYS,
    version=st.integers(0, 3),
    data=st.dictionaries(st.sampled_from("ab"), st.text("字x", max_size=2), max_size=2),
    owner=st.sampled_from(["", "person#p"]),
    expires_at=st.integers(0, 2),
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), ROWS, st.none() | st.integers(0, 3)),
        st.tuples(st.just("update"), ROWS.filter(lambda row: row.version > 0), st.integers(1, 3)),
        st.tuples(st.just("add_token"), ROWS, st.sampled_from(["t1", "t2"])),
        st.tuples(st.just("close"), KEYS),
        st.tuples(st.just("count"), KEYS, st.integers(1, 3)),
    ),
    max_size=12,
)


def told(store: Views, story: str, steps: list[tuple[Any, ...]]) -> Iterator[Any]:
    """What a store answers to a story, played on rows of its own."""
    for name, subject, *rest in steps:
        if isinstance(subject, Row):
            owner = {"owner": subject.owner + story, "owner_at": "2026"} if subject.owner else {}
            yield getattr(store, name)(replace(subject, pk=subject.pk + story, **owner), *rest)
        else:
            yield getattr(store, name)(subject[0] + story, subject[1], *rest)
    yield from (store.partition(pk + story) for pk in ("case#a", "lock#a"))
    yield walk(store, "owner", "person#p" + story)


def test_both_stores_answer_any_story_alike() -> None:
    memory, dynamo, numbers = MemoryViews(), DynamoViews(), iter(range(10**6))

    @given(STEPS)
    @settings(deadline=None, max_examples=60)
    def play(steps: list[tuple[Any, ...]]) -> None:
        story = f"~{next(numbers)}"
        assert list(told(memory, story, steps)) == list(told(dynamo, story, steps))

    with dynamodb():
        play()
