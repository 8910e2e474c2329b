"""What the embedded AWS keeps when it is killed, and that nothing of it outlives it."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from infra.local import embedded, probe


def eventually(check: Callable[[], Any], seconds: float = 20) -> Any:
    """The first true value of ``check``, asked again and again for at most ``seconds``."""
    deadline = time.monotonic() + seconds
    while not (found := check()):
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.05)
    return found


def test_kill_9_loses_seconds_at_most_and_what_is_kept_is_whole(tmp_path: Path) -> None:
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
    written_at = []
    deadline = time.monotonic() + 6
    while time.monotonic() < deadline:
        item = {"pk": {"S": str(len(written_at))}}
        puts = [{"Put": {"TableName": name, "Item": item}} for name in ("pairs", "twins")]
        tables.transact_write_items(TransactItems=puts)
        written_at.append(time.monotonic())
    running.kill()
    killed_at = written_at[-1]
    eventually(lambda: not _processes_of(running))
    with embedded.start(tmp_path) as again:
        assert again.aws == running.aws
        kept = [_keys(again, name) for name in ("pairs", "twins")]
        assert kept[0] == kept[1], "a transaction is kept whole or not at all"
        assert kept[0] == set(range(len(kept[0]))), "what came before something kept is kept"
        assert killed_at - written_at[len(kept[0]) - 1] < 5
    with embedded.start(tmp_path) as third:
        assert _keys(third, "pairs") == kept[0]


def test_no_worker_outlives_a_killed_emulator(tmp_path: Path) -> None:
    running = embedded.start(tmp_path)
    roles = running.client("iam")
    trust = probe.role("lambda.amazonaws.com", "sqs:*")["Properties"]["AssumeRolePolicyDocument"]
    role = roles.createprobe.role(RoleName="probe", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("index.py", probe.HANDLER)
    code = {"Handler": "index.handler", "Runtime": "python3.11", "Code": {"ZipFile": zipped.getvalue()}}
    running.client("lambda").create_function(FunctionName="probe", Role=role, **code)
    pid = probe.invoke(running, {})[0]["pid"]
    os.kill(running.process.pid, signal.SIGKILL)
    eventually(lambda: not Path(f"/proc/{pid}").exists())
    running.kill()


def test_the_emulator_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    script = f"import os; from infra.local import embedded; r = embedded.start({str(tmp_path)!r})"
    told = "; print(r.process.pid, flush=True); os._exit(0)"
    started = subprocess.run([sys.executable, "-c", script + told], capture_output=True, text=True, check=True)
    eventually(lambda: not Path(f"/proc/{int(started.stdout)}").exists())


def _keys(running: embedded.Running, table: str) -> set[int]:
    pages = running.client("dynamodb").get_paginator("scan").paginate(TableName=table)
    return {int(item["pk"]["S"]) for page in pages for item in page["Items"]}


def _processes_of(running: embedded.Running) -> list[str]:
    session = ["ps", "-o", "stat=,args=", "-g", str(running.process.pid)]
    found = subprocess.run(session, capture_output=True, text=True).stdout.splitlines()
    return [process for process in found if not process.startswith("Z")]
