"""Another revision beside this one: its tree, its deployed stack, and its own bench.

Its stack is deployed by its own code on an embedded AWS of its own, and driven by this tree's
clients. What is measured inside a process is measured by the bench that the revision had.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx

from infra.build import CACHE, ROOT
from tests.bench.report import BenchError, Line, need, say
from tests.bench.stack import STAGE, Stack

# Runs in the revision's tree: deploys it and keeps it until standard input ends.
_HOLD = """
import json, sys
from tests.bench.stack import deployed
with deployed() as stack:
    running = stack.running
    told = {"aws": running.aws, "gateway": running.gateway, "region": running.region}
    told |= {"pid": running.process.pid, "deploy_seconds": stack.deploy_seconds}
    told["access"] = running.environment()
    print(json.dumps(told), flush=True)
    sys.stdin.read()
"""
GROUP_SECONDS = 600


@dataclass(frozen=True)
class HeldServer:
    """The embedded AWS of another tree, as ``Stack`` asks for one."""

    aws: str
    gateway: str
    region: str
    process: SimpleNamespace
    """``pid``: the server's."""
    access: dict[str, str]
    """Its owner's credentials, as environment variables."""

    def client(self, service: str) -> Any:
        """A boto3 client of ``service`` at this endpoint."""
        import boto3

        return boto3.client(
            service,
            endpoint_url=self.aws,
            region_name=self.region,
            aws_access_key_id=self.access["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=self.access["AWS_SECRET_ACCESS_KEY"],
        )


@dataclass(frozen=True)
class Base:
    """A revision's tree in a temporary folder."""

    tree: Path

    @contextmanager
    def deployed(self) -> Iterator[Stack]:
        """Its stack, deployed, loaded and warm; gone afterwards. Raises BenchError."""
        say("deploying the base's stack")
        command = [sys.executable, "-c", _HOLD]
        holder = subprocess.Popen(
            command,
            cwd=self.tree,
            env=_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert holder.stdout is not None
            told = json.loads(need(holder.stdout.readline(), "the base's stack did not start"))
            process = SimpleNamespace(pid=told.pop("pid"))
            seconds = told.pop("deploy_seconds")
            with httpx.Client(timeout=120, trust_env=False) as http:
                yield Stack(HeldServer(**told, process=process), seconds, http)
        finally:
            holder.communicate()  # ends its input, and waits until nothing is left running

    def measure(self, group: str) -> list[Line]:
        """What its own bench prints of a group. Raises BenchError."""
        if not (self.tree / "build" / STAGE / "deployment.zip").exists():
            self._run("infra.build.package", "--stage", STAGE)
        printed = self._run("tests.bench", group)
        return [json.loads(line) for line in printed.splitlines()]

    def _run(self, module: str, *arguments: str) -> str:
        command = [sys.executable, "-m", module, *arguments]
        ended = subprocess.run(
            command,
            cwd=self.tree,
            env=_environment(),
            capture_output=True,
            text=True,
            timeout=GROUP_SECONDS,
        )
        if ended.returncode:
            told = f"{ended.stdout[-1000:]}{ended.stderr[-2000:]}"
            raise BenchError(f"the base's {module} failed:\n{told}")
        return ended.stdout


def _environment() -> dict[str, str]:
    """Without a path to this tree's modules."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


@contextmanager
def checked_out(revision: str) -> Iterator[Base]:
    """The revision's tree, a worktree of this repository. Raises BenchError for an unknown one."""
    folder = Path(tempfile.mkdtemp(prefix="sunlit-base-"))
    tree = folder / "tree"
    try:
        _git("worktree", "add", "--quiet", "--detach", str(tree), revision)
        _copy_vendored(tree)
        yield Base(tree)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        _git("worktree", "prune")


def _copy_vendored(tree: Path) -> None:
    """Dependencies with the same pins need not be vendored again."""
    (tree / CACHE.name).mkdir()
    for path in CACHE.glob("vendored-*.zip"):
        shutil.copy(path, tree / CACHE.name)


def _git(*arguments: str) -> None:
    ended = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True)
    if ended.returncode:
        raise BenchError(f"git {' '.join(arguments)}: {ended.stderr.strip()}")
