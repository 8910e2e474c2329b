"""Pages of an index partition as the bench cuts them for the reconciler."""

from typing import Any

from tests.bench.index_pages import IndexPages

ROWS = [
    {"pk": {"S": f"case#{n}"}, "sk": {"S": "case"}, "due_shard": {"S": "a"}, "due_at": {"S": at}}
    for n, at in enumerate(("2026-03", "2026-01", "2026-02", "2026-02"))
]
OUTSIDE = {"pk": {"S": "case#9"}, "sk": {"S": "case"}}


def pages_of(partition: str, limit: int) -> list[list[str]]:
    index = IndexPages("due", "due_shard", "due_at", [*ROWS, OUTSIDE])
    asked: dict[str, Any] = {
        "IndexName": "due",
        "Limit": limit,
        "ExpressionAttributeValues": {":0": {"S": partition}},
    }
    pages = []
    while True:
        page = index.answer(asked)
        assert page is not None
        pages.append([item["pk"]["S"] for item in page["Items"]])
        if "LastEvaluatedKey" not in page:
            return pages
        asked["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def test_a_partition_comes_in_order_each_row_once() -> None:
    assert pages_of("a", 3) == [["case#1", "case#2", "case#3"], ["case#0"]]


def test_a_full_last_page_is_followed_by_an_empty_one() -> None:
    assert pages_of("a", 4) == [["case#1", "case#2", "case#3", "case#0"], []]


def test_a_partition_that_nobody_is_in_is_empty() -> None:
    assert pages_of("b", 3) == [[]]


def test_a_query_up_to_a_moment_is_left_to_the_emulator() -> None:
    values = {":0": {"S": "a"}, ":1": {"S": "2026-02"}}
    asked = {"IndexName": "due", "Limit": 3, "ExpressionAttributeValues": values}
    assert IndexPages("due", "due_shard", "due_at", ROWS).answer(asked) is None
