"""Inside the embedded AWS: what the functions ask of it, what their writes changed, how they ran,
what waits.

``install`` hangs it onto the emulator's own functions; ``/__local/bench/...`` on the gateway reads
it.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from flask import Flask, jsonify, request
from ministack.services import dynamodb, lambda_svc

from infra.local.emulator.gateway import Gateway
from infra.local.emulator.patches import require

Record = dict[str, Any]
_current: ContextVar[Record | None] = ContextVar("current", default=None)


class Recorder:
    """Requests and invocations while it is on; the journal's undelivered cases always."""

    def __init__(self) -> None:
        self.is_on = False
        self.requests: list[Record] = []
        self.invocations: list[Record] = []
        self.busy = 0
        self.last = time.monotonic()
        self.backlog = Backlog()

    def take(self) -> dict[str, Any]:
        """All that was recorded since the last time, and forget it."""
        taken = {"requests": self.requests, "invocations": self.invocations}
        self.requests, self.invocations = [], []
        return taken


class Backlog:
    """Cases whose newest entry their view row does not show yet, and since when."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._newest: dict[str, int] = {}
        self._since: dict[str, float] = {}
        self.ended = 0
        self.worst = 0.0

    def appended(self, stream: str, seq: int) -> None:
        """An entry is on record."""
        with self._lock:
            self._newest[stream] = seq
            self._since.setdefault(stream, time.monotonic())

    def shown(self, stream: str, version: int, ended: bool) -> None:
        """A case's view row shows that many entries."""
        with self._lock:
            if version >= self._newest.get(stream, 0) and stream in self._since:
                self.worst = max(self.worst, time.monotonic() - self._since.pop(stream))
                self._newest.pop(stream, None)
                self.ended += ended

    def look(self, forget: bool) -> dict[str, float]:
        """{waiting, oldest (s), worst (s, since the last ``forget``), ended (cases shown as
        ended)}.
        """
        with self._lock:
            oldest = time.monotonic() - min(self._since.values()) if self._since else 0.0
            found = {
                "waiting": len(self._since),
                "oldest": oldest,
                "worst": max(self.worst, oldest),
            }
            found["ended"] = self.ended
            if forget:
                self.worst = 0.0
            return found


def _is_open(row: Any) -> bool:
    """Whether a case's row stands among those that run: closed ones stand among those that are
    kept, or nowhere.
    """
    return bool(row.get("due_shard", {}).get("S", "").startswith("case#"))


def install(pages: Flask) -> None:
    """Start with the recorder off, and add its routes to the gateway's pages."""
    require(dynamodb, "_emit_stream_event", "_set_item")
    require(lambda_svc, "_emit_lambda_logs", "_execute_function_with_config_scope")
    recorder = Recorder()
    Gateway._serve = _recorded(Gateway._serve, recorder)  # type: ignore[method-assign]
    dynamodb._emit_stream_event = _noted(dynamodb._emit_stream_event, recorder)
    lambda_svc._emit_lambda_logs = _logged(lambda_svc._emit_lambda_logs, recorder)
    _routes(pages, recorder)


def _recorded(serve: Callable[..., Any], recorder: Recorder) -> Callable[..., Any]:
    async def recorded(gateway: Any, scope: Any, receive: Any, send: Any) -> None:
        if not recorder.is_on or scope["server"][1] != gateway._aws_port:
            await serve(gateway, scope, receive, send)
            return
        heads = {name.decode().lower(): value.decode() for name, value in scope["headers"]}
        record: Record = {
            "heads": heads,
            "path": scope["path"],
            "method": scope["method"],
            "writes": [],
        }
        record |= {"status": 0, "at": time.monotonic()}
        asked, answered = bytearray(), bytearray()

        async def hear() -> Any:
            message = await receive()
            asked.extend(message.get("body", b""))
            return message

        async def tell(message: Any) -> None:
            record["status"] = message.get("status", record["status"])
            answered.extend(message.get("body", b""))
            await send(message)

        token = _current.set(record)
        recorder.busy += 1
        try:
            await serve(gateway, scope, hear, tell)
        finally:
            recorder.busy -= 1
            recorder.last = time.monotonic()
            _current.reset(token)
        recorder.requests.append(_entry(record, bytes(asked), bytes(answered)))

    return recorded


def _entry(record: Record, asked: bytes, answered: bytes) -> Record:
    """Who asked what: access key and service of the signature, operation, and bodies of JSON
    protocols.
    """
    heads = record.pop("heads")
    credential = (
        heads.get("authorization", "").partition("Credential=")[2].partition(",")[0].split("/")
    )
    key, service = (credential[0], credential[3]) if len(credential) > 3 else ("", "")
    operation = heads.get("x-amz-target", "").rpartition(".")[2] or f"{record['method']} {service}"
    return {
        **record,
        "key": key,
        "service": service,
        "operation": operation,
        "asked": _json(asked),
        "answered": _json(answered),
    }


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _noted(emit: Callable[..., None], recorder: Recorder) -> Callable[..., None]:
    """Every stored change of an item passes here, with the item before and after it."""

    def noted(table: str, event: str, old: Any, new: Any, *more: Any, **named: Any) -> None:
        record = _current.get()
        if record is not None:
            record["writes"].append({"table": table, "old": old, "new": new})
        if new and "stream" in new and new["stream"]["S"].startswith("case#"):
            recorder.backlog.appended(new["stream"]["S"], int(new["seq"]["N"]))
        elif new and new.get("sk", {}).get("S") == "case":
            recorder.backlog.shown(new["pk"]["S"], int(new["version"]["N"]), not _is_open(new))
        emit(table, event, old, new, *more, **named)

    return noted


def _logged(keep: Callable[..., None], recorder: Recorder) -> Callable[..., None]:
    def logged(
        func: Any, request_id: str, log_text: str, error: bool, duration_ms: int, **more: Any
    ) -> None:
        if recorder.is_on:
            config = func.get("config") or func
            lines = [len(line.encode()) for line in (log_text or "").splitlines()]
            ran = {
                "function": config["FunctionName"],
                "ms": duration_ms,
                "mb": config.get("MemorySize", 128),
            }
            recorder.invocations.append({**ran, "lines": lines, "error": bool(error)})
            recorder.last = time.monotonic()
        keep(func, request_id, log_text, error, duration_ms, **more)

    return logged


def _routes(pages: Flask, recorder: Recorder) -> None:
    @pages.post("/__local/bench/record")
    def record() -> Any:
        recorder.is_on = bool((request.get_json(silent=True) or {}).get("on"))
        return jsonify(recorder.take())

    @pages.post("/__local/bench/take")
    def take() -> Any:
        return jsonify(recorder.take())

    @pages.get("/__local/bench/quiet")
    def quiet() -> Any:
        idle = 0.0 if recorder.busy else time.monotonic() - recorder.last
        return jsonify(idle=idle, **recorder.backlog.look(False))

    @pages.post("/__local/bench/backlog")
    def backlog() -> Any:
        return jsonify(
            recorder.backlog.look(bool((request.get_json(silent=True) or {}).get("forget")))
        )
