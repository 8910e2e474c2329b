"""Private parts can be forgotten for good, and what is left verifies: in memory, on moto and on the
embedded AWS.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.kernel import journal
from chalicelib.kernel.journal import Act, Actor, AppendConflict, Entry, Journal, Request
from chalicelib.kernel.journal.dynamodb import DynamoJournal, _table
from tests.contract.real_stores import pointed_at_embedded_aws
from tests.contract.tables import dynamodb
from tests.support.fakes.stores import MemoryJournal

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
SECRETS = ("李娜", "13800001234", "o-zhao-min", "unreadable")
ACTS = [
    Act(
        "CaseFiled",
        {"number": "URB-2026-W-000001"},
        {"applicant": {"name": "李娜", "phone": "13800001234"}},
    ),
    Act(
        "SupplementRequested",
        {},
        {"parties": {"defects": ["unreadable"]}, "applicant": {"form": {}}},
    ),
    Act("CaseAccepted", {"accepted_on": "2026-03-02"}),
]


@pytest.fixture(scope="module", params=["memory", "moto", "embedded"])
def store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Journal]:
    """One of each for the module: the embedded AWS takes seconds to start."""
    if request.param == "memory":
        yield MemoryJournal()
    elif request.param == "moto":
        with dynamodb():
            yield DynamoJournal()
    else:
        with pointed_at_embedded_aws(tmp_path_factory.mktemp("forgetting")):
            yield DynamoJournal()


@pytest.fixture
def entry(request: pytest.FixtureRequest) -> Entry:
    return made(f"case#{request.node.name}")


def made(stream: str, seq: int = 1, **more: Any) -> Entry:
    given = {
        "at": NOW,
        "actor": Actor("o-zhao-min", "urb-reviewer"),
        "request": Request("key", "body"),
    } | more
    return journal.new_entry(stream, seq, ACTS, **given)


def test_of_a_forgotten_entry_everything_public_is_left_and_it_verifies(
    store: Journal, entry: Entry
) -> None:
    store.append(entry)
    store.forget(journal.forgotten(entry))
    (left,) = store.read(entry.stream)
    assert (
        left == journal.forgotten(entry) == store.get(entry.stream, 1) == store.last(entry.stream)
    )
    assert journal.leaf_hash(left) == left.leaf == entry.leaf
    assert [(act.type, act.data) for act in left.acts] == [
        (act.type, act.data) for act in entry.acts
    ]
    assert (left.at, left.actor.post, left.request, left.feed_id) == (
        NOW,
        "urb-reviewer",
        entry.request,
        entry.feed_id,
    )


def test_nothing_private_is_left_and_no_salt(store: Journal, entry: Entry) -> None:
    store.append(entry)
    store.forget(journal.forgotten(entry))
    left = store.get(entry.stream, 1)
    assert left is not None and left.salts == {}
    assert set(left.commitments) == {"actor", "applicant", "parties"}
    assert not [word for word in (*SECRETS, *entry.salts.values()) if word in str(left)]


def test_not_even_the_stored_row_holds_anything_private(store: Journal, entry: Entry) -> None:
    store.append(entry)
    store.forget(journal.forgotten(entry))
    in_memory = isinstance(store, MemoryJournal)
    row = str(store.entries[(entry.stream, 1)] if in_memory else _table().get(entry.stream, "1"))
    assert not [word for word in (*SECRETS, *entry.salts.values()) if word in row]


def test_forgetting_again_changes_nothing(store: Journal, entry: Entry) -> None:
    store.append(entry)
    for _ in range(2):
        known = store.get(entry.stream, 1)
        assert known is not None
        store.forget(journal.forgotten(known))
    assert store.get(entry.stream, 1) == journal.forgotten(entry)


def test_who_acted_is_somebody_still_and_in_each_entry_somebody_else(
    store: Journal, entry: Entry
) -> None:
    pair = [entry, made(entry.stream, 2)]
    for one in pair:
        store.append(one)
        store.forget(journal.forgotten(one))
    actors = [one.actor for one in store.read(entry.stream)]
    assert all(actor.person and actor.post == "urb-reviewer" for actor in actors)
    assert len({actor.person for actor in actors}) == 2


def test_the_machines_act_stays_the_machines(store: Journal, entry: Entry) -> None:
    given = journal.new_entry(entry.stream, 1, ACTS, at=NOW, actor=Actor())
    store.append(given)
    store.forget(journal.forgotten(given))
    left = store.get(entry.stream, 1)
    assert left is not None and left.actor == Actor() and journal.leaf_hash(left) == given.leaf


@pytest.mark.parametrize("stored", [True, False])
def test_nothing_else_is_put_in_an_entrys_place(store: Journal, entry: Entry, stored: bool) -> None:
    if stored:
        store.append(made(entry.stream))  # another entry of the same number
    with pytest.raises(AppendConflict):
        store.forget(journal.forgotten(entry))
    assert [one.commitments for one in store.read(entry.stream)] == [{}] * stored


def test_a_number_stays_given_away(store: Journal, entry: Entry) -> None:
    store.append(entry)
    store.forget(journal.forgotten(entry))
    with pytest.raises(AppendConflict):
        store.append(made(entry.stream))
    store.append(made(entry.stream, 2))
    assert [one.seq for one in store.read(entry.stream)] == [1, 2]


OTHER_SALTS = dict.fromkeys(("actor", "applicant", "parties"), "00" * 16)


@pytest.mark.parametrize(
    "doctored", [{"leaf": "0" * 64}, {"at": NOW.replace(hour=10)}, {"salts": OTHER_SALTS}]
)
def test_what_does_not_verify_is_evidence_and_is_not_forgotten(
    entry: Entry, doctored: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match="does not verify"):
        journal.forgotten(replace(entry, **doctored))
    assert journal.forgotten(entry)
