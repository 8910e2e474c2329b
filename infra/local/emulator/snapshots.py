"""Snapshots of the emulator every second, so that kill -9 loses two at most, under load as well.

The emulator saves only at a clean shutdown, one service after the other, while others go on
writing. Here the event loop forks: DynamoDB, SQS and the others answer on that loop, so the child
sees all of them between two requests, takes its time, writes a new generation aside and flips one
link to it. A kill at any moment leaves a whole generation. What only deployments move is written
while one may be under way, and linked from the generation before otherwise; of rows what has moved
(``row_files``).
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import copy
import gc
import json
import logging
import os
import shutil
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ministack import app as emulator
from ministack.core import persistence
from ministack.services import lambda_svc, stepfunctions

from infra.local.emulator.patches import require, table_streams
from infra.local.emulator.row_files import Change, RowFiles, listed, without_rows

SECONDS = 1.0
_IDLE_SECONDS = 30.0  # without a request or an invocation only clocks inside the emulator move
_STUCK_SECONDS = 60.0
_AT_LEISURE = 10  # the niceness of what nobody waits for; a snapshot is little work, and due
_FINISHED_KEPT = 1000
# What only deployments move, and as whose calls: half of a young city's state. A deployment goes on
# for a while after the call that began it.
_DEPLOYED = ("cloudformation", "apigateway_v1")
_DEPLOYING = (b"/cloudformation/aws4_request", b"/apigateway/aws4_request")
_DEPLOYMENT_SECONDS = 120.0
_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Merging:
    """A process that makes one file of these."""

    child: int
    names: list[str]
    merged: str


class Snapshots:
    """Writes generations of the emulator's state below ``root``; ``root/current`` is the newest."""

    def __init__(self, root: Path, listening: Sequence[int]) -> None:
        self.root = root
        self.current = root / "current"
        self.requests = 0
        self._listening = listening
        self._seen = (0, 0)
        self._rows = RowFiles(root / "rows")
        self._saving: tuple[int, Change] | None = None
        self._merging: _Merging | None = None
        self._deploying_until = time.monotonic() + _DEPLOYMENT_SECONDS
        require(emulator, "_build_persistence_save_dict")
        require(persistence, "_json_default", "_state_format_version")
        blobs = ("CODE_BLOB_DIR", "_write_code_blob", "_prune_orphan_code_blobs")
        require(lambda_svc, *blobs, "_inflight_total")
        require(emulator, "_load_persisted_state", "save_all", "_state_map", "_get_module")
        lambda_svc.CODE_BLOB_DIR = str(root / "code")
        self._loaded = asyncio.Event()
        emulator._load_persisted_state = self._load
        emulator.save_all = lambda services: self.save_now()
        root.mkdir(parents=True, exist_ok=True)
        self._remove_stale()

    def _remove_stale(self) -> None:
        """What a killed emulator left of a generation that it did not finish."""
        newest = self.current.resolve() if self.current.exists() else None
        for generation in self.root.glob("generation-*"):
            if generation != newest:
                shutil.rmtree(generation, ignore_errors=True)

    def note_request(self, scope: dict[str, Any]) -> None:
        """Something may have moved, and more of it by a call that deploys."""
        self.requests += 1
        for name, value in scope["headers"]:
            if name == b"authorization" and any(mark in value for mark in _DEPLOYING):
                self._deploying_until = time.monotonic() + _DEPLOYMENT_SECONDS

    def load_from(self) -> str:
        """The directory from which the emulator loads its state; made when there is none yet."""
        if not self.current.exists():
            first = self.root / "generation-0"
            first.mkdir(exist_ok=True)
            _point(self.current, first)
        return str(self.current)

    def _load(self) -> None:
        """Loads every service or raises; the emulator would go on empty and save that instead."""
        for name, module in emulator._state_map.items():
            path = self.current / f"{name}.json"
            if not path.exists():
                continue
            state = persistence.load_state(name)
            if state is None:
                raise ValueError(f"{path} cannot be read")
            emulator._get_module(module).load_persisted_state(state)
        self._rows.load(self.current)
        self._rows.watch()
        self._loaded.set()

    async def keep_saving(self) -> None:
        """Saves for ever, once the last state is loaded; runs on the emulator's loop."""
        await self._loaded.wait()
        saved_at = time.monotonic()
        while True:
            started = time.monotonic()
            activity = (self.requests, lambda_svc._inflight_total)
            is_due = started - saved_at > _IDLE_SECONDS
            if activity != self._seen or is_due:
                self._seen = activity
                await self.save(is_whole=is_due)
                saved_at = time.monotonic()
                self._merge()
            await asyncio.sleep(SECONDS)

    async def save(self, is_whole: bool = True) -> bool:
        """Forks a child that writes one generation; True when it did."""
        deployed_too = is_whole or time.monotonic() < self._deploying_until
        child = self._begin(deployed_too)
        deadline = time.monotonic() + _STUCK_SECONDS
        while self._saving and time.monotonic() < deadline:
            pid, status = os.waitpid(child, os.WNOHANG)
            if pid:
                return self._end(status)
            await asyncio.sleep(0.02)
        self._break_off()
        return False

    def save_now(self) -> bool:
        """As ``save``, for a process that is about to end: blocks."""
        self._break_off()
        child = self._begin(deployed_too=True)
        _, status = os.waitpid(child, 0)
        return self._end(status)

    def _begin(self, deployed_too: bool) -> int:
        change = self._rows.begin()
        child = self._fork_snapshot(change, deployed_too)
        self._saving = child, change
        return child

    def _end(self, status: int) -> bool:
        """The child of now has ended; True when it wrote a generation."""
        assert self._saving
        _, change = self._saving
        self._saving = None
        self._rows.end(change, is_written=status == 0)
        if status:
            _logger.error("a snapshot failed (%d); the one before it stands", status)
        return status == 0

    def _break_off(self) -> None:
        """Ends a child that is stuck, or in the way of the last one."""
        if self._saving:
            child, _ = self._saving
            os.kill(child, signal.SIGKILL)
            _, status = os.waitpid(child, 0)
            self._end(status)

    def _merge(self) -> None:
        """Files of rows become one beside the snapshots, when they are many."""
        if self._merging is None:
            names = self._rows.to_merge()
            if names:
                merged = f"merged-{time.time_ns()}"
                child = self._fork(lambda: self._rows.merge(names, merged), _AT_LEISURE)
                self._merging = _Merging(child, names, merged)
            return
        pid, status = os.waitpid(self._merging.child, os.WNOHANG)
        if pid:
            if status == 0:
                self._rows.take_up(self._merging.names, self._merging.merged)
            self._merging = None

    def _fork_snapshot(self, change: Change, deployed_too: bool) -> int:
        parent = os.getpid()
        digests = _share_code()
        return self._fork(lambda: self._write_generation(parent, digests, change, deployed_too))

    def _fork(self, work: Callable[[], None], niceness: int = 0) -> int:
        """A child that does it and ends; its id."""
        child = os.fork()
        if child:
            return child
        status = 1
        try:
            self._be_a_snapshot()
            os.nice(niceness)
            work()
            status = 0
        except BaseException as error:
            text = f"snapshot: {type(error).__name__}: {error}\n"
            os.write(2, text.encode())
        os._exit(status)

    def _be_a_snapshot(self) -> None:
        """A snapshot that outlives a killed emulator must not keep its ports."""
        for number in self._listening:
            with contextlib.suppress(OSError):
                os.close(number)
        gc.disable()
        signal.signal(signal.SIGTERM, signal.SIG_IGN)

    def _write_generation(
        self,
        parent: int,
        digests: dict[int, str],
        change: Change,
        deployed_too: bool,
    ) -> None:
        """Writes every service's state; runs in the child, whose memory nobody else sees."""
        before = self.current.resolve()
        aside = self.root / f"generation-{time.time_ns()}"
        aside.mkdir()
        write_blob = lambda_svc._write_code_blob
        remove_orphans = lambda_svc._prune_orphan_code_blobs
        in_use: list[set[str]] = []
        copy.deepcopy = lambda value, *_: value  # type: ignore
        lambda_svc._write_code_blob = lambda code: _blob(
            digests,
            write_blob,
            code,
        )
        lambda_svc._prune_orphan_code_blobs = in_use.append
        table_streams.drop_read_records()
        _shrink_executions()
        for name, get_state in emulator._build_persistence_save_dict().items():
            earlier = before / f"{name}.json"
            may_have_moved = deployed_too or name not in _DEPLOYED or not earlier.exists()
            state = get_state() if may_have_moved else None
            if name == "dynamodb":
                state = without_rows(state)
            if state is not None:
                version = persistence._state_format_version(name)
                _write(aside / earlier.name, version, state)
            elif earlier.exists():
                os.link(earlier, aside / earlier.name)
        self._rows.write(change, aside)
        if os.getppid() != parent:
            return  # the emulator was killed meanwhile, and its successor may already have loaded
        _point(self.current, aside)
        merged = self._merging.merged if self._merging else ""
        self._rows.remove_others({*listed(aside), merged})
        for referenced in in_use:
            remove_orphans(referenced)
        shutil.rmtree(before, ignore_errors=True)


def _share_code() -> dict[int, str]:
    """Lets functions of one zip share its bytes.

    Returns each zip's digest by the identity of its bytes.
    """
    shared: dict[str, bytes] = {}
    for record in lambda_svc._functions._data.values():
        for owner in (record, *record.get("versions", {}).values()):
            code = owner.get("code_zip")
            sha256 = owner.get("config", {}).get("CodeSha256")
            if isinstance(code, bytes) and sha256:
                digest = base64.b64decode(sha256).hex()
                owner["code_zip"] = shared.setdefault(digest, code)
    return {id(code): digest for digest, code in shared.items()}


def _blob(digests: dict[int, str], write: Callable[[bytes], str], code: bytes) -> str:
    """The digest of a zip, which is written unless it is there."""
    digest = digests.get(id(code))
    if digest:
        path = Path(lambda_svc.CODE_BLOB_DIR, f"{digest}.zip")
        if path.exists():
            return digest
    return write(code)


def _write(path: Path, version: int, state: Any) -> None:
    document = {"__ministack_format__": version, "payload": state}
    text = json.dumps(document, default=persistence._json_default)
    path.write_text(text)


def _point(link: Path, target: Path) -> None:
    aside = link.with_name(f"{link.name}.{os.getpid()}")
    aside.symlink_to(target.name)
    os.replace(aside, link)


def _shrink_executions() -> None:
    """Histories of finished executions are not worth keeping; their names must stay taken."""
    executions = stepfunctions._executions._data.values()
    finished = [each for each in executions if each.get("status") != "RUNNING"]
    finished.sort(key=_stopped_at)
    for execution in finished[:-_FINISHED_KEPT]:
        execution["events"] = []


def _stopped_at(execution: dict[str, Any]) -> str:
    return str(execution.get("stopDate") or "")
