"""The sample city on an embedded AWS: deployed and loaded when it changed, its functions warm."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from infra.local.emulator.embedded import ROOT, EmbeddedError, Running

STAGE = "embedded"
_DEPLOYED_FROM = (
    "app.py", "chalicelib", "schemas", ".chalice", "requirements.txt", "infra/template.yaml", "infra/flows",
    "infra/build", "infra/stages", "infra/deploy.py",
)  # fmt: skip
_LOADED_FROM = ("infra/seed",)
_WARM = {"api": 4, "open_task": 2}


def make_ready(running: Running) -> dict[str, Any]:
    """Deploys and loads what changed since the last time here, warms the functions, fires the sweeps.

    The sweeps bring back what a restart of the emulator ended: running executions. Returns what was done,
    {"deployed": bool, "loaded": bool, "workers": n}. Raises EmbeddedError with the tool's output on failure.
    """
    record = running.state_dir / "deployed.json"
    before = json.loads(record.read_text()) if record.exists() else {}
    code = _digest(_DEPLOYED_FROM) + json.dumps(running.parameters())
    seed = _digest(_LOADED_FROM)
    deployed = before.get("code") != code or not _stack_exists(running)
    if deployed:
        parameters = [f"--parameter={name}={value}" for name, value in running.parameters().items()]
        run_tool(running, "infra.deploy", *parameters)
    loaded = deployed or before.get("seed") != seed
    if loaded:
        run_tool(running, "infra.seed.load")
    record.write_text(json.dumps({"code": code, "seed": seed}))
    workers = call(running, "warm", {"functions": _more_workers(running)})["workers"]
    call(running, "tick", {})
    return {"deployed": deployed, "loaded": loaded, "workers": sum(workers.values())}


def call(running: Running, route: str, body: dict[str, Any]) -> Any:
    """Posts to a control route of the embedded AWS, /__local/<route>, and returns its answer."""
    headers = {"Content-Type": "application/json"}
    url = f"{running.gateway}/__local/{route}"
    request = urllib.request.Request(url, json.dumps(body).encode(), headers, method="POST")
    with urllib.request.urlopen(request, timeout=300) as answer:
        return json.load(answer)


def _more_workers(running: Running) -> dict[str, int]:
    functions = running.client("lambda").get_paginator("list_functions").paginate()
    names = [f["FunctionName"] for page in functions for f in page["Functions"]]
    return {name: count for name in names for part, count in _WARM.items() if part in name.lower()}


def _stack_exists(running: Running) -> bool:
    stacks = running.client("cloudformation").list_stacks()["StackSummaries"]
    return any(s["StackName"] == f"sunlit-{STAGE}" and s["StackStatus"].endswith("_COMPLETE") for s in stacks)


def run_tool(running: Running, module: str, *arguments: str) -> None:
    command = [sys.executable, "-m", module, "--stage", STAGE, "--endpoint", running.aws, *arguments]
    environment = {**os.environ, **running.environment()}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise EmbeddedError(f"{module} failed:\n{done.stdout[-4000:]}{done.stderr[-4000:]}")


def _digest(paths: Iterable[str]) -> str:
    """A hash of what lies below the paths, so that an unchanged tree is not deployed again."""
    found = hashlib.sha256()
    for path in paths:
        top = ROOT / path
        for file in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if file.is_file() and "__pycache__" not in file.parts:
                found.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return found.hexdigest()


def people() -> list[dict[str, Any]]:
    """The people of the sample city, as infra/seed/people.json has them."""
    path = Path(ROOT) / "infra" / "seed" / "people.json"
    found: list[dict[str, Any]] = json.loads(path.read_text())
    return found
