"""Into the tables: what the past has left, and flows for the cases that are still open."""

from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import Any

from chalicelib.authority.grants.dynamodb import item_of as grants_item
from chalicelib.casework import Case, fold
from chalicelib.casework.execution import delivery, task_tokens
from chalicelib.kernel import stores
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.journal.dynamodb import item_of as journal_item
from chalicelib.kernel.settings import settings
from chalicelib.kernel.tables import Item
from chalicelib.kernel.views.dynamodb import item_of as views_item
from infra.seed.history.past import Past

BATCH = 25  # items that DynamoDB takes at once
SIDE_BY_SIDE = 2
OF_CASES = "case#"


def open_cases(past: Past) -> list[Case]:
    """Those that have not ended, as they stand."""
    found = []
    for stream, entries in past.journal.streams.items():
        if stream.startswith(OF_CASES):
            case = fold(entries)
            if not case.clocks.ended_at:
                found.append(case)
    return found


def lay_out_tasks(cases: Iterable[Case]) -> None:
    """Open tasks stand in their inboxes before their flows have come to them."""
    for case in cases:
        for visit in case.open_visits:
            stores.views().put(task_tokens.task_row(case, visit))


class Writer:
    """Writes items by the batch, while the past is still being played.

    What stands under their keys is overwritten.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self._pool = ThreadPoolExecutor(SIDE_BY_SIDE)
        self._written: list[Future[None]] = []
        self._waiting: list[Entry] = []

    def hear(self, entry: Entry) -> None:
        """One more entry of the journal."""
        self._waiting.append(entry)
        if len(self._waiting) == BATCH:
            self._write_entries()

    def finish(self, past: Past) -> None:
        """All that is left, and the rows as they are at the end; back when it is written."""
        self._write_entries()
        self._write(settings().views_table, map(views_item, past.views.all_rows()))
        self._write(settings().grants_table, map(grants_item, past.grants.rows.values()))
        for written in self._written:
            written.result()

    def _write_entries(self) -> None:
        entries, self._waiting = self._waiting, []
        self._write(settings().journal_table, map(journal_item, entries))

    def _write(self, table: str, items: Iterable[Item]) -> None:
        rest = iter(items)
        while batch := list(islice(rest, BATCH)):
            puts = [{"PutRequest": {"Item": item}} for item in batch]
            self._written.append(self._pool.submit(_put, self._client, {table: puts}))


def _put(client: Any, batch: dict[str, Any]) -> None:
    while batch:
        batch = client.batch_write_item(RequestItems=batch).get("UnprocessedItems", {})


def start_flows(cases: Iterable[Case]) -> None:
    """An execution for each; it fast-forwards to where the case stands."""
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        list(pool.map(lambda case: delivery.start(case, "0"), cases))
