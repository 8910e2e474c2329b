"""The sample city on an embedded AWS: deployed and loaded when it changed, its functions warm."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from infra.local.emulator.embedded import ROOT, EmbeddedError, Running

STAGE = "embedded"
_DEPLOYED_FROM = (
    "app.py",
    "chalicelib",
    "schemas",
    ".chalice",
    "requirements.txt",
    "infra/template.yaml",
    "infra/flows",
    "infra/build",
    "infra/stages",
    "infra/deploy.py",
)
_LOADED_FROM = ("infra/seed",)
_WARM = {"api": 4, "open_task": 2}
_CALL_SECONDS = 300
_SHOWN = 4000  # characters of a failed tool's output


def make_ready(running: Running, *, with_history: bool = False) -> dict[str, Any]:
    """Deploys and loads what changed since the last time, warms the functions, runs the sweeps.

    A new city is loaded ``with_history`` where that is asked for; one that stands keeps its own.

    The sweeps bring back what a restart of the emulator ended: running executions. Returns what was
    done, {"deployed": bool, "loaded": bool, "workers": n, "history": what was loaded of it}.
    Raises EmbeddedError with the tool's output on failure.
    """
    record = running.state_dir / "deployed.json"
    before = json.loads(record.read_text()) if record.exists() else {}
    now = {
        "code": _digest(_DEPLOYED_FROM) + json.dumps(running.parameters()),
        "seed": _digest(_LOADED_FROM),
    }
    deploys = before.get("code") != now["code"] or not _stack_exists(running)
    loads = deploys or before.get("seed") != now["seed"]
    if deploys:
        _deploy(running)
    history: dict[str, Any] = {}
    if loads and with_history and not before:
        history = json.loads(run_tool(running, "infra.seed.history"))
    elif loads:
        run_tool(running, "infra.seed.load")
    record.write_text(json.dumps(now))
    warmed = call(running, "warm", {"functions": _more_workers(running)})
    call(running, "tick", {})
    return {
        "deployed": deploys,
        "loaded": loads,
        "workers": sum(warmed["workers"].values()),
        "history": history,
    }


def call(running: Running, route: str, body: dict[str, Any]) -> Any:
    """Posts to a control route of the embedded AWS, /__local/<route>, and returns its answer."""
    request = urllib.request.Request(
        f"{running.gateway}/__local/{route}",
        json.dumps(body).encode(),
        {"Content-Type": "application/json"},
        method="POST",
    )
    with urllib.request.urlopen(request, timeout=_CALL_SECONDS) as answer:
        return json.load(answer)


def run_tool(running: Running, module: str, *arguments: str) -> str:
    """Runs a module of infra against the embedded AWS; what it printed.

    Raises EmbeddedError with its output.
    """
    command = [
        sys.executable,
        "-m",
        module,
        "--stage",
        STAGE,
        "--endpoint",
        running.aws,
        *arguments,
    ]
    ended = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **running.environment()},
        capture_output=True,
        text=True,
    )
    if ended.returncode:
        output = ended.stdout[-_SHOWN:] + ended.stderr[-_SHOWN:]
        raise EmbeddedError(f"{module} failed:\n{output}")
    return ended.stdout


def people() -> list[dict[str, Any]]:
    """The people of the sample city, as infra/seed/people.json has them."""
    path = ROOT / "infra" / "seed" / "people.json"
    found: list[dict[str, Any]] = json.loads(path.read_text())
    return found


def _deploy(running: Running) -> None:
    arguments = []
    for name, value in running.parameters().items():
        arguments.append(f"--parameter={name}={value}")
    run_tool(running, "infra.deploy", *arguments)


def _more_workers(running: Running) -> dict[str, int]:
    """How many workers those functions get that many call at once."""
    pages = running.client("lambda").get_paginator("list_functions").paginate()
    wanted = {}
    for page in pages:
        for function in page["Functions"]:
            name = function["FunctionName"]
            for part, count in _WARM.items():
                if part in name.lower():
                    wanted[name] = count
    return wanted


def _stack_exists(running: Running) -> bool:
    stacks = running.client("cloudformation").list_stacks()["StackSummaries"]
    complete = [stack for stack in stacks if stack["StackStatus"].endswith("_COMPLETE")]
    names = {stack["StackName"] for stack in complete}
    return f"sunlit-{STAGE}" in names


def _digest(paths: Iterable[str]) -> str:
    """A hash of what lies below the paths, so that an unchanged tree is not deployed again."""
    digest = hashlib.sha256()
    for path in paths:
        for file in _files(ROOT / path):
            name = str(file.relative_to(ROOT))
            digest.update(name.encode() + b"\0")
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _files(top: Path) -> Iterator[Path]:
    """The files at or below a path, in order."""
    paths = sorted(top.rglob("*")) if top.is_dir() else [top]
    for path in paths:
        if path.is_file() and "__pycache__" not in path.parts:
            yield path
