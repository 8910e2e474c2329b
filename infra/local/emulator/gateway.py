"""One origin: the deployed API at /, the sign-in issuer at /sign-in, control routes at /__local.

It is no second hop: the same loop that serves the emulator hands it the request under the API's own
path.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from itertools import chain
from typing import Any

from flask import Flask
from hypercorn.app_wrappers import WSGIWrapper
from ministack import app as emulator
from ministack.services import apigateway_v1
from werkzeug.wsgi import ClosingIterator

from infra.local.emulator import direct_calls, visitors
from infra.local.emulator.answer_record import Recorder
from infra.local.emulator.patches import require, service_metrics
from infra.local.emulator.snapshots import Snapshots

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]

_TRUSTED_FROM_NOBODY = (
    b"x-forwarded-for",
    b"x-forwarded-proto",
    b"x-forwarded-host",
    b"forwarded",
)
_MAX_BODY = 1 << 20
_FOREIGN = {"error": "pages of other origins have no business here"}


class Gateway:
    """The ASGI application of both ports: AWS on ``aws_port``, the city on every other."""

    def __init__(
        self,
        aws_port: int,
        city_port: int,
        api: tuple[str, str],
        pages: Flask,
        snapshots: Snapshots,
        recorder: Recorder | None = None,
    ) -> None:
        require(apigateway_v1, "_rest_apis", "_stages_v1")
        direct_calls.check()
        self._aws_port = aws_port
        self._origins = visitors.Origins(city_port)
        self._name, self._stage = api
        self._pages = WSGIWrapper(_begun(pages), max_body_size=_MAX_BODY)
        self._snapshots = snapshots
        self._recorder = recorder
        self._api_id = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one connection event.

        A request tells the snapshots before and after that something may have moved.
        """
        if scope["type"] != "http":
            await emulator.app(scope, receive, send)
            return
        self._snapshots.note_request(scope)
        try:
            await self._serve(scope, receive, send)
        finally:
            self._snapshots.note_request(scope)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not visitors.is_local(scope):
            await _answer(
                send,
                421,
                {"error": "this origin is http://127.0.0.1 only"},
            )
        elif scope["server"][1] == self._aws_port:
            await self._call_aws(scope, receive, send)
        elif scope["path"].startswith("/__local/") and self._origins.is_elsewhere(scope):
            await _answer(send, 403, _FOREIGN)
        elif scope["path"].startswith(("/__local/", "/sign-in/")):
            await self._call_page(scope, receive, send)
        elif self._deployed():
            await self._call_api(scope, receive, send)
        else:
            missing = f"no API {self._name} with stage {self._stage} is deployed yet"
            await _answer(send, 503, {"error": missing})

    async def _call_aws(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._origins.is_elsewhere(scope):
            await _answer(send, 403, _FOREIGN)
        elif visitors.is_control(scope["path"]):
            await _answer(send, 404, {"error": "the emulator's own paths are closed"})
        else:
            await direct_calls.serve(scope, receive, self._origins.guarded(send))

    async def _call_page(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Our own pages run in threads of the loop's pool."""
        loop = asyncio.get_running_loop()
        in_pool = partial(loop.run_in_executor, None)
        on_loop = partial(_soon, loop)
        await self._pages(
            scope,
            receive,
            send,
            in_pool,
            on_loop,
        )  # type: ignore[arg-type]

    async def _call_api(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.monotonic()
        answer = _Answer()

        async def send_and_see(message: Any) -> None:
            answer.see(message)
            await send(message)

        try:
            await emulator.app(
                self._at_the_api(scope),
                receive,
                send_and_see,
            )
        finally:
            took = time.monotonic() - started
            service_metrics.count_answer(
                self._name,
                self._stage,
                answer.status,
                took * 1000,
            )
            if self._recorder:
                body = bytes(answer.body)
                self._recorder.note(
                    scope,
                    answer.status,
                    answer.headers,
                    body,
                )

    def _deployed(self) -> str:
        """The id of the deployed API, looked up again when that one is gone; empty without one."""
        if not self._is_staged(self._api_id):
            apis = apigateway_v1._rest_apis
            staged = [each for each in apis if self._is_staged(each)]
            named = [each for each in staged if apis[each].get("name") == self._name]
            newest = (named or staged)[-1:]
            self._api_id = newest[0] if newest else ""
        return self._api_id

    def _is_staged(self, api_id: str) -> bool:
        if api_id not in apigateway_v1._rest_apis:
            return False
        stages = apigateway_v1._stages_v1.get(api_id, {})
        return self._stage in stages

    def _at_the_api(self, scope: Scope) -> Scope:
        """The request under the API's own path, from the address that it really comes from."""
        prefix = f"/restapis/{self._api_id}/{self._stage}/_user_request_"
        raw_path = scope.get("raw_path") or scope["path"].encode()
        headers = [(b"x-forwarded-for", str(scope["client"][0]).encode())]
        for name, value in scope["headers"]:
            if name.lower() not in _TRUSTED_FROM_NOBODY:
                headers.append((name, value))
        return {
            **scope,
            "path": prefix + scope["path"],
            "raw_path": prefix.encode() + raw_path,
            "headers": headers,
        }


class _Answer:
    """What was answered, as it goes by."""

    def __init__(self) -> None:
        self.status = 500
        self.headers: list[tuple[bytes, bytes]] = []
        self.body = bytearray()

    def see(self, message: Any) -> None:
        """One message of the answer."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = list(message["headers"])
        else:
            self.body.extend(message.get("body", b""))


def _begun(pages: Flask) -> Any:
    """Hypercorn begins an answer with its first part, and one without a body has none."""

    def call(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        parts: Any = pages(environ, start_response)
        return ClosingIterator(chain(parts, [b""]), parts.close)

    return call


def _soon(loop: asyncio.AbstractEventLoop, send: Send, message: Any) -> None:
    sent = asyncio.run_coroutine_threadsafe(send(message), loop)  # type: ignore[arg-type]
    sent.result()


async def _answer(send: Send, status: int, document: dict[str, Any]) -> None:
    start = {
        "type": "http.response.start",
        "status": status,
        "headers": [(b"content-type", b"application/json")],
    }
    body = json.dumps(document).encode()
    await send(start)
    await send({"type": "http.response.body", "body": body})
