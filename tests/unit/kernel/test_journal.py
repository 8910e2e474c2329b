"""What makes an entry trustworthy: its leaf hash, its private groups, its place in the feed."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import rfc8785

from chalicelib.kernel import ids, journal
from chalicelib.kernel.journal import Act, Actor, Entry, Request
from tests.support.builders.cases import MONDAY

ACTS = (
    Act("TaskCompleted", {"visit": "accept.0", "outcome": "supplement"}),
    Act(
        "SupplementRequested", {}, {"parties": {"defects": [{"subject": "图", "problem": "不清"}]}}
    ),
    Act("Noted", {"days": 3}, {"parties": {"a": 1}, "office": {"note": "内部"}}),
)
OFFICER = Actor("o-wang-fang", "urb-window")


def entry(**more: Any) -> Entry:
    given = {"at": MONDAY, "actor": OFFICER, "request": Request("key", "body"), **more}
    return journal.new_entry("case#a", 7, given.pop("acts", ACTS), **given)


def test_the_leaf_is_what_anyone_can_compute_from_the_public_part_and_the_commitments() -> None:
    given = entry()

    def commitment(group: str, data: Any) -> str:
        return hashlib.sha256(bytes.fromhex(given.salts[group]) + rfc8785.dumps(data)).hexdigest()

    public = {
        "stream": "case#a",
        "seq": 7,
        "at": "2026-03-02T09:30:00.000+08:00",
        "post": "urb-window",
        "acts": [["TaskCompleted", {"visit": "accept.0", "outcome": "supplement"}], ["SupplementRequested", {}],
                 ["Noted", {"days": 3}]],
        "commitments": {
            "parties": commitment("parties", {"1": {"defects": [{"subject": "图", "problem": "不清"}]}, "2": {"a": 1}}),
            "office": commitment("office", {"2": {"note": "内部"}}),
            "actor": commitment("actor", {"person": "o-wang-fang"}),
        },
    }  # fmt: skip
    # RFC 9162: a leaf is hashed behind a zero byte.
    assert given.leaf == hashlib.sha256(b"\0" + rfc8785.dumps(public)).hexdigest()


@pytest.mark.parametrize(
    "change",
    [
        {"stream": "case#b"},
        {"seq": 8},
        {"at": MONDAY + timedelta(milliseconds=1)},
        {"actor": Actor("o-wang-fang", "urb-head")},
        {"actor": Actor("o-zhao-min", "urb-window")},
        {"acts": ACTS[:2]},
        {"acts": (ACTS[1], ACTS[0], ACTS[2])},
        {"acts": (replace(ACTS[0], type="TaskClaimed"), *ACTS[1:])},
        {"acts": (replace(ACTS[0], data={"visit": "accept.0", "outcome": "accept"}), *ACTS[1:])},
        {
            "acts": (
                *ACTS[:2],
                replace(ACTS[2], private={**ACTS[2].private, "office": {"note": "内部。"}}),
            )
        },
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_leaf_changes_with_every_part_of_the_record(change: dict[str, Any]) -> None:
    given = entry()
    assert journal.leaf_hash(given) == given.leaf
    assert journal.leaf_hash(replace(given, **change)) != given.leaf


def test_the_leaf_leaves_out_how_and_when_it_was_transmitted() -> None:
    given = entry()
    assert journal.leaf_hash(replace(given, request=None, feed_id=ids.ulid())) == given.leaf


def test_equal_private_data_cannot_be_recognized_by_its_commitment() -> None:
    first, second = entry(), entry()
    assert set(first.salts) == {"parties", "office", "actor"}
    assert all(len(bytes.fromhex(salt)) == 16 for salt in first.salts.values())
    assert not set(first.salts.values()) & set(second.salts.values())
    assert first.leaf != second.leaf


def test_the_machine_is_nobody_and_commits_to_nobody() -> None:
    assert entry(actor=Actor(), acts=ACTS[:1]).salts == {}


def test_private_data_stands_by_group_and_act() -> None:
    assert journal.private_groups(ACTS, OFFICER) == {
        "parties": {"1": {"defects": [{"subject": "图", "problem": "不清"}]}, "2": {"a": 1}},
        "office": {"2": {"note": "内部"}},
        "actor": {"person": "o-wang-fang"},
    }


def test_private_data_and_persons_stay_out_of_the_public_part() -> None:
    given = entry()
    public = json.dumps([[act.type, dict(act.data)] for act in given.acts], ensure_ascii=False)
    assert all(word not in public for word in ("o-wang-fang", "内部", "不清"))


def test_a_request_finds_the_entry_that_it_made() -> None:
    made = [
        replace(entry(), seq=n, request=Request(f"key-{n}", "b") if n else None) for n in range(4)
    ]
    assert journal.answered(made, "key-2") is made[2]
    assert journal.answered(made, "key-9") is None
    assert journal.answered([], "key-1") is None


def test_an_entry_stands_in_the_feed_at_the_systems_hour_in_its_streams_shard() -> None:
    given = entry()
    hour = datetime.fromtimestamp(ids.ulid_time(given.feed_id), UTC).strftime("%Y%m%d%H")
    assert given.feed_slot == f"{hour}#{journal.shard_of('case#a')}"
    assert journal.slot(0.0, 3) == "1970010100#3"
    assert {journal.shard_of(f"case#{n}") for n in range(100)} == {0, 1, 2, 3}


def test_feed_ids_sort_as_they_were_minted_and_bound_their_moment() -> None:
    minted = [ids.ulid() for _ in range(50)]
    assert [ids.ulid_time(one) for one in minted] == sorted(ids.ulid_time(one) for one in minted)
    assert ids.first_ulid(1_000_000.5) < ids.first_ulid(1_000_000.501)
    assert ids.ulid_time(ids.first_ulid(1_772_416_687.25)) == 1_772_416_687.25
    moment = ids.ulid_time(minted[0])
    assert ids.first_ulid(moment) <= minted[0] < ids.first_ulid(moment + 0.0015)


def test_keyed_hashes_repeat_and_keep_purposes_and_parts_apart(memory: Any) -> None:
    first = ids.keyed_hash("case", "p-li-na", "k")
    assert first == ids.keyed_hash("case", "p-li-na", "k")
    others = [
        ("upload", "p-li-na", "k"),
        ("case", "p-li-nak", ""),
        ("case", "p-li-na", "k", ""),
        ("case", "k", "p-li-na"),
    ]
    assert len({first, *(ids.keyed_hash(*parts) for parts in others)}) == 5
    assert len(first) * 5 == 130


def test_a_tracking_code_is_80_bits_in_four_groups(memory: Any) -> None:
    code = ids.tracking_code("case#a")
    assert [len(group) for group in code.split("-")] == [4, 4, 4, 4]
    assert code == ids.tracking_code("case#a") != ids.tracking_code("case#b")
    assert code == code.upper()
