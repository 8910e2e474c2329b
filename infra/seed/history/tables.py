"""Into the tables: what the past has left, and flows for the cases that are still open."""

import gc
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from itertools import islice
from typing import Any

import boto3

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
AT_ONCE = 100  # that are handed to another process
SIDE_BY_SIDE = 2
JOURNAL, VIEWS, GRANTS = "journal", "views", "grants"
OF_CASES = "case#"
_client: Any = None


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
    """Writes items by the batch in processes of their own, while the past is still being played in
    this one.

    What stands under their keys is overwritten.
    """

    def __init__(self) -> None:
        self._pool = ProcessPoolExecutor(SIDE_BY_SIDE, initializer=_connect)
        self._written: list[Future[None]] = []
        self._waiting: list[Entry] = []
        self._written.append(self._pool.submit(_put, JOURNAL, []))  # begins while nobody waits

    def hear(self, entry: Entry) -> None:
        """One more entry of the journal."""
        self._waiting.append(entry)
        if len(self._waiting) == AT_ONCE:
            self._write_entries()

    def finish(self, past: Past) -> None:
        """All that is left, and the rows as they are at the end; back when it is written."""
        self._write_entries()
        self._write(VIEWS, past.views.all_rows())
        self._write(GRANTS, past.grants.rows.values())
        for written in self._written:
            written.result()
        self._pool.shutdown()

    def _write_entries(self) -> None:
        entries, self._waiting = self._waiting, []
        self._write(JOURNAL, entries)

    def _write(self, table: str, rows: Iterable[Any]) -> None:
        rest = iter(rows)
        while some := list(islice(rest, AT_ONCE)):
            self._written.append(self._pool.submit(_put, table, some))


def _connect() -> None:
    """A process has connections of its own."""
    global _client
    gc.disable()
    _client = boto3.session.Session().client("dynamodb")


def _put(table: str, rows: Sequence[Any]) -> None:
    """Write entries or rows, 25 at once."""
    name, item_of = _tables()[table]
    for first in range(0, len(rows), BATCH):
        puts = []
        for row in rows[first : first + BATCH]:
            item = item_of(row)
            puts.append({"PutRequest": {"Item": item}})
        batch: dict[str, Any] = {name: puts}
        while batch:
            batch = _client.batch_write_item(RequestItems=batch).get("UnprocessedItems", {})


def _tables() -> dict[str, tuple[str, Callable[[Any], Item]]]:
    """Each table's name, and how what is kept of it becomes an item."""
    return {
        JOURNAL: (settings().journal_table, journal_item),
        VIEWS: (settings().views_table, views_item),
        GRANTS: (settings().grants_table, grants_item),
    }


def start_flows(cases: Iterable[Case]) -> None:
    """An execution for each; it fast-forwards to where the case stands."""
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        list(pool.map(lambda case: delivery.start(case, "0"), cases))
