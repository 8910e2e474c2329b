"""The counting rules of the bench: what DynamoDB charges for a write."""

import pytest

from tests.bench.prices import PRICES, per_million_cases
from tests.bench.rules import Charge, Index, Table, read_units, size, value_size, write_charge

INBOX = Index("inbox", ("inbox", "inbox_at"), frozenset({"pk", "sk", "inbox", "inbox_at"}))
VIEWS = Table("Views", (INBOX,))


def row(**parts: str) -> dict[str, dict[str, str]]:
    return {name: {"S": value} for name, value in {"pk": "a", "sk": "b", **parts}.items()}


WAITING = row(inbox="urb-window", inbox_at="2026-01-01")


def test_names_and_values_count_in_utf_8() -> None:
    assert (
        size(
            {"pk": {"S": "案"}, "n": {"N": "-1200"}, "t": {"SS": ["ab", "c"]}, "c": {"BOOL": True}}
        )
        == 5 + 4 + 4 + 2
    )


def test_a_type_without_a_rule_is_an_error() -> None:
    with pytest.raises(ValueError, match="no rule"):
        value_size({"M": {}})


def test_a_row_outside_the_index_costs_its_own_kilobytes_alone() -> None:
    assert write_charge(VIEWS, None, row(data="x" * 1100)) == Charge(2, {})


def test_an_index_entry_costs_its_keys_not_the_rows_data() -> None:
    new = WAITING | row(data="x" * 3000)
    assert write_charge(VIEWS, None, new | WAITING) == Charge(3, {"inbox": 1})


def test_a_change_that_the_index_does_not_show_costs_nothing_there() -> None:
    assert write_charge(VIEWS, WAITING, WAITING | {"data": {"S": "x"}}) == Charge(1, {})


def test_a_moved_index_entry_is_a_removal_and_an_insert() -> None:
    moved = WAITING | {"inbox_at": {"S": "2026-01-02"}}
    assert write_charge(VIEWS, WAITING, moved) == Charge(1, {"inbox": 2})


def test_leaving_the_index_is_one_removal() -> None:
    assert write_charge(VIEWS, WAITING, row()) == Charge(1, {"inbox": 1})


def test_a_transaction_doubles_the_item_and_not_its_index_entries() -> None:
    assert write_charge(VIEWS, None, WAITING, transaction=True) == Charge(2, {"inbox": 1})


def test_shrinking_a_row_costs_its_old_size() -> None:
    assert write_charge(VIEWS, row(data="x" * 5000), row()).item == 5


def test_a_table_is_read_from_its_template() -> None:
    keys = [{"AttributeName": "pk", "KeyType": "HASH"}]
    index = {"IndexName": "i", "KeySchema": [{"AttributeName": "o", "KeyType": "HASH"}]}
    all_of_it = Table.of(
        "T",
        {
            "KeySchema": keys,
            "GlobalSecondaryIndexes": [index | {"Projection": {"ProjectionType": "ALL"}}],
        },
    )
    only_keys = Table.of(
        "T",
        {
            "KeySchema": keys,
            "GlobalSecondaryIndexes": [index | {"Projection": {"ProjectionType": "KEYS_ONLY"}}],
        },
    )
    item = {"pk": {"S": "a"}, "o": {"S": "b"}, "data": {"S": "c"}}
    assert all_of_it.indexes[0].entry(item) == item
    assert only_keys.indexes[0].entry(item) == {"pk": {"S": "a"}, "o": {"S": "b"}}


def test_a_query_is_charged_for_the_sum_and_at_least_one_block() -> None:
    assert read_units([3000, 3000], consistent=True) == 2.0
    assert read_units([], consistent=False) == 0.5


def test_a_basket_is_priced_part_by_part() -> None:
    counted = dict.fromkeys(PRICES, 0.0) | {"state_transitions": 6, "api_requests": 14}
    priced = per_million_cases(counted, PRICES)
    assert (priced["state_transitions"], priced["api_requests"]) == (
        pytest.approx(150),
        pytest.approx(49),
    )
