"""What the journal promises, kept by the in-memory store and by DynamoDB alike."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pynamodb.connection import Connection
from pynamodb.exceptions import VerboseClientError

from chalicelib.authority import grants
from chalicelib.authority.grants.dynamodb import DynamoGrants
from chalicelib.kernel import aws, clock, ids, journal
from chalicelib.kernel.journal import Act, Actor, AppendConflict, Entry, Journal, Request
from chalicelib.kernel.journal.dynamodb import DynamoJournal
from tests.contract.tables import dynamodb
from tests.support.fakes.grants import MemoryGrants
from tests.support.fakes.stores import MemoryJournal

NOW = datetime(2026, 3, 2, 9, 30, 0, 123000, tzinfo=ZoneInfo("Asia/Shanghai"))

BEGINNING, END_OF_TIME = ids.first_ulid(0), ids.first_ulid(2**38)


@pytest.fixture(params=["memory", "dynamodb"])
def stores(request: pytest.FixtureRequest) -> Iterator[tuple[Journal, grants.Grants]]:
    if request.param == "memory":
        yield MemoryJournal(), MemoryGrants()
        return
    with dynamodb():
        yield DynamoJournal(), DynamoGrants()


@pytest.fixture
def store(stores: tuple[Journal, grants.Grants]) -> Journal:
    return stores[0]


def entry(stream: str = "case#a", seq: int = 1, **more: Any) -> Entry:
    acts = more.pop("acts", [Act("TaskCompleted", {"visit": "accept.0"})])
    return journal.new_entry(
        stream, seq, acts, **{"at": NOW, "actor": Actor("o-zhao-min", "urb-reviewer"), **more}
    )


def test_what_was_appended_is_read_back_whole(store: Journal) -> None:
    acts = [
        Act(
            "CaseFiled",
            {"number": "URB-2026-W-000001", "days": 3, "facts": {"a": [1, None, True, "𠮷·é"]}},
        ),
        Act(
            "MaterialsSupplemented",
            {},
            {"applicant": {"form": {"名称": "面馆"}}, "office": {"note": "ok"}},
        ),
        Act("CaseReturned", {}, {"office": {"reasons": ["x"]}}),
    ]
    given = entry(acts=acts, request=Request("key", "body"))
    store.append(given)
    assert store.read("case#a") == [given]
    assert store.get("case#a", 1) == given == store.last("case#a")
    assert journal.leaf_hash(store.read("case#a")[0]) == given.leaf


def test_the_machines_act_has_neither_person_nor_request(store: Journal) -> None:
    given = entry(actor=Actor())
    store.append(given)
    found = store.get("case#a", 1)
    assert found == given
    assert (given.actor, given.request, given.salts) == (Actor(), None, {})


def test_a_stream_is_read_in_order_and_after_a_number(store: Journal) -> None:
    given = [entry(seq=n) for n in range(1, 13)]
    for one in given:
        store.append(one)
    store.append(entry("case#ab"))
    assert store.read("case#a") == given
    assert store.read("case#a", after=9) == given[9:]
    assert store.read("case#a", after=12) == []
    assert store.last("case#a") == given[-1]


def test_nothing_is_found_where_nothing_is(store: Journal) -> None:
    assert (store.read("case#none"), store.get("case#none", 1), store.last("case#none")) == (
        [],
        None,
        None,
    )


def test_a_stream_larger_than_one_answer_is_read_whole(store: Journal) -> None:
    for n in range(1, 9):
        store.append(entry(seq=n, acts=[Act("Noted", {"text": "字" * 60_000})]))
    assert [one.seq for one in store.read("case#a")] == list(range(1, 9))


def test_a_number_is_given_once(store: Journal) -> None:
    first, second = entry(), entry(acts=[Act("CaseWithdrawn")])
    store.append(first)
    with pytest.raises(AppendConflict) as lost:
        store.append(second)
    assert store.read("case#a") == [first]
    assert (lost.value.taken, lost.value.standing) == ({"case#a"}, {"case#a": first})


def test_after_a_lost_reply_the_request_finds_its_own_entry(store: Journal) -> None:
    given = entry(request=Request("key", "body"))
    store.append(given)  # the reply is lost, the client tries again
    with pytest.raises(AppendConflict):
        store.append(given)
    assert journal.answered(store.read("case#a"), "key") == given
    assert journal.answered(store.read("case#a"), "other") is None


@pytest.mark.parametrize("taken", ["register#URB#2026#W", "case#a"])
def test_two_streams_move_together_or_not_at_all(store: Journal, taken: str) -> None:
    before = entry(taken)
    store.append(before)
    with pytest.raises(AppendConflict) as lost:
        store.append(entry("register#URB#2026#W"), entry("case#a"))
    assert (lost.value.taken, lost.value.standing) == ({taken}, {taken: before})
    assert lost.value.free == {"register#URB#2026#W", "case#a"} - {taken}
    streams = ("register#URB#2026#W", "case#a")
    assert [one for stream in streams for one in store.read(stream)] == [before]


def test_two_streams_move_together(store: Journal) -> None:
    pair = entry("register#URB#2026#W"), entry("case#a")
    store.append(*pair)
    assert [store.last(one.stream) for one in pair] == list(pair)


def test_a_row_beside_is_written_with_the_entry(stores: tuple[Journal, grants.Grants]) -> None:
    store, held = stores
    rows = [
        grants.Row("person#a", "grants", version=1, data={"posts": []}),
        grants.Row("post#b", "holder#a"),
    ]
    store.append(
        entry("appointments#a"), writes=[held.write(rows[0], expect=0), held.write(rows[1])]
    )
    assert [held.get(row.pk, row.sk) for row in rows] == rows
    assert store.last("appointments#a")


@pytest.mark.parametrize("expect", [0, 2])
def test_nothing_is_written_when_a_row_beside_is_not_as_expected(
    stores: tuple[Journal, grants.Grants], expect: int
) -> None:
    store, held = stores
    first = grants.Row("person#a", "grants", version=1)
    store.append(entry("appointments#a"), writes=[held.write(first, expect=0)])
    other = grants.Row("post#b", "post", version=1)
    with pytest.raises(AppendConflict):
        writes = [
            held.write(other),
            held.write(grants.Row("person#a", "grants", version=9), expect=expect),
        ]
        store.append(entry("appointments#a", 2), writes=writes)
    assert (held.get("person#a", "grants"), held.get("post#b", "post")) == (first, None)
    assert [one.seq for one in store.read("appointments#a")] == [1]


def test_no_row_beside_is_written_when_the_number_is_taken(
    stores: tuple[Journal, grants.Grants],
) -> None:
    store, held = stores
    store.append(entry("appointments#a"))
    with pytest.raises(AppendConflict):
        store.append(
            entry("appointments#a"),
            writes=[held.write(grants.Row("person#a", "grants", version=1))],
        )
    assert held.get("person#a", "grants") is None


def test_the_feed_shows_all_streams_of_a_slot_in_time_order(store: Journal) -> None:
    given = [entry(f"case#{n}") for n in range(12)] + [entry("case#3", 2)]
    for one in reversed(given):
        store.append(one)
    for slot in {one.feed_slot for one in given}:
        ours = sorted((one for one in given if one.feed_slot == slot), key=lambda one: one.feed_id)
        expected = [(one.stream, one.seq, one.feed_id) for one in ours]
        assert store.feed(slot, BEGINNING, END_OF_TIME) == expected
        middle = ours[len(ours) // 2].feed_id
        assert store.feed(slot, middle, END_OF_TIME) == expected[len(ours) // 2 :]
        assert store.feed(slot, BEGINNING, middle) == expected[: len(ours) // 2]
    assert store.feed("2026030201#9", BEGINNING, END_OF_TIME) == []


def test_the_feed_runs_on_system_time_whatever_the_official_clock_says(store: Journal) -> None:
    given = entry(at=NOW + timedelta(days=400))
    store.append(given)
    assert given.feed_slot.startswith(clock.system_now().strftime("%Y%m%d"))
    assert [key[:2] for key in store.feed(given.feed_slot, BEGINNING, END_OF_TIME)] == [
        ("case#a", 1)
    ]


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VALUE = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
DATA = st.dictionaries(TEXT, VALUE, max_size=3)
GROUPS = st.dictionaries(st.sampled_from(["applicant", "parties", "office"]), DATA, max_size=3)
ACTS = st.lists(
    st.builds(Act, st.sampled_from(["CaseFiled", "CaseReturned"]), DATA, GROUPS),
    min_size=1,
    max_size=3,
)
ACTORS = st.builds(Actor, st.sampled_from(["", "p-li-na"]), st.sampled_from(["", "urb-window"]))
_streams = iter(range(10**9))


@given(acts=ACTS, actor=ACTORS)
@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_act_is_read_back_as_it_was_and_keeps_its_leaf(
    store: Journal, acts: list[Act], actor: Actor
) -> None:
    given = entry(f"case#{next(_streams)}", acts=acts, actor=actor)
    store.append(given)
    found = store.get(given.stream, 1)
    assert found == given
    assert journal.leaf_hash(found) == given.leaf


# ---- DynamoDB alone: what its errors mean
# -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "code", ["TransactionConflictException", "ConditionalCheckFailedException"]
)
def test_a_race_that_dynamodb_saw_is_a_conflict(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    _fails_with(monkeypatch, code)
    with pytest.raises(AppendConflict):
        DynamoJournal().append(entry())


@pytest.mark.parametrize(
    "code", ["ThrottlingException", "ProvisionedThroughputExceededException", "InternalServerError"]
)
def test_a_dynamodb_that_is_away_is_no_conflict_and_passes(
    monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    _fails_with(monkeypatch, code)
    with pytest.raises(Exception) as raised:
        DynamoJournal().append(entry())
    assert not isinstance(raised.value, AppendConflict)
    assert aws.is_passing(raised.value)


def _fails_with(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    def answer(self: Connection, operation: str, asked: Any) -> None:
        assert operation == "PutItem"
        failed = {"Error": {"Code": code, "Message": ""}}
        raise VerboseClientError(failed, operation, {}) from ClientError(failed, operation)

    monkeypatch.setattr(Connection, "_make_api_call", answer)
