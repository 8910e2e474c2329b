"""A throwaway embedded AWS with the sample city, its functions warm, and the recorder inside it."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Protocol
from unittest import mock

import httpx

from infra.build import BUILD, ROOT
from infra.local.city import sample
from infra.local.emulator import embedded
from tests.bench.report import BenchError, say
from tests.bench.rules import Table

STAGE = "embedded"
WORKERS = {"api": 8, "open_task": 4, "deliver": 2, "notify": 2}


class Server(Protocol):
    """The embedded AWS that a stack runs on: the endpoint, the city's origin, its process."""

    @property
    def aws(self) -> str: ...

    @property
    def gateway(self) -> str: ...

    @property
    def process(self) -> Any: ...

    def client(self, service: str) -> Any: ...


@dataclass(frozen=True)
class Stack:
    """A running stack: its origin, where its server runs, and how long its deployment took
    (seconds).
    """

    running: Server
    deploy_seconds: float
    http: httpx.Client

    @property
    def origin(self) -> str:
        """The city's one origin."""
        return self.running.gateway

    def local(self, route: str, body: dict[str, Any] | None = None) -> Any:
        """A control route, ``/__local/<route>``: POST with a body, else GET. Raises BenchError."""
        url = f"{self.origin}/__local/{route}"
        reply = self.http.get(url) if body is None else self.http.post(url, json=body)
        if reply.status_code != 200:
            raise BenchError(f"/__local/{route}: {reply.status_code} {reply.text[:300]}")
        return reply.json()

    def wait_quiet(self, seconds: float = 60, idle: float = 0.5) -> None:
        """Return when everything is delivered and no function has asked for anything for ``idle``
        seconds.
        """
        deadline = time.monotonic() + seconds
        while (found := self.local("bench/quiet"))["waiting"] or found["idle"] < idle:
            if time.monotonic() > deadline:
                raise BenchError(f"not quiet after {seconds} s: {found}")
            time.sleep(0.1)

    def keys(self) -> dict[str, str]:
        """Access key of each function's role -> the function's name as Chalice has it.

        The emulator derives the key from function and role, so a request's signature says who
        asked.
        """
        pages = self.running.client("lambda").get_paginator("list_functions").paginate()
        found = {}
        for function in (f for page in pages for f in page["Functions"]):
            digest = hashlib.sha256(
                f"{function['FunctionArn']}:{function['Role']}".encode()
            ).hexdigest()
            found[f"ASIA{digest[:16].upper()}"] = short_name(function["FunctionName"])
        return found

    def tables(self) -> dict[str, Table]:
        """Physical name -> the table, under its name in the template."""
        pages = self.running.client("cloudformation").get_paginator("list_stack_resources")
        database = self.running.client("dynamodb")
        found = {}
        for page in pages.paginate(StackName=f"sunlit-{STAGE}"):
            for resource in page["StackResourceSummaries"]:
                if resource["ResourceType"] == "AWS::DynamoDB::Table":
                    name = resource["PhysicalResourceId"]
                    described = database.describe_table(TableName=name)["Table"]
                    found[name] = Table.of(resource["LogicalResourceId"], described)
        return found

    def workers(self) -> dict[int, str]:
        """Processes that the server started to run handlers, by the function that they run."""
        own = self.running.process.pid
        found = {}
        for entry in Path("/proc").iterdir():
            try:
                if (
                    entry.name.isdigit()
                    and _parent(entry) == own
                    and b"worker.py" in (entry / "cmdline").read_bytes()
                ):
                    found[int(entry.name)] = _function(entry)
            except OSError:
                continue
        return found

    def worker_cpu(self) -> dict[str, float]:
        """Seconds of user and system time that each function's processes have taken so far."""
        spent: dict[str, float] = defaultdict(float)
        for pid, function in self.workers().items():
            spent[function] += _cpu_seconds(pid)
        return spent

    def server_cpu(self) -> float:
        """Seconds of user and system time of the embedded AWS itself."""
        return _cpu_seconds(self.running.process.pid)


def short_name(function: str) -> str:
    """``sunlit-embedded-open_task`` is ``open_task``; the API function is ``api_handler``."""
    return re.sub(rf"^sunlit-{STAGE}-", "", function)


def _stat(entry: Path) -> list[str]:
    return (entry / "stat").read_text().rpartition(")")[2].split()


def _parent(entry: Path) -> int:
    return int(_stat(entry)[1])


def _function(entry: Path) -> str:
    variables = dict(
        v.split("=", 1) for v in (entry / "environ").read_text().split("\0") if "=" in v
    )
    return short_name(variables.get("AWS_LAMBDA_FUNCTION_NAME", "unknown"))


def _cpu_seconds(pid: int) -> float:
    """Of all threads of one process; 0 when it has ended."""
    try:
        fields = _stat(Path(f"/proc/{pid}"))
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _popen(command: list[str], **options: Any) -> "subprocess.Popen[bytes]":
    """Start the server with the recorder in place of the plain one."""
    changed = [
        "tests.bench.server" if part == "infra.local.emulator.server" else part for part in command
    ]
    if changed == command:
        raise BenchError(
            "embedded.py no longer starts infra.local.emulator.server: tests/bench/stack.py must follow"
        )
    return subprocess.Popen(changed, **options)


def _start(state: Path) -> embedded.Running:
    ours = SimpleNamespace(Popen=_popen, PIPE=subprocess.PIPE)
    with mock.patch.object(embedded, "subprocess", ours):
        return embedded.start(state)


def _deploy(running: embedded.Running) -> float:
    """Deploy the tree as it is, package and all, and return how long it took."""
    (BUILD / STAGE / ".built").unlink(missing_ok=True)
    command = [sys.executable, "-m", "infra.deploy", "--stage", STAGE, "--endpoint", running.aws]
    command += [f"--parameter={name}={value}" for name, value in running.parameters().items()]
    started = time.monotonic()
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **running.environment()},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise BenchError(f"infra.deploy failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return time.monotonic() - started


@contextmanager
def deployed() -> Iterator[Stack]:
    """The stack, deployed, loaded and warm; everything is gone afterwards."""
    state = Path(tempfile.mkdtemp(prefix="sunlit-bench-"))
    try:
        with _start(state) as running, httpx.Client(timeout=120, trust_env=False) as http:
            say("deploying the embedded stack")
            seconds = _deploy(running)
            sample.run_tool(running, "infra.seed.load")
            stack = Stack(running, seconds, http)
            functions = [f"sunlit-{STAGE}-{name}" for name in stack.keys().values()]
            wanted = {name: n for name in functions for part, n in WORKERS.items() if part in name}
            stack.local("warm", {"functions": wanted})
            stack.local("tick", {})
            yield stack
    finally:
        shutil.rmtree(state, ignore_errors=True)
