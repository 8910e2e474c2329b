"""What the embedded AWS keeps when it is killed, and that nothing of it outlives it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from infra.local.emulator import embedded, probe


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
    table = {
        "TableName": "pairs",
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    }
    tables = running.client("dynamodb")
    tables.create_table(**table)
    tables.create_table(**{**table, "TableName": "twins"})
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
