"""One origin: the deployed API at /, the sign-in issuer at /sign-in, control routes at /__local.

It is no second hop: the same loop that serves the emulator hands it the request under the API's own path.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from flask import Flask
from hypercorn.app_wrappers import WSGIWrapper
from ministack import app as emulator
from ministack.services import apigateway_v1

from infra.local.emulator.answer_record import Recorder
from infra.local.emulator.patches import require, service_metrics
from infra.local.emulator.snapshots import Snapshots

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]

_HOSTS = (b"127.0.0.1", b"localhost")
_TRUSTED_FROM_NOBODY = (b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host", b"forwarded")


class Gateway:
    """The ASGI application of both ports: AWS on ``aws_port``, the city on every other."""

    def __init__(
        self,
        aws_port: int,
        api: tuple[str, str],
        pages: Flask,
        snapshots: Snapshots,
        recorder: Recorder | None = None,
    ) -> None:
        require(apigateway_v1, "_rest_apis", "_stages_v1")
        self._aws_port = aws_port
        self._name, self._stage = api
        self._pages = WSGIWrapper(pages, max_body_size=1 << 20)
        self._snapshots = snapshots
        self._recorder = recorder
        self._api_id = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one connection event; requests before and after tell the snapshots that something moved."""
        if scope["type"] != "http":
            await emulator.app(scope, receive, send)
            return
        self._snapshots.requests += 1
        try:
            await self._serve(scope, receive, send)
        finally:
            self._snapshots.requests += 1

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["server"][1] == self._aws_port:
            await emulator.app(scope, receive, send)
        elif not _is_local(scope):
            await _answer(send, 421, {"error": "this origin is http://127.0.0.1 only"})
        elif scope["path"].startswith(("/__local/", "/sign-in/")):
            loop = asyncio.get_running_loop()
            await self._pages(scope, receive, send, partial(loop.run_in_executor, None), partial(_soon, loop))  # type: ignore[arg-type]
        elif api_id := self._deployed():
            await self._call_api(scope, self._at_the_api(scope, api_id), receive, send)
        else:
            await _answer(send, 503, {"error": f"no API {self._name} with stage {self._stage} is deployed yet"})

    async def _call_api(self, asked: Scope, scope: Scope, receive: Receive, send: Send) -> None:
        started, status, headers, body = time.monotonic(), 500, [], bytearray()

        async def send_and_see(message: Any) -> None:
            nonlocal status, headers
            if message["type"] == "http.response.start":
                status, headers = message["status"], [*message["headers"]]
            elif self._recorder:
                body.extend(message.get("body", b""))
            await send(message)

        try:
            await emulator.app(scope, receive, send_and_see)
        finally:
            service_metrics.count_answer(self._name, self._stage, status, (time.monotonic() - started) * 1000)
            if self._recorder:
                self._recorder.note(asked, status, headers, bytes(body))

    def _deployed(self) -> str:
        """The id of the deployed API, looked up again when that one is gone; empty when there is none."""
        apis = apigateway_v1._rest_apis
        if self._api_id not in apis or self._stage not in apigateway_v1._stages_v1.get(self._api_id, {}):
            staged = [i for i in apis if self._stage in apigateway_v1._stages_v1.get(i, {})]
            named = [i for i in staged if apis[i].get("name") == self._name]
            self._api_id = (named or staged or [""])[-1]
        return self._api_id

    def _at_the_api(self, scope: Scope, api_id: str) -> Scope:
        prefix = f"/restapis/{api_id}/{self._stage}/_user_request_"
        kept = [(name, value) for name, value in scope["headers"] if name.lower() not in _TRUSTED_FROM_NOBODY]
        return {
            **scope,
            "path": prefix + scope["path"],
            "raw_path": prefix.encode() + (scope.get("raw_path") or scope["path"].encode()),
            "headers": [*kept, (b"x-forwarded-for", str(scope["client"][0]).encode())],
        }


def _is_local(scope: Scope) -> bool:
    """A page elsewhere must not reach this origin through a name of its own (DNS rebinding)."""
    hosts = [value for name, value in scope["headers"] if name.lower() == b"host"]
    return len(hosts) == 1 and hosts[0].rsplit(b":", 1)[0] in _HOSTS


def _soon(loop: asyncio.AbstractEventLoop, send: Send, message: Any) -> None:
    asyncio.run_coroutine_threadsafe(send(message), loop).result()  # type: ignore[arg-type]


async def _answer(send: Send, status: int, document: dict[str, Any]) -> None:
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(document).encode()})
