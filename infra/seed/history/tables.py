"""Into the tables: what the past has left, and flows for the cases that are still open."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

from chalicelib.authority.grants.dynamodb import item_of as grants_item
from chalicelib.casework import Case, fold
from chalicelib.casework.execution import delivery, task_tokens
from chalicelib.kernel import stores
from chalicelib.kernel.journal.dynamodb import item_of as journal_item
from chalicelib.kernel.settings import settings
from chalicelib.kernel.tables import Item
from chalicelib.kernel.views.dynamodb import item_of as views_item
from infra.seed.history.past import Past

BATCH = 25  # items that DynamoDB takes at once
SIDE_BY_SIDE = 4
OF_CASES = "case#"


def open_cases(past: Past) -> list[Case]:
    """Those that have not ended, as they stand."""
    found = []
    for stream, entries in past.journal.streams.items():
        if stream.startswith(OF_CASES):
            case = fold(entries)
            if not case.ended_at:
                found.append(case)
    return found


def lay_out_tasks(cases: Iterable[Case]) -> None:
    """Open tasks stand in their inboxes before their flows have come to them."""
    for case in cases:
        for visit in case.open_visits:
            stores.views().put(task_tokens.task_row(case, visit))


def write(client: Any, past: Past) -> dict[str, int]:
    """All entries and rows; how many of each. What stands under their keys is overwritten."""
    entries = [journal_item(entry) for entry in past.journal.all_entries()]
    rows = [views_item(row) for row in past.views.all_rows()]
    rights = [grants_item(row) for row in past.grants.rows.values()]
    tables = {
        settings().views_table: rows,
        settings().grants_table: rights,
        settings().journal_table: entries,
    }
    batches = [batch for table, items in tables.items() for batch in _batches(table, items)]
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        list(pool.map(lambda batch: _put(client, batch), batches))
    return {"entries": len(entries), "rows": len(rows) + len(rights)}


def _batches(table: str, items: list[Item]) -> Iterator[dict[str, Any]]:
    rest = iter(items)
    while batch := list(islice(rest, BATCH)):
        yield {table: [{"PutRequest": {"Item": item}} for item in batch]}


def _put(client: Any, batch: dict[str, Any]) -> None:
    while batch:
        batch = client.batch_write_item(RequestItems=batch).get("UnprocessedItems", {})


def start_flows(cases: Iterable[Case]) -> None:
    """An execution for each; it fast-forwards to where the case stands."""
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        list(pool.map(lambda case: delivery.start(case, "0"), cases))
