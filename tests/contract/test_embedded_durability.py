"""What the embedded AWS keeps when it is killed, and that nothing of it outlives it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from infra.local.emulator import embedded, probe, row_files


def eventually(check: Callable[[], Any], seconds: float = 20) -> Any:
    """The first true value of ``check``, asked again and again for at most ``seconds``."""
    deadline = time.monotonic() + seconds
    while not (found := check()):
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.05)
    return found


def test_kill_9_loses_what_came_after_the_last_snapshot_and_nothing_by_halves(
    tmp_path: Path,
) -> None:
    running = embedded.start(tmp_path)
    tables = running.client("dynamodb")
    tables.create_table(**PAIRS)
    tables.create_table(**{**PAIRS, "TableName": "twins"})
    written_when: dict[Path, int] = {}
    number = 0
    while len(written_when) < 3 or number < written_when[max(written_when)] + 50:
        written_when.setdefault((tmp_path / "aws" / "current").resolve(), number)
        item = {"pk": {"S": str(number)}}
        puts = [{"Put": {"TableName": name, "Item": item}} for name in ("pairs", "twins")]
        tables.transact_write_items(TransactItems=puts)
        number += 1
    running.kill()
    eventually(lambda: not _processes_of(running))
    surely_kept = sorted(written_when.values())[
        1
    ]  # the last snapshot began after the one before it was there
    with embedded.start(tmp_path) as again:
        assert again.aws == running.aws
        kept = [_keys(again, name) for name in ("pairs", "twins")]
        assert kept[0] == kept[1], "a transaction is kept whole or not at all"
        assert kept[0] == set(range(len(kept[0]))), "what came before something kept is kept"
        assert len(kept[0]) >= surely_kept > 0
    with embedded.start(tmp_path) as third:
        assert _keys(third, "pairs") == kept[0]


PAIRS = {
    "TableName": "pairs",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
}
MANY, MOVED = 100_000, 200


def test_of_many_rows_a_snapshot_writes_those_that_have_moved_and_a_restart_finds_all(
    tmp_path: Path,
) -> None:
    with embedded.start(tmp_path) as running:
        tables = running.client("dynamodb")
        tables.create_table(**PAIRS)
        _put(running, "pairs", -1)
        arn = tables.describe_table(TableName="pairs")["Table"]["TableArn"]
    with (tmp_path / "aws" / "rows" / _files(tmp_path)[-1]).open("a") as file:
        for number in range(MANY):
            item = {"pk": {"S": str(number)}, "text": {"S": "text " * 20}}
            key = [arn, str(number), "__no_sort__"]
            file.write(json.dumps([*key, item]) + "\n")
    running = embedded.start(tmp_path)
    before = _files(tmp_path)
    for number in range(MANY, MANY + MOVED):
        _put(running, "pairs", number)
    for number in range(MOVED):
        running.client("dynamodb").delete_item(TableName="pairs", Key={"pk": {"S": str(number)}})
    expected = {-1, *range(MOVED, MANY + MOVED)}
    eventually(lambda: len(_written_since(tmp_path, before)) >= 2 * MOVED)
    running.kill()
    written = _written_since(tmp_path, before)
    assert len(written) <= 3 * MOVED, "not all that there is"
    with embedded.start(tmp_path) as again:
        assert _keys(again, "pairs") == expected


def test_a_table_that_is_made_again_is_empty_after_a_kill(tmp_path: Path) -> None:
    running = embedded.start(tmp_path)
    tables = running.client("dynamodb")
    tables.create_table(**PAIRS)
    for number in range(3):
        _put(running, "pairs", number)
    before = eventually(lambda: _files(tmp_path))
    tables.delete_table(TableName="pairs")
    tables.create_table(**PAIRS)
    _put(running, "pairs", 7)
    eventually(lambda: not set(before) & set(_files(tmp_path)), 60)
    running.kill()
    with embedded.start(tmp_path) as again:
        assert _keys(again, "pairs") <= {7}


def test_many_files_of_rows_become_one_that_says_the_same(tmp_path: Path) -> None:
    files = row_files.RowFiles(tmp_path)
    said = [
        [("t", "a", "1", {"n": {"N": "1"}}), ("t", "b", "1", {"n": {"N": "1"}})],
        [("t", "a", "1", {"n": {"N": "2"}}), ("t", "c", "1", None)],
        [("t", "b", "1", None), ("t", "c", "1", {"n": {"N": "3"}})],
    ]
    for number, lines in enumerate(said):
        text = "".join(json.dumps(line) + "\n" for line in lines)
        (tmp_path / str(number)).write_text(text)
    names = files.files = ["0", "1", "2"]
    files.merge(names, "merged")
    lines = [json.loads(line) for line in (tmp_path / "merged").read_text().splitlines()]
    assert lines == [["t", "a", "1", {"n": {"N": "2"}}], ["t", "c", "1", {"n": {"N": "3"}}]]
    files.files = [*names, "3"]
    files.take_up(names, "merged")
    assert files.files == ["merged", "3"]
    files.take_up(names, "late")
    assert files.files == ["merged", "3"], "of what was written anew meanwhile nothing is taken up"


def test_rows_of_a_snapshot_that_failed_are_written_by_the_next(tmp_path: Path) -> None:
    files = row_files.RowFiles(tmp_path)
    files.files, files._moved = ["0"], {("t", "a", "1")}
    failed = files.begin()
    files._moved.add(("t", "b", "1"))
    files.end(failed, is_written=False)
    again = files.begin()
    assert again.places == {("t", "a", "1"), ("t", "b", "1")}
    files.end(again, is_written=True)
    assert again.name in files.files and files.begin().places == set()


def _files(state: Path) -> list[str]:
    return row_files.listed((state / "aws" / "current").resolve())


def _written_since(state: Path, before: list[str]) -> list[str]:
    """The rows in the files that have come since."""
    names = [name for name in _files(state) if name not in before]
    texts = [(state / "aws" / "rows" / name).read_text() for name in names]
    return [line for text in texts for line in text.splitlines()]


def _put(running: embedded.Running, table: str, number: int) -> None:
    item = {"pk": {"S": str(number)}}
    running.client("dynamodb").put_item(TableName=table, Item=item)


def test_no_worker_outlives_a_killed_emulator(tmp_path: Path) -> None:
    running = embedded.start(tmp_path)
    probe.deploy(running)
    probe.invoke(running, {})
    os.kill(running.process.pid, signal.SIGKILL)
    eventually(lambda: not _processes_of(running))
    running.kill()


def test_the_emulator_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    script = f"import os; from infra.local.emulator import embedded; r = embedded.start({str(tmp_path)!r})"
    told = "; print(r.process.pid, flush=True); os._exit(0)"
    started = subprocess.run(
        [sys.executable, "-c", script + told], capture_output=True, text=True, check=True
    )
    eventually(lambda: not Path(f"/proc/{int(started.stdout)}").exists())


def _keys(running: embedded.Running, table: str) -> set[int]:
    pages = running.client("dynamodb").get_paginator("scan").paginate(TableName=table)
    return {int(item["pk"]["S"]) for page in pages for item in page["Items"]}


def _processes_of(running: embedded.Running) -> list[str]:
    session = ["ps", "-o", "stat=,args=", "-g", str(running.process.pid)]
    found = subprocess.run(session, capture_output=True, text=True).stdout.splitlines()
    return [process for process in found if not process.startswith("Z")]
